"""The data dictionary says what the tables are."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, text

from include.day import REPORTS
from ops import docs, docs_reports

TASKS = [step.task for step in REPORTS if (docs_reports.ROOT / f"{step.sql}.sql").exists()]


def test_the_page_is_current() -> None:
    assert docs.is_current("reports"), "run `python -m ops.docs reports`"


@pytest.mark.parametrize("report", TASKS)
def test_every_column_has_unit_meaning_and_both_languages(report: str) -> None:
    read, tables = docs_reports.header(report), docs_reports.declared()
    assert re.search(r"[\u4e00-\u9fff]", read.chinese)
    assert set(read.facts) == {"reads", "writes", "repeat"}
    assert f"report_{report}" in read.columns
    for table, explained in read.columns.items():
        assert table in read.facts["writes"]
        assert list(explained) == list(tables[table][1]), "the header lists the columns in the table's order"
        for unit, meaning, chinese in explained.values():
            assert unit and meaning and re.search(r"[\u4e00-\u9fff]", chinese)


def test_every_report_table_is_explained_and_declared_as_it_is(database: Engine) -> None:
    explained = {table for report in TASKS for table in docs_reports.header(report).columns}
    with database.connect() as connection:
        found = connection.execute(
            text(
                "select table_name, column_name, is_nullable, column_comment from information_schema.columns"
                " where table_schema = database() and table_name like 'report%' order by table_name, ordinal_position"
            )
        )
        rows = [(str(table), str(column), nullable == "YES", str(comment)) for table, column, nullable, comment in found]
    assert {table for table, *_ in rows} == explained
    tables = docs_reports.declared()
    assert [row[:3] for row in rows] == [
        (table, column, nullable) for table in sorted(tables) for column, (_, nullable) in tables[table][1].items()
    ]
    assert all(comment for *_, comment in rows), "every column carries a comment in the database too"
    assert all(key[0] == "business_date" for key, _ in tables.values())


@pytest.mark.parametrize("report", TASKS)
def test_reports_read_dated_tables_only(report: str) -> None:
    sql = re.sub(r"^-- .*$|'[^']*'", "", (docs_reports.ROOT / "reports" / f"{report}.sql").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert not re.findall(r"\b(?:from|join)\s+(loan|instalment|loan_accrual|customer|business_day|payout)\b", sql)
    assert not re.findall(r"\b(?:now|curdate|current_date|current_timestamp|sysdate|rand|uuid|user)\b", sql)
