"""Splits an amount into instalments of principal and interest, for all loans at once, in exact integers.

Arrays over periods have shape (periods, loans): row k holds period k of every loan. Loans stand in falling order of
their number of periods, so that the loans that still have a period k are the first ``live[k]`` columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.lending.money import MILLION, Integers, exact, round_ratio

Flags = NDArray[np.bool_]


class Method(StrEnum):
    """How a loan is repaid."""

    EQUAL_INSTALMENT = "EQUAL_INSTALMENT"
    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    INTEREST_ONLY = "INTEREST_ONLY"
    AT_MATURITY = "AT_MATURITY"


@dataclass(frozen=True)
class Plan:
    """What amortisation needs to know; one entry a loan but for ``rate``.

    Attributes
    ----------
    amount : cents to repay.
    periods : number of periods, falling.
    rate, scale : interest of period k on a balance is balance x rate[k] / scale.
    method : a Method.
    flat : interest on the amount, not on what is left of it.
    principal_grace, interest_grace : first periods in which none is due; interest of grace is due with the first after it.
    multiple : instalments are multiples of so many cents, all but the last.
    half_even : ties of rounding go to the even cent.
    even_out : move the instalment by a cent or so where the last one would differ by more than half a cent a period.
    agreed : cents of each instalment, of its principal where principals are equal, if that is not to be computed; else 0.
    carried : cents of interest earned before the first period, which the first instalment pays too.
    """

    amount: Integers
    periods: NDArray[np.int64]
    rate: Integers
    scale: Integers
    method: NDArray[Any]
    flat: Flags
    principal_grace: NDArray[np.int64]
    interest_grace: NDArray[np.int64]
    multiple: NDArray[np.int64]
    half_even: Flags
    even_out: Flags
    agreed: NDArray[np.int64]
    carried: NDArray[np.int64]

    @property
    def repaying(self) -> NDArray[np.int64]:
        """Periods after the principal grace."""
        return self.periods - self.principal_grace


def amortise(plan: Plan) -> tuple[Integers, Integers]:
    """Principal and interest due in cents, shape (periods, loans).

    Principal adds up to the amount exactly; nothing is negative; what rounding leaves is in the last instalment.
    """
    plan = _in_lowest_terms(plan)
    level = _level_instalments(plan)
    principal, interest = _repay(plan, level)
    if not plan.even_out.any():
        return principal, interest
    trial = level + round_ratio(_residue(plan, level, principal, interest), plan.repaying)
    evener = _repay(plan, trial)
    before = np.abs(_residue(plan, level, principal, interest))
    after = np.abs(_residue(plan, trial, *evener))
    better = plan.even_out & (plan.multiple == 1) & (before > plan.repaying // 2) & (after < before)
    return np.where(better, evener[0], principal), np.where(better, evener[1], interest)


def _in_lowest_terms(plan: Plan) -> Plan:
    """The same rates with the smallest integers, in a dtype that holds every product."""
    divisor = np.gcd(np.gcd.reduce(plan.rate, axis=0), plan.scale)
    rate, scale = plan.rate // divisor, plan.scale // divisor
    dtype = exact(int(plan.amount.max()) * max(int(rate.max()), int(scale.max()), int(plan.periods.max())) * 2)
    return replace(plan, amount=plan.amount.astype(dtype), rate=rate.astype(dtype), scale=scale.astype(dtype))


def _level_instalments(plan: Plan) -> Integers:
    """The instalment that repays each loan in equal ones, to the multiple; 0 for other methods and flat interest.

    With growth g_k = 1 + rate_k it is (amount x g_1 + carried) x g_2...g_n / (g_2...g_n + g_3...g_n + ... + 1), taken exactly:
    numerator and denominator are integers scaled by scale^n.
    """
    level = np.zeros_like(plan.amount)
    chosen = np.flatnonzero((plan.method == Method.EQUAL_INSTALMENT) & ~plan.flat)
    if not len(chosen):
        return level
    scale, first, last = plan.scale[chosen].astype(object), plan.principal_grace[chosen], plan.periods[chosen]
    growth, annuity, power, after_first = (np.full(len(chosen), start, dtype=object) for start in (1, 0, 1, 1))
    for k in range(int(first.min()), int(last.max())):
        here = np.flatnonzero((k >= first) & (k < last))
        step = scale[here] + plan.rate[k, chosen[here]]
        growth[here] *= step
        after_first[here] *= np.where(k == first[here], scale[here], step)
        power[here] *= scale[here]
        annuity[here] = annuity[here] * step + power[here]
    repaid = plan.amount[chosen] * growth + np.where(first == 0, plan.carried[chosen], 0) * after_first
    exactly = round_ratio(repaid, annuity, plan.half_even[chosen], plan.multiple[chosen])
    level[chosen] = np.where(plan.agreed[chosen] > 0, plan.agreed[chosen], exactly).astype(level.dtype)
    return level


def _repay(plan: Plan, level: Integers) -> tuple[Integers, Integers]:
    """Run the loans through their periods, with ``level`` as the instalment of those that have a level one."""
    principal, interest = np.zeros_like(plan.rate), np.zeros_like(plan.rate)
    balance, deferred = plan.amount.copy(), np.zeros_like(plan.amount)
    equal_instalment, equal_principal = plan.method == Method.EQUAL_INSTALMENT, plan.method == Method.EQUAL_PRINCIPAL
    share = np.where(plan.agreed > 0, plan.agreed, round_ratio(plan.amount, plan.repaying, plan.half_even, plan.multiple))
    for k in range(len(plan.rate)):
        live = slice(0, int(np.searchsorted(-plan.periods, -k)))
        left, last = balance[live], plan.periods[live] == k + 1
        bearing = np.where(plan.flat[live], plan.amount[live], left)
        earned = round_ratio(bearing * plan.rate[k, live], plan.scale[live], plan.half_even[live])
        flat_instalment = round_ratio(
            plan.amount[live] + plan.repaying[live] * earned, plan.repaying[live], plan.half_even[live], plan.multiple[live]
        )
        instalment = np.where(plan.flat[live], flat_instalment, level[live])
        carried = plan.carried[live] if k == 0 else 0
        wanted = np.where(equal_instalment[live], instalment - earned - carried, np.where(equal_principal[live], share[live], 0))
        wanted = np.where(k < plan.principal_grace[live], 0, np.clip(wanted, 0, left))
        principal[k, live] = np.where(last, left, wanted)
        deferred[live] += earned
        interest[k, live] = np.where((k >= plan.interest_grace[live]) | last, deferred[live], 0)
        deferred[live] -= interest[k, live]
        balance[live] -= principal[k, live]
    return principal, interest


def _residue(plan: Plan, level: Integers, principal: Integers, interest: Integers) -> Integers:
    """By how many cents the last instalment differs from the level one; 0 where there is no level one."""
    rows, columns = plan.periods - 1, np.arange(len(plan.periods))
    return np.where(level > 0, principal[rows, columns] + interest[rows, columns] - level, 0)


@lru_cache(maxsize=4096)
def annuity(annual_rate: int, periods: int, a_year: int = 12) -> tuple[int, int]:
    """The ratio instalment / amount of a loan in equal instalments at ``annual_rate`` millionths, as two integers."""
    scale, growth, total, power = MILLION * a_year, 1, 0, 1
    for _ in range(periods):
        growth *= scale + annual_rate
        power *= scale
        total = total * (scale + annual_rate) + power
    return growth, total
