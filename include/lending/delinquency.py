"""How late a loan is: days past due, delinquent days, buckets, and pauses that stop the count. Knows no database.

days past due     = day - due date of the oldest row that is not fully paid, counted where more than the tolerance is past due
days paused       = days since that due date on which the count stood still
delinquent days   = max(0, days past due - grace days - days paused)
delinquent date   = that due date + grace days

Grace moves delinquent days and the bucket, never days past due or the asset class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True)
class Bucket:
    """A range of delinquent days, both ends in it; ``to`` None: no end."""

    code: str
    since: int
    to: int | None

    def holds(self, days: int) -> bool:
        """Whether so many days fall into it."""
        return self.since <= days and (self.to is None or days <= self.to)


@dataclass(frozen=True)
class Policy:
    """Grace days, cents past due that do not count, and buckets from the mildest up."""

    grace_days: int
    tolerance: int
    buckets: tuple[Bucket, ...]

    def bucket(self, days: int) -> Bucket | None:
        """The bucket of so many delinquent days; None for 0 or fewer."""
        return next((bucket for bucket in self.buckets if bucket.holds(days)), None)


@dataclass(frozen=True)
class Pause:
    """From ``start`` to ``end``, agreed with the customer: the days between them are not counted."""

    start: date
    end: date

    def is_active(self, on: date) -> bool:
        """Whether the count stands still on that day."""
        return self.start <= on <= self.end


@dataclass(frozen=True)
class PastDue:
    """What one row owes past due: since when, cents."""

    since: date
    amount: int


@dataclass(frozen=True)
class Delinquency:
    """A loan on a day. Amounts in cents.

    Attributes
    ----------
    amount : all that is past due.
    by_bucket : of rows, each by its own days, once the loan itself is delinquent.
    """

    past_due_days: int
    delinquent_days: int
    delinquent_date: date | None
    amount: int
    bucket: Bucket | None
    by_bucket: tuple[tuple[Bucket, int], ...]


CURRENT = Delinquency(0, 0, None, 0, None, ())


def days_paused(pauses: Iterable[Pause], since: date, on: date) -> int:
    """Days from ``since`` to ``on`` that lie in any of ``pauses``, each once."""
    paused, reached = 0, since
    for pause in sorted(pauses, key=lambda pause: pause.start):
        start, end = max(pause.start, reached), min(pause.end, on)
        if end > start:
            paused += (end - start).days
            reached = end
    return paused


def assess(past_due: Iterable[PastDue], on: date, policy: Policy, pauses: Sequence[Pause] = ()) -> Delinquency:
    """How late a loan is at the end of ``on``, with these rows past due."""
    rows = sorted((row for row in past_due if row.amount > 0 and row.since < on), key=lambda row: row.since)
    amount = sum(row.amount for row in rows)
    if amount <= policy.tolerance:
        return replace(CURRENT, amount=amount)
    since = rows[0].since
    late, paused = (on - since).days, days_paused(pauses, since, on)
    delinquent = max(0, late - policy.grace_days - paused)
    by_bucket: dict[Bucket, int] = {}
    for row in rows:
        bucket = policy.bucket((on - row.since).days - paused)
        if delinquent and bucket:
            by_bucket[bucket] = by_bucket.get(bucket, 0) + row.amount
    return Delinquency(
        past_due_days=late,
        delinquent_days=delinquent,
        delinquent_date=since + timedelta(days=policy.grace_days),
        amount=amount,
        bucket=policy.bucket(delinquent),
        by_bucket=tuple(sorted(by_bucket.items(), key=lambda item: item[0].since)),
    )


def resume(pauses: Sequence[Pause], on: date) -> list[Pause]:
    """The pauses when the latest one that is active on ``on`` ends there.

    Raises
    ------
    ValueError : none is active then.
    """
    active = [pause for pause in pauses if pause.is_active(on)]
    if not active:
        raise ValueError(f"No pause is active on {on}.")
    latest = max(active, key=lambda pause: pause.start)
    return [replace(pause, end=on) if pause is latest else pause for pause in pauses]
