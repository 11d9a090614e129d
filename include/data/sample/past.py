"""What had been paid of a loan by the cut-over. Generated: the source knows whether a loan was repaid, not when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from include.data.sample.loans import BookLoan, Owed
from include.data.sample.streams import CUT_OVER, between, weighted

# A good loan at the cut-over; "ahead" has money on account for its next instalment.
GOOD = {"as agreed": 86, "one late": 7, "part of one": 3, "ahead": 4}
# A bad loan from its instalment of trouble on.
BAD = {"stops": 70, "pays a part and stops": 20, "pays late": 10}


def trouble_from(schedule: Sequence[Owed], day: date) -> int:
    """The first instalment due on or after ``day``."""
    return next((item.number for item in schedule if item.due_date >= day), schedule[-1].number)


def owed_at_cut_over(loan: BookLoan, schedule: list[Owed], rng: np.random.Generator) -> tuple[list[Owed], int]:
    """The remaining schedule with the penalty that it bears, and the money held on the loan."""
    fell_due = [item for item in schedule if item.due_date <= CUT_OVER]
    first_unpaid, paid_percent, held = len(fell_due), 0, 0
    if loan.trouble is not None:
        if loan.trouble <= len(fell_due):
            how = weighted(rng, BAD)
            first_unpaid = loan.trouble - 1
            if how == "pays late":
                first_unpaid = max(first_unpaid, len(fell_due) - between(rng, 1, 2))
            paid_percent = between(rng, 20, 80) if how == "pays a part and stops" else 0
    elif fell_due:
        how = weighted(rng, GOOD)
        if how in ("one late", "part of one"):
            first_unpaid -= 1
            paid_percent = between(rng, 30, 80) if how == "part of one" else 0
        elif how == "ahead":
            upcoming = schedule[first_unpaid]
            held = upcoming.total if rng.random() < 0.6 else upcoming.total // 3
    remaining = schedule[first_unpaid:]
    if paid_percent:
        remaining[0].pay(remaining[0].total * paid_percent // 100)
    for item in remaining:
        if item.due_date < CUT_OVER:
            item.penalty = loan.penalty_between(item, item.due_date, CUT_OVER)
    return remaining, held
