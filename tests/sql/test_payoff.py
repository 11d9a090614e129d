"""Early money that repays principal, and early payoff, by worked numbers, in one scene through both doors; every day reconciles."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine

from include.steps.changes import ChangeError, __main__, quote
from tests.conftest import as_role
from tests.lender import Lender
from tests.sql.changing import ask, by_hand, cents, half_up, monthly_loan, outcome, version_rows
from tests.sql.histories import end_of, make_product
from tests.sql.test_as_of import check_known_then

# as in test_schedule_changes.py: 12,000.00 at 12% in 6; 10,049.42 are left after the first, 6.48 are earned by the close of 4 March
LEFT, EARNED, PERCENT = 10049_42, 6_48, Fraction(1, 100)
FIRST = PERCENT * 29 / 31

PRODUCTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "REDUCE": (("early_money", "REDUCE"),),
    "SHORTEN": (("early_money", "SHORTEN"),),
    "PRINCIPAL": (("early_money", "SHORTEN"), ("method", "EQUAL_PRINCIPAL")),
    "ADVANCE": (("early_money", "ADVANCE"),),
    "FEE": (("payoff_fee_rate", "0.01"),),
    "AUTO": (("early_money", "REDUCE"), ("payoff_fee_rate", "0.01")),
    "HOLD": (),
}
# loan: product, money on 2 March, money on 4 March, door
LOANS = {
    "REDUCE": ("REDUCE", "2070.58", "5000", "BANK"),
    "REDUCE-2": ("REDUCE", "2070.58", "5000", "COUNTER"),
    "SHORTEN": ("SHORTEN", "2070.58", "5000", "BANK"),
    "SHORTEN-2": ("SHORTEN", "2070.58", "5000", "COUNTER"),
    "PRINCIPAL": ("PRINCIPAL", "2120", "5000", "BANK"),
    "SMALL": ("REDUCE", "2070.58", "2100", "BANK"),
    "ADVANCE": ("ADVANCE", "4141.16", None, "BANK"),
    "PAID": ("FEE", "2070.58", "10500", "BANK"),
    "SHORT": ("FEE", "2070.58", "10000", "BANK"),
    "LATE": ("FEE", None, "12228.92", "BANK"),
    "ENOUGH": ("AUTO", "2070.58", "11000", "BANK"),
    "ASKED": ("HOLD", "2070.58", "3000", "BANK"),
    "NOTHING": ("HOLD", "2070.58", None, "BANK"),
    "CHANGED": ("HOLD", "2070.58", None, "BANK"),
}


@pytest.fixture(scope="module")
def scene(own_database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Lender:
    """The first instalment paid on 2 March, early money and requests on 4 March, a bounce on 5 March, lived to 3 April."""
    lender = Lender(own_database, as_role(own_database, "millrace_app"), tmp_path_factory.mktemp("places"))
    for code, settings in PRODUCTS.items():
        make_product(lender, code, settings)
    lender.open("2026-03-02")
    for number, (product, first, _, _) in LOANS.items():
        monthly_loan(lender, number, product=product)
        if first:
            lender.receive(number, first, f"first of {number}")
    # beyond the business calendar
    lender.loan("FAR", [("2026-03-02", "100", "1"), ("2099-04-02", "5000", "10"), ("2099-05-02", "5000", "10")], product="REDUCE")
    lender.receive("FAR", "101", "first of FAR")
    lender.close_day(2)
    with lender.engine.begin() as connection:
        lender.quotes = {number: quote(connection, number) for number in ("PAID", "LATE")}  # type: ignore[attr-defined]
        lender.later = quote(connection, "PAID", lender.today.replace(month=4, day=10))  # type: ignore[attr-defined]
    for number, (_, _, early, door) in LOANS.items():
        if early:
            lender.receive(number, early, f"early of {number}", channel=door)
    lender.receive("FAR", "7000", "early of FAR")
    far = ask(lender, "RATE_CHANGE", "FAR", details={"annual_rate": "0.06"})
    ask(lender, "RATE_CHANGE", "ADVANCE", details={"annual_rate": "0.06"})
    ask(lender, "RATE_CHANGE", "CHANGED", details={"annual_rate": "0.12"})
    changes = {number: ask(lender, "PAYOFF", number) for number in ("PAID", "SHORT", "LATE")}
    ask(lender, "EARLY_REPAYMENT", "ASKED", amount=Decimal("2500"), details={"effect": "SHORTEN"})
    changes["FAR"] = far
    changes["NOTHING"] = ask(lender, "EARLY_REPAYMENT", "NOTHING")
    lender.close_day()
    lender.outcomes = {number: outcome(lender, change) for number, change in changes.items()}  # type: ignore[attr-defined]
    lender.receive("CHANGED", "10100", "all of CHANGED")
    ask(lender, "PAYOFF", "CHANGED")
    lender.receive("PAID", "10500", "bounced", kind="BOUNCE", original_ref="early of PAID")
    lender.close_day()
    item = lender.one("select suspense_id, reason from suspense_item")
    lender.bounce = item["reason"]  # type: ignore[attr-defined]
    ask(lender, "SUSPENSE_MATCH", "PAID", details={"suspense_id": item["suspense_id"]})
    while str(lender.today) < "2026-04-04":
        lender.close_day()
    return lender


def at_close(scene: Lender, loan_no: str, day: str, *names: str) -> list[str]:
    row = scene.one(f"select {', '.join(names)} from loan_day where loan_no = :no and business_date = :day", no=loan_no, day=day)
    return [str(value) for value in row.values()]


def kept(amount: int, instalment: int, first: Fraction, carried: int) -> list[tuple[int, int]]:
    """Instalments that stay as they were until nothing is left."""
    found = []
    while amount:
        interest = half_up(amount * (PERCENT if found else first))
        principal = min(amount, instalment - interest - (0 if found else carried))
        found.append((principal, interest))
        amount -= principal
    return found


def test_early_money_reduces_the_instalments(scene: Lender) -> None:
    # 5,000.00, of which 2,070.58 wait for the instalment that falls due next
    early = 5000_00 - 2070_58
    expected = by_hand(LEFT - early, 5, PERCENT, FIRST, EARNED)
    assert version_rows(scene, "REDUCE") == [("EARLY", early, 0), ("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert at_close(scene, "REDUCE", "2026-03-04", "principal_balance", "overpayment") == ["7120.00", "2070.58"]
    # on 2 April the held money pays the smaller instalment
    paid = sum(expected[0]) + EARNED
    assert cents(scene.state_of("REDUCE")["overpayment"]) == 2070_58 - paid


def test_early_money_shortens_the_loan(scene: Lender) -> None:
    early = 5000_00 - 2070_58
    expected = kept(LEFT - early, 2070_58, FIRST, EARNED)
    assert version_rows(scene, "SHORTEN") == [("EARLY", early, 0), ("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert len(expected) == 4 and sum(expected[0]) + EARNED == sum(expected[1]) == 2070_58
    assert str(scene.one("select matures_on from loan where loan_no = 'SHORTEN'")["matures_on"]) == "2026-07-02"
    assert scene.state_of("SHORTEN")["overpayment"] == 0


def test_equal_principal_keeps_its_part_of_principal(scene: Lender) -> None:
    # 10,000.00 left, 100.00 of interest, 6.45 earned; 5,000.00 less the next 2,100.00 are early
    rows = [(2000_00, 66_42), (2000_00, 51_00), (2000_00, 31_00), (1100_00, 11_00)]
    assert version_rows(scene, "PRINCIPAL") == [("EARLY", 2900_00, 0), ("CARRIED", 0, 6_45), *(("REGULAR", *row) for row in rows)]


@pytest.mark.parametrize("loan", ["REDUCE", "SHORTEN"])
def test_the_teller_s_door_is_the_batch_s_door(scene: Lender, loan: str) -> None:
    assert version_rows(scene, loan) == version_rows(scene, f"{loan}-2")
    assert end_of(scene, loan) == end_of(scene, f"{loan}-2")


def test_little_early_money_waits(scene: Lender) -> None:
    assert scene.rows("select version from schedule_version where loan_id = (select loan_id from loan where loan_no = 'SMALL')") == [
        {"version": 1}
    ]
    assert at_close(scene, "SMALL", "2026-03-04", "overpayment") == ["2100.00"]


def test_a_loan_that_no_schedule_can_be_made_for_is_set_aside(scene: Lender) -> None:
    state, error = scene.outcomes["FAR"]  # type: ignore[attr-defined]
    assert state == "FAILED" and error is not None and "outside the business calendar" in error
    assert at_close(scene, "FAR", "2026-03-04", "principal_balance", "overpayment") == ["10000.00", "7000.00"]


def test_an_early_repayment_by_request_of_a_product_that_holds_early_money(scene: Lender) -> None:
    expected = kept(LEFT - 2500_00, 2070_58, FIRST, EARNED)
    assert version_rows(scene, "ASKED") == [("EARLY", 2500_00, 0), ("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert at_close(scene, "ASKED", "2026-03-04", "overpayment") == ["500.00"]
    assert scene.outcomes["NOTHING"] == (  # type: ignore[attr-defined]
        "FAILED",
        "Loan NOTHING holds 0.00 of the customer's money: no more can repay it early.",
    )


def test_interest_paid_in_advance_is_given_back_before_the_schedule_changes(scene: Lender) -> None:
    # the second instalment was paid on 2 March: its principal stays paid, its 100.49 of interest wait for what will be owed
    half = PERCENT / 2
    expected = by_hand(LEFT - 1970_09, 5, half, half * 29 / 31, EARNED)
    assert version_rows(scene, "ADVANCE") == [("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert at_close(scene, "ADVANCE", "2026-03-04", "overpayment", "interest_prepaid") == ["100.49", "0.00"]


def test_payoff_takes_what_was_quoted(scene: Lender) -> None:
    quoted = scene.quotes["PAID"]  # type: ignore[attr-defined]
    # 10,049.42 + 6.48 + 1% of what is not yet due
    assert (quoted.principal, quoted.interest, quoted.payoff_fee, quoted.total) == (LEFT, EARNED, 100_49, 10156_39)
    assert scene.outcomes["PAID"] == ("APPLIED", None)  # type: ignore[attr-defined]
    assert at_close(scene, "PAID", "2026-03-04", "state", "principal_balance", "overpayment") == ["PAID_OFF", "0.00", "343.61"]
    assert version_rows(scene, "PAID", version=2) == [("PAYOFF", LEFT, EARNED)]
    fee = scene.one(
        "select sum(j.credit - j.debit) as fee from journal as j inner join loan as l on j.loan_id = l.loan_id"
        " where l.loan_no = 'PAID' and j.account_code = '6021'"
    )
    assert fee["fee"] == Decimal("100.49")
    cut = scene.one(
        "select sum(e.interest) as cut from ledger_entry as e inner join loan as l on e.loan_id = l.loan_id"
        " where l.loan_no = 'PAID' and e.entry_type = 'INTEREST_CUT'"
    )
    # 100.49 + 80.79 + 60.90 + 40.80 + 20.50 were to come, 6.48 of it is earned
    assert cents(cut["cut"]) == 303_48 - EARNED


def test_payoff_of_a_late_loan_pays_arrears_and_penalty_too(scene: Lender) -> None:
    quoted = scene.quotes["LATE"]  # type: ignore[attr-defined]
    # two days' penalty on 1,950.58 at 18% / 360
    assert (quoted.principal, quoted.interest, quoted.penalty, quoted.payoff_fee) == (12000_00, 126_48, 1_95, 100_49)
    assert quoted.to_pay == 12228_92
    assert scene.outcomes["LATE"] == ("APPLIED", None)  # type: ignore[attr-defined]
    loan = scene.state_of("LATE")
    assert (loan["state"], loan["principal_balance"], loan["overpayment"]) == ("PAID_OFF", 0, 0)


def test_payoff_takes_what_an_earlier_version_carried_over(scene: Lender) -> None:
    # 6.48 due on 2 April, and one day of the 29 that earn 94.01
    assert version_rows(scene, "CHANGED") == [("PAYOFF", LEFT, EARNED + 3_24)]
    assert at_close(scene, "CHANGED", "2026-03-05", "state", "overpayment") == ["PAID_OFF", "40.86"]


def test_payoff_says_what_is_missing(scene: Lender) -> None:
    state, error = scene.outcomes["SHORT"]  # type: ignore[attr-defined]
    assert state == "FAILED"
    assert error == (
        "10156.39 pay loan SHORT off on 2026-03-04 (principal 10049.42, interest 6.48, payoff fee 100.49); 10000.00 are held:"
        " 156.39 are missing."
    )


def test_enough_early_money_pays_the_loan_off_where_early_money_repays(scene: Lender) -> None:
    assert at_close(scene, "ENOUGH", "2026-03-04", "state", "overpayment") == ["PAID_OFF", "843.61"]


def test_a_quote_for_a_later_date_knows_what_the_days_will_bring(scene: Lender) -> None:
    later = scene.later  # type: ignore[attr-defined]
    # on 10 April the second instalment is 8 days late, 1,970.09 x 18% / 360 x 8; of the third period 8 of 30 days are earned
    assert (later.principal, later.interest, later.penalty, later.payoff_fee) == (LEFT, 100_49 + 21_54, 7_88, 80_79)


def test_a_payoff_that_bounces_is_owed_again(scene: Lender) -> None:
    assert scene.bounce == "bounce of early of PAID, from before the new schedule of 2026-03-04: match it to have it owed again"  # type: ignore[attr-defined]
    assert at_close(scene, "PAID", "2026-03-06", "state", "principal_balance", "overpayment") == ["ACTIVE", "10156.39", "0.00"]
    assert scene.state_of("PAID")["days_past_due"] == 28


def test_quotes_are_for_running_loans_and_days_to_come(scene: Lender) -> None:
    with scene.engine.begin() as connection:
        with pytest.raises(ChangeError, match="no running loan NOBODY"):
            quote(connection, "NOBODY")
        with pytest.raises(ChangeError, match="no running loan LATE"):
            quote(connection, "LATE")
        with pytest.raises(ChangeError, match="quoted for a date from 2026-04-04 to 2026-06-03, not for 2026-03-01"):
            quote(connection, "NOTHING", scene.today.replace(month=3, day=1))


def test_quotes_on_the_command_line(scene: Lender, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(__main__, "engine", lambda: scene.engine)
    assert __main__.main(["quote", "SHORT", "--date", "2026-04-05"]) == 0
    assert "pay loan SHORT off on 2026-04-05" in capsys.readouterr().out
    assert __main__.main(["quote", "LATE"]) == 1
    assert "no running loan LATE" in capsys.readouterr().err


def test_every_past_date_is_known_as_it_was(scene: Lender) -> None:
    assert check_known_then(scene) > 400
