"""The tables of docs/lending.md are what the code gives."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from include.lending.money import from_cents
from include.lending.schedule import Schedule, Terms, build

PAGE = (Path(__file__).parents[2] / "docs" / "lending.md").read_text(encoding="utf-8")
TABLE = re.compile(r"\| no \| period ends \|.*\n\|[-|]+\n((?:\|.*\n)+)")


def rows(schedule: Schedule, amount: Decimal) -> list[list[str]]:
    balance, lines = amount, []
    for i, number in enumerate(schedule.number):
        principal, interest = from_cents(schedule.principal[i]), from_cents(schedule.interest[i])
        balance -= principal
        lines.append([str(cell) for cell in (number, schedule.period_end[i], principal, interest, principal + interest, balance)])
    return lines


def test_schedules() -> None:
    shown = [[[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()] for table in TABLE.findall(PAGE)]
    schedules = [
        build(Terms(12_000_00, 85_000, 6, "2026-01-31", day_count="30/360")),
        build(Terms(12_000_00, 82_000, 6, "2026-01-31", "EQUAL_PRINCIPAL", day_count="ACTUAL/360")),
    ]
    assert shown == [rows(schedule, Decimal("12000.00")) for schedule in schedules]
