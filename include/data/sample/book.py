"""The opening book: loans made from history rows, with real amount, tenor and outcome and a generated past."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from include.data.sample.applicants import Applicant, history
from include.data.sample.loans import BookLoan, Owed
from include.data.sample.past import owed_at_cut_over, trouble_from
from include.data.sample.plan import add_months, plans
from include.data.sample.streams import CUT_OVER, FIRST_DATE, between, stream
from include.data.sample.terms import choose_product

LOANS = 1200
FIRST_DISBURSEMENT = date(2024, 9, 1)
LAST_DISBURSEMENT = date(2026, 2, 28)
# More loans than an even spread are due in the first days of a month, so that the demo's week has enough to do.
EARLY_IN_MONTH_SHARE = 0.35
# Short good loans that run out in the demo's week.
RUNS_OUT_SHARE = 0.2
# Bad loans that stopped paying with an instalment due 1-5 December 2025: they cross 90 days past due in the demo's week.
CROSSES_90_SHARE = 0.03
DECEMBER = date(2025, 12, 1)
# A bad loan stops being paid as agreed with one of its first instalments, each equally likely.
LATEST_TROUBLE = 18


@cache
def borrowers() -> tuple[int, ...]:
    """Customer numbers of the book, each with one loan."""
    chosen = stream("book").choice(len(history()), LOANS, replace=False)
    return tuple(sorted(history()[int(place)].number for place in chosen))


@cache
def opening_book() -> tuple[BookLoan, ...]:
    """Every loan as it stands at the end of the cut-over date."""
    by_number = {applicant.number: applicant for applicant in history()}
    loans = [_contract(by_number[number]) for number in borrowers()]
    for loan, schedule in zip(loans, plans(loans), strict=True):
        loan.matures_on = schedule[-1].period_end
        if loan.applicant.is_bad:
            loan.trouble = _trouble(loan, schedule)
        loan.owed, loan.held = owed_at_cut_over(loan, schedule, stream("past", loan.number))
    return tuple(loans)


def _contract(applicant: Applicant) -> BookLoan:
    rng = stream("loan", applicant.number)
    code = choose_product(rng, applicant.amount, applicant.tenor)
    disbursed_on = _crossing_date(rng) if _crosses_90(applicant) else _disbursed_on(rng, applicant)
    return BookLoan(applicant.number, applicant, code, disbursed_on)


def _crosses_90(applicant: Applicant) -> bool:
    return bool(applicant.is_bad) and stream("crosses 90", applicant.number).random() < CROSSES_90_SHARE


def _trouble(loan: BookLoan, schedule: list[Owed]) -> int:
    if _crosses_90(loan.applicant):
        return trouble_from(schedule, DECEMBER)
    return between(stream("trouble", loan.number), 1, min(len(schedule), LATEST_TROUBLE))


def _disbursed_on(rng: np.random.Generator, applicant: Applicant) -> date:
    """An even draw over the 18 months; a good loan must not have run out before the cut-over."""
    earliest = FIRST_DISBURSEMENT
    if not applicant.is_bad:
        if applicant.tenor <= 18 and rng.random() < RUNS_OUT_SHARE:
            return add_months(FIRST_DATE + timedelta(days=between(rng, 0, 4)), -applicant.tenor)
        earliest = max(earliest, add_months(CUT_OVER, -applicant.tenor) + timedelta(days=1))
    day = earliest + timedelta(days=between(rng, 0, (LAST_DISBURSEMENT - earliest).days))
    if rng.random() < EARLY_IN_MONTH_SHARE and earliest < day.replace(day=1):
        day = day.replace(day=between(rng, 2, 9))
    return min(day, LAST_DISBURSEMENT)


def _crossing_date(rng: np.random.Generator) -> date:
    return add_months(FIRST_DISBURSEMENT.replace(day=between(rng, 1, 5)), between(rng, 6, 13))
