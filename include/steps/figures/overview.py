"""The figures of one closed date, and of the date that it is compared with: what the page and the pack are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, inspect, text

from include.database import run_sql
from include.day import REPORTS
from include.steps.headline import headline

Row = dict[str, Any]

TREND_DAYS = 92  # of a trend, up to the date
CHOICE_DAYS = 800  # dates that can be chosen, back from the latest
VINTAGE_MONTHS = 6  # months of lending that have a curve


_keys: dict[str, list[str]] = {}


@dataclass(frozen=True)
class Reported:
    """A date whose reports are there, and when they were built last."""

    business_date: date
    built_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """All figures of a date. ``before`` is the headline of the date compared with, or None where there is no earlier one."""

    business_date: date
    since: date | None
    headline: Row
    before: Row | None
    trend: Sequence[Row]
    tables: dict[str, Sequence[Row]]
    curves: Sequence[Row]
    cash: Sequence[Row]
    month: Row


def reported_dates(connection: Connection, last: date | None = None) -> list[Reported]:
    """The dates that can be shown, latest first: those of CHOICE_DAYS up to ``last``, by default to the latest."""
    last = last or connection.execute(text("select max(business_date) from report_collections")).scalar()
    if last is None:
        return []
    rows = _rows(connection, "figures/dates", first_date=last - timedelta(days=CHOICE_DAYS), last_date=last)
    return [Reported(row["business_date"], row["built_at"]) for row in rows]


def month_ago(dates: Sequence[date], day: date) -> date | None:
    """The last of ``dates`` up to the same day a month before ``day``; without one so old the oldest before it; or None."""
    same_day = _month_before(day)
    older = [other for other in dates if other <= same_day]
    earlier = [other for other in dates if other < day]
    return max(older) if older else min(earlier) if earlier else None


def overview(connection: Connection, day: date, since: date | None) -> Overview:
    """The figures of ``day``, compared with ``since``.

    Raises
    ------
    LookupError : the reports of one of the two are not built.
    """
    trend = _rows(connection, "figures/trend", first_date=day - timedelta(days=TREND_DAYS), last_date=day)
    first_vintage = _months_before(day, VINTAGE_MONTHS - 1)
    return Overview(
        business_date=day,
        since=since,
        headline=headline(connection, day),
        before=headline(connection, since) if since else None,
        trend=trend,
        tables={report.task: rows_of(connection, report.task, day) for report in REPORTS},
        curves=_rows(connection, "figures/vintage_curves", first_date=first_vintage, last_date=day, first_vintage=first_vintage),
        cash=_rows(connection, "figures/cash_by_week", business_date=day),
        month=_rows(connection, "figures/month_totals", first_date=day.replace(day=1), last_date=day)[0],
    )


def rows_of(connection: Connection, report: str, day: date) -> list[Row]:
    """The rows of ``report_<report>`` of a date, in the order of its key."""
    # both names come from our own code and schema, never from outside
    order = ", ".join(key_of(connection, report))
    found = connection.execute(text(f"select * from report_{report} where business_date = :day order by {order}"), {"day": day})  # noqa: S608
    return [dict(row) for row in found.mappings()]


def key_of(connection: Connection, report: str) -> list[str]:
    """The columns of the primary key of ``report_<report>``; looked up once."""
    if report not in _keys:
        _keys[report] = inspect(connection).get_pk_constraint(f"report_{report}")["constrained_columns"]
    return _keys[report]


def change(now: Decimal | int | None, before: Decimal | int | None) -> Decimal | None:
    """By what fraction a figure grew; None where there was nothing."""
    return None if now is None or not before else (Decimal(now) - Decimal(before)) / abs(Decimal(before))


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _months_before(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _rows(connection: Connection, name: str, **parameters: Any) -> list[Row]:
    result = run_sql(connection, name, parameters)
    assert result is not None, f"include/sql/{name}.sql is empty"
    return [dict(row) for row in result.mappings()]
