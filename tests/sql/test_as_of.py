"""A loan as of any past date: as known then it is the dated book, by value date it is what living its days again gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.day import REPORTS
from include.lending.life import Bucket, Early, Event, Kind, Life, Order, Penalty, Portion, Row, Rules, live_on
from include.lending.money import to_millionths
from include.steps.as_of import By, LoanAsOf, loan_as_of
from include.steps.as_of.__main__ import as_text, main
from include.steps.context import StepContext, StepError
from include.steps.runner import run_day
from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import Lender
from tests.sql.changing import monthly_loan
from tests.sql.histories import DAYS, FIRST, History, histories, make_product
from tests.sql.policy import settings as policy
from tests.sql.test_changes import agree, ask, make
from tests.sql.test_properties import live

some = settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate)
)


@pytest.fixture(params=["mariadb", "mysql"])
def schema(request: pytest.FixtureRequest) -> SharedSchema:
    found: SharedSchema = request.getfixturevalue(f"{request.param}_schema")
    return found


def as_of(lender: Lender, loan_no: str, on: date | str, by: By = By.KNOWN) -> LoanAsOf:
    with lender.engine.connect() as connection:
        return loan_as_of(connection, loan_no, date.fromisoformat(str(on)), by)


def check_known_then(lender: Lender) -> int:
    """Every column of every row of the dated book, for every date, but for the customer's: those are not the loan's."""
    days = lender.rows("select * from loan_day order by business_date, loan_no")
    for day in days:
        told = asdict(as_of(lender, day["loan_no"], day["business_date"]))
        del day["region"], day["industry"]
        assert {name: told[name] for name in day} == day, day["loan_no"]
    return len(days)


def lived_again(lender: Lender, loan_no: str, history: History, until: date) -> Life:
    """The loan's life up to a date by the exact engine, from its schedule and from all money that is on it now."""
    product, order = dict(history.product), {}
    for line in lender.rows(
        "select * from allocation_order where order_code = :code order by bucket_position, position",
        code=dict(history.product)["allocation_order"],
    ):
        order.setdefault(Bucket(line["bucket"]), []).append(Portion[line["component"]])
        by_instalment = bool(line["by_instalment"])
    steps = tuple((bucket, tuple(portions)) for bucket, portions in order.items())
    rules = Rules(
        orders={"": Order(steps, by_instalment, Early.HOLD if product["early_money"] == "HOLD" else Early.NEXT)},
        penalty=Penalty(
            to_millionths(Decimal(history.penalty_rate)),
            product["penalty_basis"],
            product["penalty_grace_days"],
            product["penalty_only_after_grace"],
            product["penalty_compounds"],
        ),
        due_fee=int(Decimal(product["instalment_fee"]) * 100),
        late_fee=int(Decimal(product["late_fee"]) * 100),
        late_fee_after_days=product["late_fee_after_days"],
        rounding=product["rounding"],
    )
    rows = [
        Row(number, FIRST, due, [0, 0, interest, principal], penalty_from=due)
        for number, (due, principal, interest) in enumerate(history.due, 1)
    ]
    money = lender.rows("select repayment_id, value_date, amount from repayment where loan_no = :no and state = 'POSTED'", no=loan_no)
    events = [Event(Kind.PAYMENT, row["value_date"], row["repayment_id"], int(row["amount"] * 100)) for row in money]
    return live_on(Life(rules, rows), events, until, days=every_day(until))


def every_day(until: date) -> Iterable[date]:
    return [FIRST + timedelta(days=number) for number in range((until - FIRST).days + 1)]


@some
@given(batch=st.lists(histories(), min_size=8, max_size=8))
def test_any_history_as_known_then_and_by_value_date(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    schema.empty()
    lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), tmp_path)
    lender.execute("delete from loan_product where product_code like 'RANDOM%'")
    lender.open(str(FIRST))
    live(lender, [(f"L{number}", history, "as they arrive") for number, history in enumerate(batch)])
    assert check_known_then(lender) == 8 * DAYS
    for number, history in enumerate(batch):
        for on in every_day(lender.today - timedelta(days=1)):
            told, life = as_of(lender, f"L{number}", on, By.VALUE), lived_again(lender, f"L{number}", history, on)
            assert told.overpayment * 100 == life.overpayment
            for row, again in zip(told.instalments, life.rows, strict=True):
                paid = [row.penalty_paid, row.fee_paid, row.interest_paid, row.principal_paid]
                assert [int(amount * 100) for amount in paid] == again.paid
                assert int(row.outstanding * 100) == again.outstanding
                assert int(row.penalty_charged * 100) == again.due[Portion.PENALTY]
            late = [again.due_date for again in life.rows if again.outstanding and again.due_date < on]
            arrears = sum(again.outstanding for again in life.rows if again.due_date < on)
            assert told.days_past_due == ((on - min(late)).days if arrears > 100 else 0)


def test_whatever_happens_to_a_loan_the_past_says_what_it_was(lender: Lender) -> None:
    lender.loan("BAD", [("2025-12-02", "10000", "100"), ("2026-02-07", "0", "0"), ("2026-03-10", "5000", "31")])
    lender.loan("GOOD", [("2026-03-03", "1000", "10"), ("2026-03-06", "1000", "9")], product="WC-PRINCIPAL")
    lender.close_day(2)
    for kind, loan, details in [
        ("DELINQUENCY_PAUSE", "GOOD", {"start": "2026-03-04", "end": "2026-03-06"}),
        ("WAIVER", "BAD", {"component": "PENALTY"}),
        ("UNLIKELY_TO_PAY", "GOOD", None),
    ]:
        agree(lender, ask(lender, kind, loan_no=loan, details=details))
    lender.close_day(2)
    make(lender, "WRITE_OFF", loan_no="BAD")
    lender.receive("BAD", "700", "late")
    lender.receive("GOOD", "1500", "pay", value_date="2026-03-05")
    make(lender, "LIKELY_TO_PAY", loan_no="GOOD")
    lender.receive("GOOD", "400", "back", kind="CHARGEBACK", original_ref="pay")
    make(lender, "WRITE_OFF_REVERSAL", loan_no="BAD")
    lender.receive("GOOD", "2000", "all", channel="COUNTER")
    with policy(lender, probation_days=1):
        lender.close_day(3)
        assert check_known_then(lender) == 20
    written_off = as_of(lender, "BAD", "2026-03-07")
    assert (written_off.state, written_off.principal_balance, written_off.recovered) == ("WRITTEN_OFF", 0, Decimal("700.00"))
    # as it is known now that date was never one of a loan written off
    again = as_of(lender, "BAD", "2026-03-07", By.VALUE)
    assert (again.state, again.recovered) == ("DEFAULTED", 0)


def test_the_two_answers_of_the_worked_example(lender: Lender, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lender.loan("L1", [("2026-03-02", "10000", "10"), ("2026-04-02", "10000", "10")])
    lender.close_day(4)
    lender.receive("L1", "10010", "late", value_date="2026-03-03")
    lender.close_day()
    known, by_value = as_of(lender, "L1", "2026-03-04"), as_of(lender, "L1", "2026-03-04", By.VALUE)
    assert (known.state, known.days_past_due, known.arrears, known.principal_balance) == (
        "OVERDUE",
        2,
        Decimal("10020.00"),
        Decimal("20000.00"),
    )
    assert (by_value.state, by_value.arrears, by_value.principal_balance) == ("OVERDUE", Decimal("5.00"), Decimal("10005.00"))
    page = as_text(by_value, By.VALUE)
    assert "Loan L1 at the close of 2026-03-04, by value date, as it is known now" in page
    assert "       10,005.00  principal" in page
    assert "    1  2026-03-02   10,000.00       10.00        0.00        5.00   10,010.00        5.00        5.00" in page

    monkeypatch.setenv("MILLRACE_DATABASE_URL", lender.engine.url.render_as_string(hide_password=False))
    assert main(["L1", "2026-03-04", "--by", "value"]) == 0
    assert capsys.readouterr().out == page + "\n"
    assert main(["L9", "2026-03-04"]) == 1
    assert capsys.readouterr().err == "There is no loan L9.\n"


def test_what_cannot_be_known_is_refused(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-12", "1000", "10")])
    for loan, on, message in [("L9", FIRST, "There is no loan L9"), ("L1", FIRST, "is not closed: the last closed date is none yet")]:
        with pytest.raises(StepError, match=message):
            as_of(lender, loan, on)
    lender.close_day()
    with pytest.raises(StepError, match="in the books since 2026-03-02: nothing is known of 2026-03-01"):
        as_of(lender, "L1", "2026-03-01")
    with pytest.raises(StepError, match="2026-03-03 is not closed: the last closed date is 2026-03-02"):
        as_of(lender, "L1", "2026-03-03")


def test_a_report_of_a_past_date_made_again_after_later_bookings_is_the_same(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "1000", "10"), ("2026-03-06", "1000", "9")])
    lender.close_day(2)
    built = lender.context()
    past = StepContext(date(2026, 3, 3), built.engine, built.places, run_id="test")

    def reports() -> dict[str, list[dict[str, Any]]]:
        run_day(past, REPORTS)
        return {step.task: lender.rows(f"select * from report_{step.task} where business_date = '2026-03-03'") for step in REPORTS}

    then = reports()
    lender.receive("L1", "1010", "old", value_date="2026-03-02")
    agree(lender, ask(lender, "UNLIKELY_TO_PAY", loan_no="L1"))
    lender.close_day(2)
    assert reports() == then
    assert then["ageing"][1]["loans"] == 1


def test_the_past_of_a_loan_whose_schedule_was_changed(lender: Lender) -> None:
    details = {
        "EXTENDED": ("EXTENSION", {"months": 3}),
        "RATE": ("RATE_CHANGE", {"annual_rate": "0.06"}),
        "KEPT": ("RESTRUCTURE", {"instalments": 10, "arrears": "KEEP", "annual_rate": "0.09"}),
        "DEFERRED": ("RESTRUCTURE", {"instalments": 12, "arrears": "DEFER", "first_due": "2026-04-15"}),
        "CAPITALISED": ("RESTRUCTURE", {"instalments": 12, "arrears": "CAPITALISE"}),
    }
    for loan in details:
        monthly_loan(lender, loan)
        if loan in ("EXTENDED", "RATE"):
            lender.receive(loan, "2070.58", f"first of {loan}")
    lender.close_day(2)
    changes = [ask(lender, kind, loan_no=loan, details=more) for loan, (kind, more) in details.items()]
    for number in changes:
        agree(lender, number)
    lender.close_day(3)
    assert {row["state"] for row in lender.rows("select state from change_request")} == {"APPLIED"}
    assert check_known_then(lender) == 25
    assert as_of(lender, "RATE", "2026-03-03").annual_rate == Decimal("0.12")
    assert as_of(lender, "RATE", "2026-03-04").annual_rate == Decimal("0.06")


def test_a_fee_of_an_instalment_is_owed_on_every_date_that_is_lived_again(lender: Lender) -> None:
    lender.execute("delete from loan_product where product_code = 'FEES'")
    make_product(lender, "FEES", (("instalment_fee", "7.50"),))
    lender.loan("L1", [("2026-03-02", "1000", "10"), ("2026-04-02", "1000", "10")], product="FEES", penalty_rate="0")
    lender.close_day(3)
    lender.receive("L1", "100", "late", value_date="2026-03-03")
    lender.close_day()
    assert check_known_then(lender) == 4
    assert as_of(lender, "L1", "2026-03-04", By.VALUE).arrears == Decimal("917.50")
    assert lender.one("select amount from delinquency_history")["amount"] == Decimal("917.50")
