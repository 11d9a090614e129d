"""Schedules of random loans against the exact oracle, and what holds for every schedule."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from include.lending.schedule import Terms, build, product_steps
from tests.lending.exact_schedule import exact_schedule

METHODS = ["EQUAL_INSTALMENT", "EQUAL_PRINCIPAL", "INTEREST_ONLY", "AT_MATURITY"]
DAY_COUNTS = ["30/360", "ACTUAL/360", "ACTUAL/364", "ACTUAL/365", "ACTUAL/ACTUAL"]

loans = st.tuples(
    st.sampled_from(METHODS),
    st.one_of(st.integers(1, 10_000_000_00), st.integers(1, 50)),
    st.integers(0, 360_000),
    st.integers(1, 36),
    st.dates(date(2020, 1, 1), date(2031, 12, 31)),
    st.sampled_from(["MONTHLY", "QUARTERLY"]),
    st.sampled_from(DAY_COUNTS),
    st.booleans(),
    st.sampled_from([1, 100, 1000]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(loans, min_size=1, max_size=12))
def test_a_batch_is_what_the_oracle_says_of_each_loan(batch: list[tuple]) -> None:
    steps = [product_steps(method, frequency, tenor) for method, _, _, tenor, _, frequency, *_ in batch]
    method, amount, rate, _, start, _, day_count, half_even, multiple = (list(column) for column in zip(*batch, strict=True))
    schedule = build(
        Terms(
            amount,
            rate,
            [count for count, _, _ in steps],
            start,
            method,
            every=[every for _, every, _ in steps],
            day_count=day_count,
            rounding=["HALF_EVEN" if even else "HALF_UP" for even in half_even],
            multiple=multiple,
        )
    )
    for i, (count, months, _) in enumerate(steps):
        mine = schedule.loan == i
        wanted = exact_schedule(
            method[i], amount[i], Fraction(rate[i], 10**6), count, start[i], months, day_count[i], half_even[i], multiple[i]
        )
        assert schedule.number[mine].tolist() == list(range(1, count + 1))
        assert schedule.period_start[mine].tolist() == [row.start for row in wanted]
        assert schedule.period_end[mine].tolist() == [row.end for row in wanted]
        assert schedule.principal[mine].tolist() == [row.principal for row in wanted]
        assert schedule.interest[mine].tolist() == [row.interest for row in wanted]


@settings(max_examples=150, deadline=None)
@given(
    terms=loans,
    flat=st.booleans(),
    grace=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    first_days=st.integers(1, 100),
    down=st.integers(0, 99),
    day_count=st.sampled_from([*DAY_COUNTS, "PERIOD"]),
    even_out=st.booleans(),
)
def test_every_schedule_repays_the_amount_exactly_and_has_nothing_negative(
    terms: tuple, flat: bool, grace: tuple[int, int], first_days: int, down: int, day_count: str, even_out: bool
) -> None:
    method, amount, rate, tenor, start, frequency, _, half_even, multiple = terms
    count, every, unit = product_steps(method, frequency, tenor)
    schedule = build(
        Terms(
            amount,
            rate,
            count,
            start,
            method,
            every,
            unit,
            day_count,
            "HALF_EVEN" if half_even else "HALF_UP",
            first_period_end=np.datetime64(start) + first_days,
            flat=flat,
            principal_grace=min(grace[0], count - 1),
            interest_grace=grace[1],
            multiple=multiple,
            even_out=even_out,
            down_payment=amount * down // 100,
        )
    )
    assert schedule.principal.sum() == amount
    assert schedule.principal.min() >= 0 and schedule.interest.min() >= 0
    assert (schedule.period_end[1:] > schedule.period_start[1:]).all()
    assert (schedule.period_start[1:] == schedule.period_end[:-1]).all()
    assert (schedule.period_start[0] == np.datetime64(start)) and (schedule.due_date == schedule.period_end).all()


def test_amounts_beyond_64_bits_stay_exact() -> None:
    amount, rate = 9 * 10**17, 123_457
    schedule = build(Terms(np.array([amount], dtype=object), rate, 24, "2026-01-31", day_count="ACTUAL/ACTUAL"))
    wanted = exact_schedule("EQUAL_INSTALMENT", amount, Fraction(rate, 10**6), 24, date(2026, 1, 31), 1, "ACTUAL/ACTUAL", False, 1)
    assert schedule.principal.tolist() == [row.principal for row in wanted]
    assert schedule.interest.tolist() == [row.interest for row in wanted]
