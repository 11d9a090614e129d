"""Which tables a step reads and writes, for OpenLineage: taken from the headers of its .sql files, where they are written once.

A step's files are include/sql/<group>/<task>.sql and <task>_*.sql. Airflow's OpenLineage provider, where it is switched on, asks
``StepOperator`` for this; without it nothing here is called.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from include.database import SQL_ROOT
from include.day import Step

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from sqlalchemy import URL

_CREATED = re.compile(r"^create table (\w+)", re.MULTILINE)
_FACT = re.compile(r"^-- *(reads|writes): *(.*)", re.IGNORECASE)
_SAME_LINE = re.compile(r"(?<=[.;]) +(Writes):")  # some say both on one line
_OTHER = re.compile(r"^-- *(repeat|columns of)\b", re.IGNORECASE)


@cache
def tables() -> frozenset[str]:
    """Every table of the schema."""
    versions = (SQL_ROOT / "schema" / "versions").glob("*.sql")
    return frozenset(name for path in versions for name in _CREATED.findall(path.read_text(encoding="utf-8")))


@cache
def reads_and_writes(step: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the tables that a step reads and that it writes; none where its files say nothing."""
    found: dict[str, set[str]] = {"reads": set(), "writes": set()}
    folder = SQL_ROOT / step.group
    for path in sorted({folder / f"{step.task}.sql", *folder.glob(f"{step.task}_*.sql")}):
        if path.exists():
            _collect(path.read_text(encoding="utf-8"), found)
    return tuple(sorted(found["reads"])), tuple(sorted(found["writes"]))


def _collect(sql: str, found: dict[str, set[str]]) -> None:
    fact = ""
    for line in _SAME_LINE.sub(r"\n-- \1:", sql).splitlines():
        if not line.startswith("--"):
            return
        if started := _FACT.match(line):
            fact = started[1].lower()
        elif _OTHER.match(line) or not line.startswith("--  "):
            fact = ""
        if fact:
            found[fact] |= set(re.findall(r"\w+", line.partition(":")[2] if started else line)) & tables()


def lineage(step: Step, url: URL) -> OperatorLineage:
    """Inputs and outputs of a step as OpenLineage names tables: ``mysql://host:port`` and ``schema.table``."""
    from airflow.providers.common.compat.openlineage.facet import Dataset
    from airflow.providers.openlineage.extractors import OperatorLineage

    namespace = f"mysql://{url.host}:{url.port or 3306}"
    inputs, outputs = ([Dataset(namespace=namespace, name=f"{url.database}.{name}") for name in names] for names in reads_and_writes(step))
    return OperatorLineage(inputs=inputs, outputs=outputs)
