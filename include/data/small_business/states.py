"""What each real loan was at the end of a cut-over date, from its dates, its term and its outcome.

- disbursed after the cut-over: LEFT_OUT of the book, and told;
- charged off by the cut-over: WRITTEN_OFF, or PAID_OFF where the file says paid in full all the same;
- never charged off, and its term over by the cut-over: PAID_OFF. The file does not say when a loan was paid in full: the end of
  its term stands for it;
- else RUNNING.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from include.data.sample.plan import add_months
from include.data.small_business.source import CHARGED_OFF, SourceLoan


class State(StrEnum):
    """As in loans.csv, and LEFT_OUT for those that are not in it."""

    RUNNING = "RUNNING"
    PAID_OFF = "PAID_OFF"
    WRITTEN_OFF = "WRITTEN_OFF"
    LEFT_OUT = "LEFT_OUT"


@dataclass(frozen=True)
class Placed:
    """A loan and its state.

    Attributes
    ----------
    closed_on : when it was paid off or written off.
    charged_off : cents charged off by the cut-over; what is charged off later nobody knows yet.
    """

    loan: SourceLoan
    state: State
    matures_on: date
    closed_on: date | None
    charged_off: int


def place(loans: Iterable[SourceLoan], cut_over: date) -> list[Placed]:
    """Every loan, in the order given."""
    return [_place(loan, cut_over) for loan in loans]


def _place(loan: SourceLoan, cut_over: date) -> Placed:
    matures_on = add_months(loan.disbursed_on, loan.term)
    if loan.disbursed_on > cut_over:
        return Placed(loan, State.LEFT_OUT, matures_on, None, 0)
    if loan.charged_off_on is not None and loan.charged_off_on <= cut_over:
        state = State.WRITTEN_OFF if loan.outcome == CHARGED_OFF else State.PAID_OFF
        paid_later = state is State.PAID_OFF and loan.charged_off_on < matures_on <= cut_over
        return Placed(loan, state, matures_on, matures_on if paid_later else loan.charged_off_on, loan.charged_off)
    if loan.charged_off_on is None and matures_on <= cut_over:
        return Placed(loan, State.PAID_OFF, matures_on, matures_on, 0)
    return Placed(loan, State.RUNNING, matures_on, None, 0)
