"""Headline, charts and tables of a date as HTML: the body of the reports page, and of the monthly pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.day import REPORTS
from include.steps.figures.drawings import Chart, draw
from include.steps.figures.overview import Overview
from include.steps.figures.tables import table
from include.steps.figures.tiles import month_so_far, tiles
from include.steps.figures.words import Words

FOLDER = Path(__file__).parent / "templates"

# what stands together on the page
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("section_trends", ("book_trend", "flow_trend", "risk_trend", "provision_trend")),
    ("section_arrears", ("ageing", "classification", "roll_rates", "vintage")),
    ("section_collections", ("collections", "expected_cash")),
    ("section_concentration", ("concentration_product", "concentration_region", "concentration_industry", "top_exposures")),
    ("section_approvals", ("approval_funnel", "score_bands")),
)

Link = Callable[[str, str], str]  # of a report and a kind of file: its address


def body(
    figures: Overview, words: Words, link: Link | None = None, most_rows: int = 40, charts: Mapping[str, Chart] | None = None
) -> Markup:
    """Everything of a date between the title and the foot.

    Parameters
    ----------
    link : with it each table has its files to download.
    most_rows : of each table that are shown.
    charts : drawn before; without them they are drawn now.
    """
    charts = draw(figures, words) if charts is None else charts
    sections = [(words(name), [charts[key] for key in keys if key in charts]) for name, keys in SECTIONS]
    tables = [table(report.task, figures.tables[report.task], words, most_rows) for report in REPORTS]
    html = (
        _templates()
        .get_template("body.html")
        .render(
            figures=figures,
            words=words,
            tiles=tiles(figures, words),
            month=month_so_far(figures, words),
            sections=[(title, drawn) for title, drawn in sections if drawn],
            tables=tables,
            link=link,
        )
    )
    return Markup(html)  # noqa: S704 - our own template, which escapes what is put into it


def document(figures: Overview, words: Words, title: str, charts: Mapping[str, Chart] | None = None) -> str:
    """A page of its own that needs nothing else: for the outbox, for printing."""
    return (
        _templates()
        .get_template("pack.html")
        .render(
            words=words,
            title=title,
            body=body(figures, words, most_rows=400, charts=charts),
            style=Markup(stylesheet()),  # noqa: S704
            figures=figures,
        )
    )


@cache
def stylesheet() -> str:
    """What the figures look like, on screen and on paper."""
    return (FOLDER / "figures.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
