"""Schedules of loans that are paid out in tranches: each pay-out raises the balance from its day on, and the instalments that
are still to come are made level again over it.

A tranche belongs to the period that ends after it. Interest of that period is

    sum(f x balance x days on which it was owed / days of the period), each term to the cent,

with f the part of a year of the whole period x the rate; from there on ``amortise`` does what it does for any loan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from include.lending.amortise import amortise
from include.lending.calendar import BusinessCalendar, Dates, dates
from include.lending.day_count import actual_days
from include.lending.money import Integers, Rounding, round_ratio
from include.lending.schedule import Loans, Schedule, Terms, as_schedule, periods, rates


@dataclass(frozen=True)
class Tranches:
    """Pay-outs, one entry each.

    Attributes
    ----------
    loan : position of the loan in its Terms.
    on : value date, not before the loan's start.
    amount : cents.
    """

    loan: ArrayLike
    on: ArrayLike
    amount: ArrayLike


@dataclass
class _Running:
    """Where each loan stands: the period of its last tranche, what is owed since when, and what the period earned before."""

    period: NDArray[np.int64]
    since: Dates
    owed: Integers
    earned: Integers


def build_tranches(
    terms: Terms, tranches: Tranches, calendar: BusinessCalendar | None = None, period_ends: ArrayLike | None = None
) -> Schedule:
    """The schedules of all loans of ``terms`` with what ``tranches`` pays out; ``terms.amount`` plays no part.

    Interest-free first periods and flat interest are for loans paid out at once: ``build`` makes those.

    Raises
    ------
    ValueError : a tranche comes after its loan's last instalment, or before its start.
    """
    loans = Loans(terms)
    starts, ends = periods(loans, period_ends)
    rate, scale = rates(loans, starts, ends)
    rate, scale = rate.astype(object), scale.astype(object)
    days = actual_days(starts, ends)
    principal, interest = np.zeros(ends.shape, dtype=object), np.zeros(ends.shape, dtype=object)
    nothing = np.zeros(len(scale), dtype=object)
    state = _Running(np.zeros(len(scale), dtype=np.int64), loans.start.copy(), nothing.copy(), nothing.copy())
    for column, on, amount in _rounds(loans, tranches):
        period = (ends[:, column] <= on).sum(axis=0)
        if (period >= loans.instalments[column]).any() or (on < loans.start[column]).any():
            raise ValueError("A tranche must be paid out between its loan's start and its last instalment.")
        _move_on(state, column, period, principal, starts)
        factor = rate[period, column], scale[column] * days[period, column].astype(object)
        state.earned[column] += _interest(loans, state, column, on, factor)
        state.since[column] = on
        state.owed[column] += amount
        earned = state.earned[column] + _interest(loans, state, column, ends[period, column], factor)
        _repay_anew(loans, state, column, earned, (rate, scale), principal, interest)
    exists = np.arange(len(ends))[:, None] < loans.instalments
    return as_schedule(loans, exists, starts, ends, principal.astype(np.int64), interest.astype(np.int64), calendar)


def _rounds(loans: Loans, tranches: Tranches) -> list[tuple[NDArray[np.int64], Dates, Integers]]:
    """Each loan's first tranche, each loan's second, and so on: columns of the loans, days, cents."""
    loan, on, amount = np.broadcast_arrays(
        np.atleast_1d(np.asarray(tranches.loan)), dates(np.atleast_1d(np.asarray(tranches.on))), np.atleast_1d(np.asarray(tranches.amount))
    )
    place = np.argsort(loans.order)[loan]
    order = np.lexsort((np.arange(len(on)), on, place))
    place, on, amount = place[order], on[order], amount[order].astype(object)
    nth = np.arange(len(place)) - np.searchsorted(place, place)
    return [(place[nth == n], on[nth == n], amount[nth == n]) for n in range(int(nth.max()) + 1)]


def _move_on(state: _Running, column: NDArray[np.int64], period: NDArray[np.int64], principal: Integers, starts: Dates) -> None:
    """Loans whose tranche is in a later period than the last one: what is planned until then is repaid."""
    for place, into in zip(column, period, strict=True):
        last = state.period[place]
        if into > last:
            state.owed[place] -= int(principal[last:into, place].sum())
            state.since[place], state.earned[place], state.period[place] = starts[into, place], 0, into


def _interest(loans: Loans, state: _Running, column: NDArray[np.int64], until: Dates, factor: tuple[Integers, Integers]) -> Integers:
    """Interest on what is owed since the last tranche, to the cent."""
    numerator, denominator = factor
    cent_days = state.owed[column] * actual_days(state.since[column], until).astype(object)
    return round_ratio(numerator * cent_days, denominator, loans.rounding[column] == Rounding.HALF_EVEN)


def _repay_anew(
    loans: Loans,
    state: _Running,
    column: NDArray[np.int64],
    earned: Integers,
    terms: tuple[Integers, Integers],
    principal: Integers,
    interest: Integers,
) -> None:
    """Level instalments from the tranche's period on, whose interest is ``earned``."""
    rate, scale = terms
    # as amortise wants them: in falling order of the periods that are left
    left = loans.instalments[column] - state.period[column]
    falling = np.argsort(-left, kind="stable")
    column, earned = column[falling], earned[falling]
    first, left = state.period[column], loans.instalments[column] - state.period[column]
    rows = np.minimum(first + np.arange(int(left.max()))[:, None], len(rate) - 1)
    owed = state.owed[column]
    shifted = rate[rows, column] * owed
    shifted[0] = earned * scale[column]
    shifted = np.where(np.arange(len(rows))[:, None] < left, shifted, 0)
    whole = loans.plan(rate, scale)
    plan = replace(
        whole,
        amount=owed,
        periods=left,
        rate=shifted,
        scale=scale[column] * owed,
        method=whole.method[column],
        flat=whole.flat[column],
        principal_grace=np.maximum(whole.principal_grace[column] - first, 0),
        interest_grace=np.maximum(whole.interest_grace[column] - first, 0),
        multiple=whole.multiple[column],
        half_even=whole.half_even[column],
        even_out=whole.even_out[column],
    )
    repaid, earned = amortise(plan)
    for k, place in enumerate(column):
        span = slice(int(first[k]), int(first[k] + left[k]))
        principal[span, place], interest[span, place] = repaid[: left[k], k], earned[: left[k], k]
