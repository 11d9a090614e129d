"""What the columns of the report tables mean: read from the headers of include/sql/reports/*.sql, where they are written once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from include.database import SQL_ROOT


@dataclass
class Header:
    """What the comment at the top of a report's .sql file says; ``columns`` by table and column: unit, meaning, 中文."""

    question: str
    chinese: str
    notes: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, tuple[str, str, str]]] = field(default_factory=dict)


@cache
def header(report: str) -> Header:
    """The header of ``include/sql/reports/<report>.sql``.

    Raises
    ------
    ValueError : a line of it cannot be understood; the message has the line.
    """
    lines = (SQL_ROOT / "reports" / f"{report}.sql").read_text(encoding="utf-8").splitlines()
    comment = [line[3:] for line in _leading_comment(lines)]
    question = comment[0].split(": ", 1)[1]
    read = Header(question[0].upper() + question[1:], comment[1])
    table = fact = ""
    for line in comment[2:]:
        if started := re.match(r"columns of (\w+) ", line):
            table = started[1]
            read.columns[table] = {}
        elif table:
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != 4 or parts[0] in read.columns[table]:
                raise ValueError(f"{report}.sql: not `name | unit | meaning | 中文`, or a second time: {line}")
            read.columns[table][parts[0]] = (parts[1], parts[2], parts[3])
        elif named := re.match(r"(reads|writes|repeat): +(.*)", line):
            fact = named[1]
            read.facts[fact] = named[2]
        elif fact:
            read.facts[fact] += " " + line.strip()
        else:
            read.notes.append(line)
    return read


def unit(report: str, column: str) -> str:
    """The unit of a column of ``report_<report>``: CNY, fraction, count, ..."""
    return header(report).columns[f"report_{report}"][column][0]


def label(report: str, column: str, language: str) -> str:
    """The title of a column for people, in ``en`` or ``zh``."""
    if language == "zh":
        return header(report).columns[f"report_{report}"][column][2]
    words = column.removesuffix("_no").removesuffix("_code").replace("_", " ").replace("npl", "NPL")
    return words[0].upper() + words[1:]


def _leading_comment(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        if not line.startswith("-- "):
            return
        yield line
