"""Schedules with known figures, each showing one rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from include.lending.schedule import Terms, build

# amount, terms, principal of each instalment, interest of each, in cents
CASES: dict[str, tuple[int, dict[str, Any], list[int], list[int]]] = {
    "equal instalments, 30/360": (
        100_00,
        {"annual_rate": 94_822, "instalments": 6},
        [1634, 1647, 1660, 1673, 1686, 1700],
        [79, 66, 53, 40, 27, 13],
    ),
    "equal instalments, actual/365: the instalment takes the real days into account": (
        100_00,
        {"annual_rate": 156_780, "instalments": 6, "start": "2024-01-01", "day_count": "ACTUAL/365"},
        [1610, 1638, 1653, 1677, 1697, 1725],
        [133, 105, 90, 66, 46, 22],
    ),
    "equal principal: the last one takes the residue": (
        100_00,
        {"annual_rate": 120_000, "instalments": 3, "method": "EQUAL_PRINCIPAL"},
        [3333, 3333, 3334],
        [100, 67, 33],
    ),
    "interest only": (
        100_00,
        {"annual_rate": 120_000, "instalments": 3, "method": "INTEREST_ONLY", "day_count": "ACTUAL/360"},
        [0, 0, 10000],
        [103, 93, 103],
    ),
    "at maturity": (
        100_00,
        {"annual_rate": 120_000, "instalments": 1, "every": 3, "method": "AT_MATURITY", "day_count": "ACTUAL/ACTUAL"},
        [10000],
        [296],
    ),
    "flat interest": (
        100_00,
        {"annual_rate": 120_000, "instalments": 3, "flat": True},
        [3333, 3333, 3334],
        [100, 100, 100],
    ),
    "instalment to a multiple of 10.00": (
        1000_00,
        {"annual_rate": 120_000, "instalments": 4, "multiple": 1000},
        [25000, 25250, 25502, 24248],
        [1000, 750, 498, 242],
    ),
    "principal grace of 1, interest grace of 2": (
        1000_00,
        {"annual_rate": 120_000, "instalments": 4, "principal_grace": 1, "interest_grace": 2},
        [0, 33002, 33332, 33666],
        [0, 0, 2670, 337],
    ),
    "down payment of a quarter": (
        100_00,
        {"annual_rate": 50_000, "instalments": 5, "down_payment": 25_00},
        [2500, 1488, 1494, 1500, 1506, 1512],
        [0, 31, 25, 19, 13, 6],
    ),
    "short first period, pro rata": (
        192_22,
        {
            "annual_rate": 99_900,
            "instalments": 6,
            "start": "2026-01-15",
            "first_period_end": "2026-02-01",
            "day_count": "PERIOD",
            "even_out": True,
        },
        [3197, 3152, 3178, 3204, 3231, 3260],
        [88, 133, 107, 81, 54, 27],
    ),
    "short first period by 30/360: 16 of 360 days": (
        100_00,
        {"annual_rate": 360_000, "instalments": 2, "start": "2026-01-15", "first_period_end": "2026-02-01", "method": "INTEREST_ONLY"},
        [0, 10000],
        [160, 300],
    ),
    "long first period by actual/360": (
        100_00,
        {"annual_rate": 360_000, "instalments": 2, "first_period_end": "2026-03-02", "method": "INTEREST_ONLY", "day_count": "ACTUAL/360"},
        [0, 10000],
        [600, 310],
    ),
    "the residue spread over the instalments": (
        100_00,
        {"annual_rate": 94_822, "instalments": 3, "every": 14, "unit": "DAY", "day_count": "ACTUAL/364", "even_out": True},
        [3321, 3333, 3346],
        [36, 24, 12],
    ),
    "no interest": (100_00, {"annual_rate": 0, "instalments": 3}, [3333, 3333, 3334], [0, 0, 0]),
    "fewer cents than instalments": (2, {"annual_rate": 0, "instalments": 5, "method": "EQUAL_PRINCIPAL"}, [0, 0, 0, 0, 2], [0] * 5),
    "rounding up too often leaves nothing for the last": (3, {"annual_rate": 0, "instalments": 5}, [1, 1, 1, 0, 0], [0] * 5),
}


@pytest.mark.parametrize("name", CASES)
def test_a_schedule(name: str) -> None:
    amount, terms, principal, interest = CASES[name]
    schedule = build(Terms(**{"amount": amount, "start": "2026-01-01", **terms}))
    assert schedule.principal.tolist() == principal
    assert schedule.interest.tolist() == interest


def test_half_a_cent_goes_by_the_products_rounding() -> None:
    # 1,250.00 at 15%: a month's interest is 15.625
    schedule = build(Terms(1250_00, 150_000, 4, "2026-01-01", rounding=["HALF_UP", "HALF_EVEN"], multiple=100))
    assert schedule.interest.reshape(2, 4)[:, 0].tolist() == [1563, 1562]


def test_loans_of_a_batch_keep_their_order_and_do_not_touch_each_other() -> None:
    together = build(Terms([100_00, 500_00, 300_00], [50_000, 60_000, 70_000], [2, 12, 5], "2026-01-31"))
    alone = [build(Terms(a, r, n, "2026-01-31")) for a, r, n in ((100_00, 50_000, 2), (500_00, 60_000, 12), (300_00, 70_000, 5))]
    assert together.loan.tolist() == [0] * 2 + [1] * 12 + [2] * 5
    for name in ("number", "period_start", "due_date", "principal", "interest"):
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(one, name) for one in alone]))


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"amount": [100, 0]}, "an amount above its down payment: loan 1"),
        ({"principal_grace": 3}, "at least one instalment after its grace: loan 0"),
        ({"annual_rate": -1}, "a rate of 0 or more"),
        ({"first_period_end": "2026-01-01"}, "a first period that ends after its start"),
        ({"method": "BALLOON"}, "a known method"),
        ({"roll": "FOLLOWING"}, "give build\\(\\) the business calendar"),
    ],
)
def test_terms_that_make_no_schedule_are_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build(Terms(**{"amount": 100, "annual_rate": 0, "instalments": 3, "start": "2026-01-01", **terms}))
