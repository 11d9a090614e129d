"""The monthly pack: the figures of a month as one HTML file in each language that needs nothing else, for printing and mailing."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text
from upath import UPath

from include.steps.context import StepContext, StepResult
from include.steps.figures import gallery
from include.steps.figures.overview import month_ago, overview, reported_dates
from include.steps.figures.render import document
from include.steps.figures.words import LANGUAGES, Language, Words

DONE_LATER = (
    "select max(business_date) from step_run"
    " where business_date > :day and business_date <= :last and step = 'reports.pack' and state = 'DONE'"
)


def write_pack(connection: Connection, context: StepContext) -> StepResult:
    """Write the pack of the date's month to ``<outbox>/reports/packs/<YYYY-MM>.<language>.html``.

    It is about the latest date of the month that has one, so making an old date again does not turn it back: until the last
    date of the month it is the month so far. The charts of that date are kept for the reports page.
    """
    day = context.business_date
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    as_of: date = connection.execute(text(DONE_LATER), {"day": day, "last": last}).scalar() or day
    reported = reported_dates(connection, as_of)
    figures = overview(connection, as_of, compared_with([one.business_date for one in reported], as_of))
    built_at = reported[0].built_at
    files = {}
    for language in LANGUAGES:
        words = Words(language)
        charts = gallery.keep(figures, words, built_at, context.places.records)
        span = words("pack_whole" if as_of == last else "pack_so_far")
        file = pack_file(context.places.outbox, as_of, language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document(figures, words, f"{words('pack_title')} {words.month(as_of)} ({span})", charts), encoding="utf-8")
        files[language] = str(file)
    return StepResult(len(files), details={"as_of": as_of.isoformat(), "files": files})


def compared_with(dates: Sequence[date], day: date) -> date | None:
    """The last of ``dates`` in an earlier month; in the first month the oldest one before ``day``."""
    earlier = [other for other in dates if other < day.replace(day=1)]
    return max(earlier) if earlier else month_ago(dates, day)


def pack_file(outbox: UPath, day: date, language: Language) -> UPath:
    """Where the pack of the month of ``day`` lies."""
    return outbox / "reports" / "packs" / f"{day:%Y-%m}.{language}.html"
