"""Measure schedules: ``python -m bench.schedules --loans 100000`` builds them in one batch, all four methods and five day counts mixed.

Beside it, in the same run: the same engine called once a loan, and one loan at a time in exact fractions (the tests' oracle), which
also checks that the figures agree to the cent. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from include.lending.schedule import DayCount, Method, Schedule, Terms, build
from tests.lending.exact_schedule import exact_schedule

METHODS = (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.INTEREST_ONLY, Method.AT_MATURITY)
DAY_COUNTS = (DayCount.THIRTY_360, DayCount.ACTUAL_360, DayCount.ACTUAL_364, DayCount.ACTUAL_365, DayCount.ACTUAL_ACTUAL)


def drawn(loans: int, instalments: int, seed: int = 20260302) -> dict[str, Any]:
    """Random terms, one value a loan."""
    random = np.random.default_rng(seed)
    first = date(2024, 1, 1)
    return {
        "amount": random.integers(200_000, 50_000_000, loans),
        "annual_rate": random.integers(30_000, 240_000, loans),
        "instalments": np.full(loans, instalments),
        "start": np.array([first + timedelta(days=int(day)) for day in random.integers(0, 900, loans)], dtype="datetime64[D]"),
        "method": random.choice([str(method) for method in METHODS], loans),
        "day_count": random.choice([str(count) for count in DAY_COUNTS], loans),
    }


def measure(loans: int, instalments: int, sample: int) -> dict[str, Any]:
    """Seconds and schedules a second of each way; raises where they don't agree."""
    terms = drawn(loans, instalments)
    build(Terms(**{name: column[:1] for name, column in terms.items()}))  # imports and first use are not what is measured
    started, worked = time.perf_counter(), time.process_time()
    schedule = build(Terms(**terms))
    batch, cpu = time.perf_counter() - started, time.process_time() - worked

    started = time.perf_counter()
    for loan in range(sample):
        build(Terms(**{name: column[loan : loan + 1] for name, column in terms.items()}))
    single = (time.perf_counter() - started) / sample

    started = time.perf_counter()
    exact = [_exact(terms, loan) for loan in range(sample)]
    oracle = (time.perf_counter() - started) / sample
    for loan, wanted in enumerate(exact):
        if _of(schedule, loan) != wanted:
            raise ValueError(f"Schedule {loan} is not what exact fractions give: {wanted}")
    return {
        "schedules": loans,
        "instalments": len(schedule.loan),
        "seconds": round(batch, 2),
        "cpu_seconds": round(cpu, 2),
        "schedules_per_second": round(loans / batch),
        "one_call_a_loan_per_second": round(1 / single),
        "exact_fractions_per_second": round(1 / oracle),
        "batch_to_one_call_a_loan": round(single * loans / batch, 1),
        "batch_to_exact_fractions": round(oracle * loans / batch, 1),
    }


def _exact(terms: dict[str, Any], loan: int) -> list[tuple[int, int]]:
    method, day_count = str(terms["method"][loan]), str(terms["day_count"][loan])
    rate = Fraction(int(terms["annual_rate"][loan]), 10**6)
    start = terms["start"][loan].astype(object)
    rows = exact_schedule(method, int(terms["amount"][loan]), rate, int(terms["instalments"][loan]), start, 1, day_count, False, 1)
    return [(row.principal, row.interest) for row in rows]


def _of(schedule: Schedule, loan: int) -> list[tuple[int, int]]:
    mine = slice(*np.searchsorted(schedule.loan, [loan, loan + 1]))
    return list(zip(map(int, schedule.principal[mine]), map(int, schedule.interest[mine]), strict=True))


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.schedules", description="Measure how fast schedules are built.")
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--instalments", type=int, default=12)
    parser.add_argument("--sample", type=int, default=500, help="loans that the ways one at a time build, and that are compared")
    options = parser.parse_args(arguments)
    figures = measure(options.loans, options.instalments, min(options.sample, options.loans))
    print(
        f"{figures['schedules']:,} schedules of {options.instalments}: {figures['seconds']} s, {figures['cpu_seconds']} s of CPU,"
        f" {figures['schedules_per_second']:,} a second;"
        f" {figures['batch_to_one_call_a_loan']} times as fast as a call a loan,"
        f" {figures['batch_to_exact_fractions']} times as fast as exact fractions"
    )
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
