"""The rows of a report as a table for people: titles in their language, each figure as its unit wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from include.steps.figures.dictionary import header, label, unit
from include.steps.figures.overview import Row
from include.steps.figures.words import Words

FIGURES = {"CNY", "fraction", "count", "days", "number", "months", "points"}


@dataclass(frozen=True)
class Column:
    """``figure`` is true for what is set to the right."""

    name: str
    title: str
    meaning: str
    figure: bool


@dataclass(frozen=True)
class Table:
    """A report as it is shown; ``rows`` are the first ones of ``whole``."""

    report: str
    title: str
    question: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    whole: int


def table(report: str, rows: Sequence[Row], words: Words, most: int) -> Table:
    """At most ``most`` rows of ``report`` of one date, without the date itself."""
    about = header(report)
    names = [name for name in about.columns[f"report_{report}"] if name != "business_date"]
    columns = [Column(name, label(report, name, words.language), _meaning(report, name), _is_figure(report, name)) for name in names]
    shown = [[_write(words, unit(report, name), row[name]) for name in names] for row in rows[:most]]
    question = about.question if words.language == "en" else about.chinese
    return Table(report, words(report), question, columns, shown, len(rows))


def _meaning(report: str, name: str) -> str:
    return header(report).columns[f"report_{report}"][name][1]


def _is_figure(report: str, name: str) -> bool:
    return unit(report, name) in FIGURES and not name.endswith(("bucket", "band"))


def _write(words: Words, kind: str, value: Any) -> str:
    if value is None:
        return "–"
    if kind == "CNY":
        return words.money(value)
    if kind == "fraction":
        return words.share(value)
    if kind == "date":
        return str(value)
    if kind == "count":
        return words.count(value)
    if kind in ("code", "text"):
        return words(str(value))
    return str(value)
