"""Any history: what the database says of how late loans are is what include/lending/delinquency.py says, today and on every day before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.lending.delinquency import Bucket, Delinquency, PastDue, Pause, Policy, assess, resume
from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import Lender
from tests.sql.histories import DAYS, FIRST, make_product
from tests.sql.test_changes import agree, ask

some = settings(
    max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate)
)


@dataclass(frozen=True)
class Plan:
    """A loan: grace days; due dates in days before FIRST; receipts (value day, day of arrival, cents); a pause (day of the request,
    first and last day) and the day on which it is resumed."""

    grace: int
    due: tuple[int, ...]
    receipts: tuple[tuple[int, int, int], ...]
    pause: tuple[int, int, int]
    resumed: int

    @property
    def schedule(self) -> list[tuple[str, str, str]]:
        return [(str(FIRST - timedelta(days=before)), "1000.00", "10.00") for before in sorted(self.due, reverse=True)]


def plan_of(chance: Random) -> Plan:
    """Due dates around the edges of buckets, in the past and to come; money early, late, too little and too much."""
    due = chance.sample([183, 178, 95, 88, 62, 57, 33, 26, 20, 1, 0, -2, -5], chance.randint(1, 3))
    receipts = []
    for valued in sorted(chance.sample(range(DAYS - 2), chance.randint(0, 3))):
        receipts.append((valued, chance.randint(valued, DAYS - 3), chance.choice([30_000, 101_000, 101_500, 203_000])))
    start = chance.randint(-20, 8)
    pause = (chance.randint(0, 8), start, start + chance.randint(0, 15))
    return Plan(chance.randint(0, 4), tuple(due), tuple(receipts), pause, chance.randint(0, DAYS))


@pytest.fixture(params=["mariadb", "mysql"])
def schema(request: pytest.FixtureRequest) -> SharedSchema:
    found: SharedSchema = request.getfixturevalue(f"{request.param}_schema")
    return found


def live(lender: Lender, told: dict[str, Plan]) -> None:
    for loan, plan in told.items():
        make_product(lender, f"RANDOM{loan}", (("delinquency_grace_days", plan.grace),))
        lender.loan(loan, plan.schedule, product=f"RANDOM{loan}", penalty_rate="0")
    for day in range(DAYS):
        for loan, plan in told.items():
            for number, (valued, arrives, cents) in enumerate(plan.receipts):
                if arrives == day:
                    lender.receive(loan, str(Decimal(cents) / 100), f"{loan}-{number}", value_date=str(FIRST + timedelta(days=valued)))
            asked, start, end = plan.pause
            if asked == day:
                dates = {"start": str(FIRST + timedelta(days=start)), "end": str(FIRST + timedelta(days=end))}
                agree(lender, ask(lender, "DELINQUENCY_PAUSE", loan_no=loan, details=dates))
            if plan.resumed == day:
                agree(lender, ask(lender, "DELINQUENCY_RESUME", loan_no=loan))
        lender.close_day()


def pauses_of(lender: Lender, loan: str, plan: Plan) -> list[Pause]:
    """The pause as its requests came through, by the rules of the engine."""
    applied = {
        row["kind"]: row["applied_on"]
        for row in lender.rows(
            "select kind, applied_on from change_request where loan_id = (select loan_id from loan where loan_no = :no)", no=loan
        )
    }
    if applied.get("DELINQUENCY_PAUSE") is None:
        return []
    _, start, end = plan.pause
    pauses = [Pause(FIRST + timedelta(days=start), FIRST + timedelta(days=end))]
    resumed = applied.get("DELINQUENCY_RESUME")
    return pauses if resumed is None else resume(pauses, resumed)


def by_day(lender: Lender, loan: str, plan: Plan, policy: Policy) -> Iterator[tuple[date, Delinquency]]:
    """Every day by value date, from what the ledger says was paid by then."""
    pauses = pauses_of(lender, loan, plan)
    loan_id = lender.one("select loan_id from loan where loan_no = :no", no=loan)["loan_id"]
    rows = lender.rows(
        "select instalment_no, due_date, principal_due + interest_due as due from instalment where loan_id = :id", id=loan_id
    )
    paid = lender.rows(
        "select instalment_no, value_date, principal + interest as paid from ledger_entry"
        " where loan_id = :id and entry_type in ('REPAYMENT', 'HELD_APPLIED')",
        id=loan_id,
    )
    for number in range(DAYS):
        on = FIRST + timedelta(days=number)
        owed = {
            row["due_date"]: row["due"]
            - sum(entry["paid"] for entry in paid if entry["instalment_no"] == row["instalment_no"] and entry["value_date"] <= on)
            for row in rows
        }
        yield on, assess([PastDue(due, int(amount * 100)) for due, amount in owed.items()], on, policy, pauses)


@some
@given(seed=st.integers(1, 2**32))
def test_the_database_is_as_late_as_the_engine(schema: SharedSchema, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    schema.empty()
    lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), tmp_path)
    lender.execute("delete from loan_product where product_code like 'RANDOM%'")
    lender.open(str(FIRST))
    loans = {f"L{number}": plan_of(chance) for number in range(30)}
    live(lender, loans)
    found = lender.rows("select bucket_code, days_from, days_to from delinquency_bucket order by days_from")
    buckets = tuple(Bucket(row["bucket_code"], row["days_from"], row["days_to"]) for row in found)
    runs = 0
    for loan, plan in loans.items():
        days = list(by_day(lender, loan, plan, Policy(plan.grace, 100, buckets)))
        last = days[-1][1]
        row = lender.one("select days_past_due, delinquent_days, bucket_code, arrears from loan where loan_no = :no", no=loan)
        assert row == {
            "days_past_due": last.past_due_days,
            "delinquent_days": last.delinquent_days,
            "bucket_code": last.bucket.code if last.bucket else None,
            "arrears": Decimal(last.amount) / 100,
        }, plan
        history = lender.rows(
            "select bucket_code, from_date, to_date, delinquent_days, amount from delinquency_history"
            " where loan_id = (select loan_id from loan where loan_no = :no) order by from_date",
            no=loan,
        )
        expected = []
        for bucket, run in groupby(days, key=lambda item: item[1].bucket):
            (first, _), *_, (end, at_end) = items if len(items := list(run)) > 1 else items * 2
            if bucket:
                to_date = None if end == days[-1][0] else end
                expected.append((bucket.code, first, to_date, at_end.delinquent_days, Decimal(at_end.amount) / 100))
        assert [tuple(row.values()) for row in history] == expected, plan
        runs += len(expected)
    assert runs > 30
