"""What tests of changes to a running loan share: asking, agreeing, and real schedules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from include.lending.money import from_cents, to_cents, to_millionths
from include.lending.schedule import Terms, build
from include.steps.changes import approve, request
from tests.lender import Lender


def ask(lender: Lender, kind: str, loan_no: str = "L1", **more: Any) -> int:
    """Ask for a change and approve it; return its number."""
    with lender.engine.begin() as connection:
        number = request(connection, kind, "maker", "because", loan_no, **more)
        approve(connection, number, "checker")
    return number


def outcome(lender: Lender, number: int) -> tuple[str, str | None]:
    """State and error of a request."""
    row = lender.one("select state, error from change_request where change_request_id = :number", number=number)
    return row["state"], row["error"]


def rows(lender: Lender, loan_no: str = "L1", version: int | None = None) -> list[tuple[Any, ...]]:
    """Rows of a schedule version, the newest by default: kind, due date, principal and interest as scheduled."""
    found = lender.rows(
        "select i.kind, i.due_date, i.principal_due, i.interest_due from instalment as i inner join loan as l on i.loan_id = l.loan_id"
        " where l.loan_no = :no and i.version = coalesce(:version, (select max(version) from schedule_version as v"
        " where v.loan_id = l.loan_id)) order by i.instalment_no",
        no=loan_no,
        version=version,
    )
    return [(row["kind"], str(row["due_date"]), str(row["principal_due"]), str(row["interest_due"])) for row in found]


def monthly_loan(lender: Lender, number: str = "L1", product: str = "WC-INSTALMENT", amount: str = "12000", months: int = 6) -> list[Any]:
    """A loan at 12% from 2 February 2026 on, instalments due on the 2nd of each month; return its schedule."""
    terms = lender.product(product)
    every, count = (months, 1) if terms["method"] == "AT_MATURITY" else (1, months)
    schedule = build(
        Terms(
            to_cents(Decimal(amount)),
            to_millionths("0.12"),
            count,
            "2026-02-02",
            terms["method"],
            every=every,
            day_count=terms["day_count"],
        )
    )
    columns = (schedule.period_end, schedule.principal, schedule.interest)
    due = [(str(end), str(from_cents(p)), str(from_cents(i))) for end, p, i in zip(*(column.tolist() for column in columns), strict=True)]
    lender.loan(number, due, product=product, disbursed_on="2026-02-02")
    return due


def cents(amount: Any) -> int:
    """Integer cents of an amount of the database."""
    return to_cents(Decimal(amount))


def version_rows(lender: Lender, loan_no: str, version: int | None = None) -> list[tuple[str, int, int]]:
    """Rows of a version as kind and cents of principal and interest."""
    return [(kind, cents(principal), cents(interest)) for kind, _, principal, interest in rows(lender, loan_no, version)]


def approve_all(lender: Lender) -> None:
    """Approve what waits for it."""
    with lender.engine.begin() as connection:
        for row in lender.rows("select change_request_id from change_request where state = 'REQUESTED'"):
            approve(connection, row["change_request_id"], "checker")


def half_up(value: Fraction) -> int:
    """To the whole cent."""
    return int(value + Fraction(1, 2))


def by_hand(amount: int, count: int, rate: Fraction, first: Fraction, carried: int) -> list[tuple[int, int]]:
    """Principal and interest of equal instalments, as a person would work them out: each instalment at its worth at the first due date.

    ``rate`` of a whole period, ``first`` of the first one; the first instalment pays ``carried`` too.
    """
    worth = sum(1 / (1 + rate) ** k for k in range(count))
    instalment, balance, found = half_up((amount * (1 + first) + carried) / worth), amount, []
    for k in range(count):
        interest = half_up(balance * (first if k == 0 else rate))
        principal = balance if k == count - 1 else instalment - interest - (carried if k == 0 else 0)
        found.append((principal, interest))
        balance -= principal
    return found
