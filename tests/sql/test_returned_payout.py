"""A confirmed payout that comes back: the loan ends as if it had not been paid out, and every account says so."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from include.steps.changes import approve, request
from include.steps.context import StepError
from include.steps.origination import confirmations
from tests.conftest import as_role
from tests.lender import Lender
from tests.statements import deliver, statement_rows
from tests.steps.origination_scene import KEY, Scene


class Bank:
    """A lender on 2 March who pays out 60,000.00 to A1, and the bank that answers."""

    def __init__(self, owner: Engine, folder: Path) -> None:
        self.scene = Scene(owner, folder)
        self.lender = Lender(owner, as_role(owner, "millrace_app"), folder)
        self.scene.engine = self.lender.engine
        self.scene.apply("A1")
        self.scene.run("decide_applications", "pay_out")

    def close(self, days: int = 1) -> None:
        self.lender.close_day(days)
        self.scene.day = self.lender.today

    def answer(self, *lines: str) -> Any:
        """What the bank's file of today says, and what ``pay_out`` makes of it."""
        place = self.scene.folder / "source" / confirmations.DATASET / self.scene.day.isoformat()
        place.mkdir(parents=True, exist_ok=True)
        (place / "confirmations.csv").write_text("\n".join([",".join(confirmations.COLUMNS), *lines]), encoding="utf-8")
        (result,) = self.scene.run("pay_out")
        return result

    def balances(self) -> dict[str, Decimal]:
        rows = self.lender.rows("select account_code, sum(debit - credit) as balance from journal group by account_code")
        return {row["account_code"]: row["balance"] for row in rows if row["balance"]}


@pytest.fixture
def bank(any_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bank:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    return Bank(any_database, tmp_path)


def test_a_payout_that_comes_back_leaves_nothing_but_the_borrowers_own_money(bank: Bank) -> None:
    bank.close()
    bank.lender.receive("LA1", "100", "too early")
    bank.close(2)
    earned = bank.balances()["6011"]
    assert earned < 0 and bank.balances()["1303"] == Decimal("60000.00")

    bank.lender.receive("LA1", "7", "same day")
    result = bank.answer("A1-1,RETURNED,B99,account closed")
    assert (result.details["came_back"], result.details["came_back_amount"]) == (1, "60000.00")
    bank.close()
    assert bank.scene.states() == {"A1": "CANCELLED"}
    payout = bank.lender.one("select state, returned_on, reason, bank_ref from payout")
    assert tuple(map(str, payout.values())) == ("RETURNED", "2026-03-05", "account closed", "B99")
    loan = bank.lender.one("select state, principal_balance, interest_paid, overpayment from loan")
    assert tuple(map(str, loan.values())) == ("PAID_OFF", "0.00", "0.00", "0.00")
    history = bank.lender.rows("select to_state, reason from loan_history order by history_id")
    assert history[-1] == {"to_state": "PAID_OFF", "reason": "the bank returned the payout"}
    # 60,000.00 went out and came back; what the borrower paid is ours to give back
    assert bank.balances() == {"1002": Decimal("107.00"), "2241": Decimal("-107.00")}
    lines = bank.lender.rows(
        "select event, account_code, debit, credit from journal where business_date = '2026-03-05' and event = 'REPAYMENT'"
        " and component = 'PRINCIPAL' and debit = 0 and product_id is not null"
    )
    assert sum(line["credit"] for line in lines) == Decimal("60000.00") and {line["account_code"] for line in lines} == {"1303"}

    # the loan takes no money any more, whatever its value date
    bank.lender.receive("LA1", "50", "late")
    bank.lender.receive("LA1", "60", "back", value_date="2026-03-03")
    bank.lender.receive("LA1", "1", "teller", channel="COUNTER")
    bank.close()
    assert bank.balances() == {"1002": Decimal("218.00"), "2241": Decimal("-218.00")}
    bank.close(2)
    assert set(bank.balances()) == {"1002", "2241"}


def test_two_come_back_on_one_day(bank: Bank) -> None:
    bank.close()
    bank.scene.apply("A2", customer_no="C-A1")
    bank.scene.run("decide_applications", "pay_out")
    bank.lender.receive("LA1", "100", "early")
    bank.close()
    result = bank.answer("A1-1,RETURNED,,", "A2-1,RETURNED,,")
    assert result.details["came_back"] == 2
    bank.close()
    assert bank.balances() == {"1002": Decimal("100.00"), "2241": Decimal("-100.00")}


def test_interest_and_penalty_that_fell_due_meanwhile_are_taken_back(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    bank = Bank(database, tmp_path)
    # the first instalment falls due on 2 April
    bank.close(34)
    loan = bank.lender.one("select state, penalty_charged, days_past_due from loan")
    assert (loan["state"], loan["days_past_due"]) == ("OVERDUE", 2) and loan["penalty_charged"] > 0
    assert {"1132", "1133", "1134", "6011", "6012", "2221"} <= set(bank.balances())
    bank.answer("A1-1,RETURNED,,")
    bank.close()
    assert bank.balances() == {}
    assert bank.lender.one("select state from loan")["state"] == "PAID_OFF"
    bank.close()
    assert bank.balances() == {}


def test_what_went_back_to_the_borrower_has_to_be_settled_first(bank: Bank) -> None:
    bank.lender.receive("LA1", "100", "early")
    bank.close()
    with bank.lender.engine.begin() as connection:
        number = request(connection, "REFUND", "maker", "because", loan_no="LA1", amount=Decimal("100"))
        approve(connection, number, "checker")
    bank.close()
    with pytest.raises(StepError, match=r"returned payout A1-1, but loan LA1 has given 100.00 back"):
        bank.answer("A1-1,RETURNED,,")
    assert bank.lender.one("select state from payout")["state"] == "CONFIRMED"


def test_only_a_confirmed_payout_comes_back_and_only_once(bank: Bank) -> None:
    bank.close()
    for line in ("A1-1,PAID,,", "A1-2,RETURNED,,", "A9-1,RETURNED,,", "A1,RETURNED,,"):
        with pytest.raises(StepError, match="which no payout is waiting for"):
            bank.answer(line)
    bank.answer("A1-1,RETURNED,,")
    bank.close()
    with pytest.raises(StepError, match="A1-1, which no payout is waiting for"):
        bank.answer("A1-1,RETURNED,,")


@pytest.fixture
def one_account(bank: Bank) -> Any:
    """Payouts leave from the account that the statement is of."""
    bank.lender.execute("update policy_setting set value = 'True' where name = 'bank_statement_payouts'")
    yield
    bank.lender.execute("update policy_setting set value = 'False' where name = 'bank_statement_payouts'")


def test_payout_and_return_are_found_on_the_bank_statement(bank: Bank, one_account: None) -> None:
    bank.lender.with_files = True
    deliver(bank.scene.folder, "2026-03-02", statement_rows("2026-03-02", "90000.00", [("PAYOUT", "-60000.00", "A1-1")]))
    bank.close()
    bank.answer("A1-1,RETURNED,,")
    deliver(bank.scene.folder, "2026-03-03", statement_rows("2026-03-03", "30000.00", [("RETURN", "60000.00", "A1-1")]))
    bank.close()
    items = bank.lender.rows("select kind, reference, amount, settled_on from bank_item order by bank_item_id")
    assert [tuple(map(str, item.values())) for item in items] == [
        ("PAYOUT", "A1-1", "-60000.00", "2026-03-02"),
        ("REPAYMENT", "A1-1", "60000.00", "2026-03-03"),
    ]
    assert bank.lender.rows("select 1 from bank_line where settled_on is null") == []
