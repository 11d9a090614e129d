"""The manifest of the real book: control totals, and an account of every row of the source by its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from include.data.sample.files import yuan
from include.data.small_business.source import OUTCOMES, SBA_LOANS, source_sha256
from include.data.small_business.states import Placed, State

Row = Mapping[str, str]

REAL = (
    "dates of approval, disbursement and charge-off, term, amounts disbursed and charged off, outcome, state, industry, and what is"
    " in details"
)
GENERATED = (
    "customers' names and identity numbers; rates; schedules; that running loans paid as agreed, or, where they are charged off"
    " later, until what was left just covered it; that a loan was paid in full at the end of its term"
)


def manifest_of(
    placed: Sequence[Placed], rows: Mapping[str, Sequence[Row]], files: Mapping[str, Any], cut_over: date, first_date: date
) -> dict[str, Any]:
    """All of it, as JSON has it."""
    book = [one for one in placed if one.state is not State.LEFT_OUT]
    instalments, history = rows["instalments.csv"], rows["history.csv"]
    past_due = [row for row in instalments if row["due_date"] < cut_over.isoformat()]
    return {
        "dataset": "book",
        "cut_over": cut_over.isoformat(),
        "first_date": first_date.isoformat(),
        "files": files,
        "totals": {
            "loans": len(book),
            "instalments": len(instalments),
            "principal_outstanding": _sum(rows["loans.csv"], "principal_outstanding"),
            "arrears": _sum(past_due, "principal_due", "interest_due", "penalty"),
            "penalty": _sum(instalments, "penalty"),
            "held_money": _sum(rows["loans.csv"], "held_money"),
        },
        "by_state": {state.value: _of_state(book, state) for state in (State.RUNNING, State.PAID_OFF, State.WRITTEN_OFF)},
        "history": {
            "events": len(history),
            **{
                name: _sum((row for row in history if row["kind"] == kind), "principal")
                for name, kind in (
                    ("disbursed", "DISBURSEMENT"),
                    ("repaid", "REPAYMENT"),
                    ("charged_off", "CHARGE_OFF"),
                    ("recovered", "RECOVERY"),
                )
            },
        },
        "source": _source(placed),
    }


def _of_state(book: Iterable[Placed], state: State) -> dict[str, Any]:
    found = [one for one in book if one.state is state]
    return {
        "loans": len(found),
        "principal": yuan(sum(one.loan.disbursed for one in found)),
        "charged_off": yuan(sum(one.charged_off for one in found)),
    }


def _source(placed: Sequence[Placed]) -> dict[str, Any]:
    """Every row of the source is in the book or left out; every amount charged off is in the book, left out, or comes later."""
    return {
        "file": SBA_LOANS.name,
        "sha256": source_sha256(),
        "rows": len(placed),
        "real": REAL,
        "generated": GENERATED,
        "by_outcome": {outcome: _by_outcome(placed, outcome) for outcome in OUTCOMES},
        "date_of_approval_stands_in": [one.loan.number for one in placed if one.loan.stand_in],
        "disbursed_after_the_cut_over": [one.loan.number for one in placed if one.state is State.LEFT_OUT],
    }


def _by_outcome(placed: Iterable[Placed], outcome: str) -> dict[str, Any]:
    found = [one for one in placed if one.loan.outcome == outcome]
    book = [one for one in found if one.state is not State.LEFT_OUT]
    left_out = [one for one in found if one.state is State.LEFT_OUT]
    return {
        "in_book": _amounts(book, sum(one.charged_off for one in book)),
        "charged_off_later": yuan(sum(one.loan.charged_off - one.charged_off for one in book)),
        "left_out": _amounts(left_out, sum(one.loan.charged_off for one in left_out)),
    }


def _amounts(found: Sequence[Placed], charged_off: int) -> dict[str, Any]:
    return {
        "loans": len(found),
        "disbursed": yuan(sum(one.loan.disbursed for one in found)),
        "charged_off": yuan(charged_off),
        "by_state": {state: sum(one.state == state for one in found) for state in sorted({one.state.value for one in found})},
    }


def _sum(rows: Iterable[Row], *columns: str) -> str:
    return str(sum((Decimal(row[column]) for row in rows for column in columns), Decimal("0.00")))
