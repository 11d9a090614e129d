"""docs/reports.md: the data dictionary of the report tables.

Meanings come from the headers of include/sql/reports/*.sql, types and keys from the migrations that make the tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from include.day import REPORTS, Step
from include.steps.figures.dictionary import Header, header

ROOT = Path(__file__).resolve().parents[1] / "include" / "sql"

HEAD = """<!-- Written by `python -m ops.docs reports` from include/sql/reports and include/sql/schema/versions. Do not edit. -->

# The reports

What management reads: one table a report, one set of rows per closed business date. Read them with any account that holds
the role `millrace_reader`. A report reads dated tables only, so it may be built late or built again and is still the report
of its date: `make day DATE=...`, or clear the partition in the `reports` DAG.

![The reports page](images/reports-en.png)

- **The page** *Reports* of the desk shows a date, compared with a month before or any other: headline, trends, ageing, roll rates,
  vintages, collections, expected cash, concentration, exposures, approvals and the score; in English and [Chinese](images/reports-zh.png).
  It prints as it stands. The right `read` (role Viewer) opens it.
- **Excel and CSV** of every table are behind its links, all tables of a date in one workbook; one file of a table takes up to 366 dates
  (`/millrace/reports/files/ageing.csv?date=2026-01-01&to=2026-12-31`). `reports.publish` writes the same CSV to `<outbox>/reports/<date>/`.
- **The monthly pack** is one HTML file in each language, `<outbox>/reports/packs/2026-03.en.html`, that needs nothing else: mail it, print
  it, save it as PDF from the browser. `reports.pack` writes it with every date: the month so far, after the last date the whole month.

Amounts are CNY with two decimals. Shares, rates and ratios are fractions of 1 (0.25 is 25 %), null where there is nothing to
divide by. Every key starts with `business_date`.
"""

_TABLE = re.compile(r"^create table (report_\w+) \((.*?)^\);", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^    (\w+) (\w+(?:\(\d+(?:, \d+)?\))?)( not null)? comment '((?:[^']|'')*)'( primary key)?,?$", re.MULTILINE)
_KEY = re.compile(r"^    primary key \(([^)]+)\)", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """A column of a report table: as the migration declares it, as the report's header explains it."""

    name: str
    type: str
    nullable: bool
    unit: str
    meaning: str
    chinese: str


def text() -> str:
    """The page."""
    tables = declared()
    reports = [(step, header(step.task)) for step in REPORTS if (ROOT / f"{step.sql}.sql").exists()]
    contents = [f"- [`{step.name}`](#{step.name.replace('.', '')}): {read.question}" for step, read in reports]
    return "\n".join([HEAD, *contents, "", *(_section(step, read, tables) for step, read in reports)])


def declared() -> dict[str, tuple[tuple[str, ...], dict[str, tuple[str, bool]]]]:
    """Of every report table its key and its columns' type and whether they may be null, from the migrations."""
    found = {}
    for path in sorted((ROOT / "schema" / "versions").glob("*.sql")):
        for name, body in _TABLE.findall(path.read_text(encoding="utf-8")):
            columns = {column: (kind, not required) for column, kind, required, _, _ in _COLUMN.findall(body)}
            alone = tuple(column for column, _, _, _, key in _COLUMN.findall(body) if key)
            listed = _KEY.search(body)
            found[name] = (tuple(listed[1].split(", ")) if listed else alone, columns)
    return found


def columns(table: str, read: Header, declaration: dict[str, tuple[str, bool]]) -> list[Column]:
    """Declaration and explanation of a table's columns, in the table's order; one without explanation raises KeyError."""
    return [Column(name, kind, nullable, *read.columns[table][name]) for name, (kind, nullable) in declaration.items()]


def _section(step: Step, read: Header, tables: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, bool]]]]) -> str:
    lines = [f"## {step.name}", "", f"{read.question} {read.chinese}", ""]
    if read.notes:
        lines += [" ".join(read.notes), ""]
    names = (("reads", "Reads"), ("writes", "Writes"), ("repeat", "Repeat"))
    lines += [f"- {title}: {read.facts[name]}" for name, title in names]
    for table in read.columns:
        key, declaration = tables[table]
        lines += ["", f"### {table}", "", f"Key: {', '.join(f'`{name}`' for name in key)}", ""]
        lines += ["| column | 中文 | type | unit | meaning |", "|---|---|---|---|---|"]
        for column in columns(table, read, declaration):
            kind = f"{column.type}, may be null" if column.nullable else column.type
            lines.append(f"| `{column.name}` | {column.chinese} | {kind} | {column.unit} | {column.meaning} |")
    return "\n".join([*lines, ""])
