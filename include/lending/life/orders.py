"""The waterfall: in which order money pays what is owed.

What is owed is past due, due on the day, or in advance of it (a bucket each). Within a bucket an order goes instalment
by instalment, its portions within it, or portion by portion, the oldest instalment first within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from include.lending.life.rows import PORTIONS, Portion, Row
from include.lending.money import round_ratio


class Bucket(StrEnum):
    """Where a row's due date stands to the day of the money."""

    PAST_DUE = "PAST_DUE"
    DUE = "DUE"
    IN_ADVANCE = "IN_ADVANCE"


class Early(StrEnum):
    """What money beyond what is due does: waits (HOLD), or pays the next row, the last row, or all rows evenly."""

    HOLD = "HOLD"
    NEXT = "NEXT"
    LAST = "LAST"
    EVENLY = "EVENLY"


@dataclass(frozen=True)
class Order:
    """An order of allocation.

    Attributes
    ----------
    steps : buckets in order, each with its portions in order.
    by_instalment : finish one instalment before the next; else one portion before the next.
    early : what is done with rows in advance.
    charges_when_due : a charge whose own date has come is paid first even where its row is in advance.
    """

    steps: tuple[tuple[Bucket, tuple[Portion, ...]], ...] = tuple((bucket, PORTIONS) for bucket in Bucket)
    by_instalment: bool = True
    early: Early = Early.NEXT
    charges_when_due: bool = False


@dataclass(frozen=True)
class Share:
    """``amount`` cents that pay ``portion`` of ``row``."""

    row: Row
    portion: Portion
    amount: int


def bucket_of(row: Row, on: date) -> Bucket:
    """Where the row stands on a day."""
    if row.due_date < on:
        return Bucket.PAST_DUE
    return Bucket.DUE if row.due_date == on else Bucket.IN_ADVANCE


def allocate(rows: Iterable[Row], amount: int, on: date, order: Order) -> list[Share]:
    """Pay ``amount`` cents on ``rows`` as of ``on``; return what was paid, in order. What is left over pays nothing."""
    shares: list[Share] = []
    by_date = sorted(rows, key=lambda row: (row.due_date, row.number))
    for bucket, portions in order.steps:
        there = [row for row in by_date if row.outstanding > 0 and bucket_of(row, on) is bucket]
        if bucket is Bucket.IN_ADVANCE:
            if order.early is Early.HOLD:
                continue
            if order.early is Early.EVENLY:
                amount = _evenly(there, portions, amount, on, shares)
                continue
            if order.early is Early.LAST:
                there.reverse()
        for row, portion, most in _cells(there, portions, on, order, bucket):
            amount -= _pay(row, portion, min(amount, most), on, shares)
    return shares


def _cells(rows: list[Row], portions: tuple[Portion, ...], on: date, order: Order, bucket: Bucket) -> Iterator[tuple[Row, Portion, int]]:
    """What to pay, in order, with the most that may be paid of it; computed when its turn comes."""
    if not order.by_instalment:
        yield from ((row, portion, row.owed(portion)) for portion in portions for row in rows)
        return
    for row in rows:
        if order.charges_when_due and bucket is Bucket.IN_ADVANCE:
            yield from ((row, portion, row.owed_already(portion, on)) for portion in (Portion.PENALTY, Portion.FEE))
        yield from ((row, portion, row.owed(portion)) for portion in portions)


def _evenly(rows: list[Row], portions: tuple[Portion, ...], amount: int, on: date, shares: list[Share]) -> int:
    """The same to each row, the odd cents to the last; what a row doesn't need goes round again. Returns what is left."""
    while amount > 0 and (open_rows := [row for row in rows if row.outstanding > 0]):
        part = int(round_ratio(amount, len(open_rows), half_even=True).item())
        odd = amount - part * len(open_rows)
        for row in open_rows:
            budget = min(amount, part + (odd if row is open_rows[-1] else 0))
            for portion in portions:
                paid = _pay(row, portion, min(budget, row.owed(portion)), on, shares)
                budget, amount = budget - paid, amount - paid
    return amount


def _pay(row: Row, portion: Portion, amount: int, on: date, shares: list[Share]) -> int:
    if amount <= 0:
        return 0
    row.pay(portion, amount, on)
    shares.append(Share(row, portion, amount))
    return amount
