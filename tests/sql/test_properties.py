"""Properties that hold for any product and history, through the database. Every date's close proves its invariants on the way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from include.steps.changes import approve, request
from tests.checksums import checksums
from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import SERVICING, Lender
from tests.sql.histories import DAYS, FIRST, History, end_of, histories, make_product

some = settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate)
)
# several loans a run: the days are what costs time
BATCH = st.lists(histories(), min_size=6, max_size=12)


@pytest.fixture(params=["mariadb", "mysql"])
def schema(request: pytest.FixtureRequest) -> SharedSchema:
    found: SharedSchema = request.getfixturevalue(f"{request.param}_schema")
    return found


def fresh(schema: SharedSchema, tmp_path: Path) -> Lender:
    schema.empty()
    lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), tmp_path)
    lender.execute("delete from loan_product where product_code like 'RANDOM%'")
    lender.open(str(FIRST))
    return lender


def live(lender: Lender, plans: list[tuple[str, History, str]]) -> None:
    """Live the fortnight: each loan by its history, receipts ``in order``, ``as they arrive``, ``at the counter`` or ``split``."""
    for number, (loan_no, history, _) in enumerate(plans):
        make_product(lender, f"RANDOM{number}", history.product)
        lender.loan(loan_no, history.schedule, product=f"RANDOM{number}", penalty_rate=history.penalty_rate)
    for _ in range(DAYS):
        today = lender.today
        for loan_no, history, way in plans:
            for number, ((value_date, cents), late) in enumerate(zip(history.receipts, history.arrivals, strict=True)):
                arrives = value_date + timedelta(days=late if way == "as they arrive" else 0)
                if arrives != today:
                    continue
                parts = [cents // 3, cents - cents // 3] if way == "split" else [cents]
                for part, amount in enumerate(amount for amount in parts if amount):
                    lender.receive(
                        loan_no,
                        str(Decimal(amount) / 100),
                        f"{loan_no}-{number}-{part}",
                        value_date=str(value_date),
                        channel="COUNTER" if way == "at the counter" else "BANK",
                    )
        lender.close_day()


def same_either_way(schema: SharedSchema, tmp_path: Path, batch: list[History], way: str) -> None:
    lender = fresh(schema, tmp_path)
    plans = [
        (f"{side}{number}", history, chosen) for number, history in enumerate(batch) for side, chosen in (("A", "in order"), ("B", way))
    ]
    live(lender, plans)
    for number, history in enumerate(batch):
        assert end_of(lender, f"A{number}") == end_of(lender, f"B{number}"), history


@some
@given(batch=BATCH)
def test_end_balances_do_not_depend_on_the_order_of_arrival(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    same_either_way(schema, tmp_path, batch, "as they arrive")


@some
@given(batch=BATCH)
def test_the_teller_s_door_is_the_batch_s_door(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    same_either_way(schema, tmp_path, batch, "at the counter")


@some
@given(batch=BATCH)
def test_splitting_a_payment_in_two_does_not_matter(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    same_either_way(schema, tmp_path, batch, "split")


def owed_penalty(history: History, loan: list[dict[str, object]], number: int, until: date) -> Decimal:
    """Day by day, in exact fractions: rate / basis on what was overdue at the end of each day, rounded at the end."""
    product = dict(history.product)
    due_date = history.due[number - 1][0]
    grace = product["penalty_grace_days"]
    if (until - due_date).days <= grace:
        return Decimal(0)
    total, day = Fraction(0), due_date + timedelta(days=grace if product["penalty_only_after_grace"] else 0)
    while day < until:
        base = history.due[number - 1][1] + (history.due[number - 1][2] if product["penalty_compounds"] else 0)
        for entry in loan:
            if entry["instalment_no"] == number and entry["value_date"] <= day:  # type: ignore[operator]
                base -= int((entry["principal"] + (entry["interest"] if product["penalty_compounds"] else 0)) * 100)  # type: ignore[operator]
        total += Fraction(base) * Fraction(history.penalty_rate) / product["penalty_basis"]
        day += timedelta(days=1)
    whole, rest = divmod(total, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (product["rounding"] == "HALF_UP" or whole % 2 == 1))
    return Decimal(int(whole) + up) / 100


@some
@given(batch=BATCH)
def test_penalty_is_what_each_day_overdue_costs(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    lender = fresh(schema, tmp_path)
    live(lender, [(f"L{number}", history, "as they arrive") for number, history in enumerate(batch)])
    last = lender.today - timedelta(days=1)
    for number, history in enumerate(batch):
        entries = lender.rows(
            "select instalment_no, value_date, principal, interest from ledger_entry"
            " where loan_id = (select loan_id from loan where loan_no = :no) and entry_type in ('REPAYMENT', 'HELD_APPLIED')",
            no=f"L{number}",
        )
        rows = lender.rows(
            "select instalment_no, penalty_charged, principal_due - principal_paid as principal, interest_due - interest_paid as interest"
            " from instalment where loan_id = (select loan_id from loan where loan_no = :no)",
            no=f"L{number}",
        )
        for row in rows:
            compounds = dict(history.product)["penalty_compounds"]
            paid_on = max((entry["value_date"] for entry in entries if entry["instalment_no"] == row["instalment_no"]), default=last)
            until = last if row["principal"] or (compounds and row["interest"]) else paid_on
            assert row["penalty_charged"] == owed_penalty(history, entries, row["instalment_no"], until), (history, row)


@some
@given(batch=BATCH)
def test_what_was_lent_comes_back_to_the_cent_and_nothing_is_negative(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    lender = fresh(schema, tmp_path)
    live(lender, [(f"L{number}", history, "as they arrive") for number, history in enumerate(batch)])
    for number in range(len(batch)):
        lender.receive(f"L{number}", "99999.99", f"L{number}-last")
    lender.close_day()
    for loan in lender.rows("select loan_id, state, principal, principal_disbursed, principal_paid, principal_balance from loan"):
        assert loan["state"] == "PAID_OFF" and loan["principal_balance"] == 0
        assert loan["principal"] == loan["principal_disbursed"] == loan["principal_paid"]
        repaid = lender.one("select sum(principal) as total from ledger_entry where loan_id = :loan_id and entry_type <> 'OPENING'", **loan)
        assert repaid["total"] == loan["principal"]
    assert not lender.rows(
        "select * from ledger_entry where reverses_entry_id is null and (least(principal, interest, fee, penalty) < 0"
        " or (overpayment < 0 and entry_type <> 'HELD_APPLIED'))"
    )
    assert not lender.rows(
        "select * from instalment where outstanding <> 0 or principal_paid <> principal_due or interest_paid <> interest_due"
    )


@some
@given(batch=BATCH)
def test_a_payment_reversed_and_matched_again_leaves_no_trace(schema: SharedSchema, tmp_path: Path, batch: list[History]) -> None:
    lender = fresh(schema, tmp_path)
    live(lender, [(f"{side}{number}", history, "as they arrive") for number, history in enumerate(batch) for side in "AB"])
    paid = [number for number, history in enumerate(batch) if history.receipts]
    for number in paid:
        _agreed(lender, "REPAYMENT_REVERSAL", f"B{number}", source="BANK", external_ref=f"B{number}-0-0")
    lender.close_day()
    for number in paid:
        item = lender.one(
            "select suspense_id from suspense_item as s inner join repayment as r on s.repayment_id = r.repayment_id"
            " where r.external_ref = :ref and s.state = 'OPEN'",
            ref=f"B{number}-0-0",
        )
        _agreed(lender, "SUSPENSE_MATCH", f"B{number}", **item)
    lender.close_day(2)
    for number, history in enumerate(batch):
        assert end_of(lender, f"A{number}") == end_of(lender, f"B{number}"), history


def _agreed(lender: Lender, kind: str, loan_no: str, **details: object) -> None:
    with lender.engine.begin() as connection:
        approve(connection, request(connection, kind, "maker", "because", loan_no, details=details), "checker")


def test_a_day_run_twice_is_a_day_run_once(app_engine: Engine, any_database: Engine, tmp_path: Path) -> None:
    from include.steps.runner import run_day

    lender = Lender(any_database, app_engine, tmp_path)
    lender.open(str(FIRST))
    lender.loan("L1", [("2026-03-02", "1000", "10"), ("2026-03-04", "1000", "10")], penalty_rate="0.36")
    lender.receive("L1", "500", "a")
    lender.receive("L1", "200", "b", value_date="2026-03-01")
    context = lender.context()
    lender.close_day()
    once = checksums(any_database)
    run_day(context, SERVICING)
    assert checksums(any_database) == once
