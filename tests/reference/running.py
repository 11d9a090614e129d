"""The rows of a case's loan as it runs: from the first pay-out, or, for schedules of the older kind, from all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from include.lending.calendar import add_steps, dates, day_of_month
from include.lending.life import Row, RowKind
from include.lending.money import round_ratio, to_millionths
from include.lending.schedule import Terms, build
from include.lending.tranches import Tranches, build_tranches
from tests.reference.settings import Settings

DAY_COUNT = {
    ("DAYS30", "DAYS360"): "30/360",
    ("ACTUAL", "DAYS360"): "ACTUAL/360",
    ("ACTUAL", "DAYS364"): "ACTUAL/364",
    ("ACTUAL", "DAYS365"): "ACTUAL/365",
    ("ACTUAL", "ACTUAL"): "ACTUAL/365",
}
Agreed = tuple[date, Sequence[date]]
UNITS = {"DAYS": (1, "DAY"), "WEEKS": (7, "DAY"), "MONTHS": (1, "MONTH")}


def rows(
    settings: Settings, disbursed: Sequence[tuple[date, int]], reschedules: Sequence[Mapping[str, Any]], agreed: Agreed | None = None
) -> list[Row]:
    """Rows before anything was paid. ``agreed``: the periods, where a case hands them over instead of counting them."""
    paid_out = sorted(disbursed, key=lambda item: item[0])
    if agreed or (settings.is_progressive and settings.has_rate):
        return _in_tranches(settings, paid_out, agreed)
    if settings.is_progressive or (len(paid_out) == 1 and not reschedules):
        return _built(settings, *paid_out[0])
    return _older_kind(settings, paid_out, reschedules)


def _terms(settings: Settings, start: date, amount: int) -> Terms:
    product = settings.product
    times, unit = UNITS[product["repay_unit"]]
    flat = product.get("interest_method", "FLAT") == "FLAT"
    by_period = product.get("interest_calculation_period", "SAME_AS_REPAYMENT_PERIOD") == "SAME_AS_REPAYMENT_PERIOD"
    return Terms(
        amount=amount,
        annual_rate=to_millionths(Decimal(product.get("annual_rate_pct") or 0) / 100),
        instalments=int(product["number_of_repayments"]),
        start=np.datetime64(start),
        every=int(product["repay_every"]) * times,
        unit=unit,
        day_count="PERIOD" if by_period else DAY_COUNT[product["days_in_month"], product["days_in_year"]],
        rounding="HALF_EVEN",
        flat=flat,
        principal_grace=int(product.get("grace_on_principal_installments") or 0),
        interest_grace=int(product.get("grace_on_interest_payment_installments") or 0),
        multiple=settings.multiple,
        even_out=settings.is_progressive,
        down_payment=settings.down_payment(amount),
        first_period_end=product.get("first_repayment_date") or "NaT",
    )


def _built(settings: Settings, start: date, amount: int) -> list[Row]:
    schedule = build(_terms(settings, start, amount))
    has_down_payment = settings.down_payment(amount) > 0
    found = []
    for k in range(len(schedule.number)):
        kind = RowKind.DOWN_PAYMENT if has_down_payment and k == 0 else RowKind.REGULAR
        due = [0, 0, int(schedule.interest[k]), int(schedule.principal[k])]
        found.append(Row(k + 1, schedule.period_start[k].item(), schedule.due_date[k].item(), due, kind))
    return found


def _in_tranches(settings: Settings, paid_out: Sequence[tuple[date, int]], agreed: Agreed | None) -> list[Row]:
    """Every pay-out where it belongs, its down payment due at once."""
    start, ends = agreed or (paid_out[0][0], None)
    downs = [(on, settings.down_payment(amount)) for on, amount in paid_out]
    terms = replace(_terms(settings, start, sum(amount for _, amount in paid_out)), down_payment=0)
    tranches = Tranches(
        np.zeros(len(paid_out), dtype=int),
        np.array([on for on, _ in paid_out], dtype="datetime64[D]"),
        np.array([amount - down for (_, amount), (_, down) in zip(paid_out, downs, strict=True)]),
    )
    schedule = build_tranches(terms, tranches, period_ends=None if ends is None else np.array([ends], dtype="datetime64[D]"))
    found = [Row(0, on, on, [0, 0, 0, down], RowKind.DOWN_PAYMENT) for on, down in downs if down]
    for k in range(len(schedule.number)):
        due = [0, 0, int(schedule.interest[k]), int(schedule.principal[k])]
        found.append(Row(0, schedule.period_start[k].item(), schedule.due_date[k].item(), due))
    return _numbered(found)


def _numbered(found: list[Row]) -> list[Row]:
    found.sort(key=lambda row: (row.due_date, row.kind is RowKind.REGULAR))
    for number, row in enumerate(found, start=1):
        row.number = number
    return found


def _older_kind(settings: Settings, paid_out: Sequence[tuple[date, int]], reschedules: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Every instalment repays the n-th part of what was paid out by its due date, the last one the rest."""
    start = paid_out[0][0]
    product = settings.product
    count = int(product["number_of_repayments"])
    times, unit = UNITS[product["repay_unit"]]
    every = int(product["repay_every"]) * times
    grace: set[int] = set()
    rates = [Decimal(product.get("annual_rate_pct") or 0)] * 400
    ends = _ends(start, 400, every, unit)
    spread_from: dict[int, int] = {}
    for change in reschedules:
        first = next(k for k, end in enumerate(ends) if end >= _day(change["rescheduleFromDate"]))
        if change.get("adjustedDueDate"):
            moved = _day(change["adjustedDueDate"])
            ends = [*ends[:first], moved, *_ends(moved, 399 - first, every, unit)]
        if change.get("graceOnPrincipal"):
            grace |= set(range(first, first + int(change["graceOnPrincipal"])))
            count += int(change["graceOnPrincipal"])
        if change.get("extraTerms"):
            count += int(change["extraTerms"])
            spread_from[first] = count
        if change.get("newInterestRate"):
            rates[first:] = [Decimal(change["newInterestRate"])] * (400 - first)
    while ends[count - 1] < paid_out[-1][0]:
        count += 1
    net = [(on, amount - settings.down_payment(amount)) for on, amount in paid_out]
    found = [
        Row(0, on, on, [0, 0, 0, settings.down_payment(amount)], RowKind.DOWN_PAYMENT)
        for on, amount in paid_out
        if settings.down_payment(amount)
    ]
    repaid, repaying = 0, int(product["number_of_repayments"])
    part_of: int | None = None
    for k in range(count):
        owed = sum(amount for on, amount in net if on <= ends[k])
        if k in spread_from:
            part_of = None
        if any(first <= k for first in spread_from):
            part_of = part_of if part_of is not None else _part(owed - repaid, count - k, settings)
            principal = part_of
        else:
            principal = _part(owed, repaying, settings)
        principal = 0 if k in grace else sum(amount for _, amount in net) - repaid if k == count - 1 else min(principal, owed - repaid)
        repaid += principal
        found.append(Row(0, ends[k - 1] if k else start, ends[k], [0, 0, _interest(settings, owed, rates[k], every, unit), principal]))
    return _numbered(found)


def _part(amount: int, of: int, settings: Settings) -> int:
    return int(round_ratio(amount, of, half_even=True, multiple=settings.multiple).item())


def _interest(settings: Settings, amount: int, rate: Decimal, every: int, unit: str) -> int:
    if not rate:
        return 0
    if settings.product.get("interest_method", "FLAT") != "FLAT":
        raise NotImplementedError("interest on a declining balance over several pay-outs or after a reschedule")
    a_year = 12 if unit == "MONTH" else 365
    return int(round_ratio(amount * to_millionths(rate / 100) * every, a_year * 1_000_000, half_even=True).item())


def _ends(start: date, count: int, every: int, unit: str) -> list[date]:
    first = dates([start])
    steps = np.arange(1, count + 1)[:, None]
    return [day.item() for day in add_steps(first, steps, np.array([every]), np.array([unit == "MONTH"]), day_of_month(first))[:, 0]]


def _day(text: str) -> date:
    return date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%d %B %Y").date()
