"""A late report is still the report of its date, and building it again changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from include.day import REPORTS
from include.steps.headline import as_text, headline
from tests.checksums import VOLATILE
from tests.conftest import as_role
from tests.reports.book import FIRST, Days, Row, build, one_day, rows_of


def _reports(engine: Engine) -> dict[str, list[Row]]:
    return {step.task: rows_of(engine, step.task, FIRST) for step in REPORTS}


def test_reports_made_again_after_later_days_are_the_same(any_database: Engine) -> None:
    days = Days(any_database)
    as_app = as_role(any_database, "millrace_app")
    one_day(days, 1)
    day = days.close()
    results = {step.task: build(as_app, step.task, day) for step in REPORTS}
    on_time = _reports(any_database)
    assert all(on_time.values())

    # later: new days, the same loans paid off, the applications withdrawn
    days.move("loan", "id to\n10 PAID_OFF\n11 PAID_OFF")
    days.move("application", "id to\n10 WITHDRAWN")
    one_day(days, 2)
    later = days.close()
    for step in REPORTS:
        build(as_app, step.task, later)
        assert build(as_app, step.task, day) == results[step.task]
    assert _reports(any_database) == on_time

    with any_database.connect() as connection:
        attempts = connection.execute(text("select distinct state from step_attempt")).scalars().all()
    assert attempts == ["DONE"]


def test_the_headline_says_what_the_reports_say(any_database: Engine) -> None:
    days = Days(any_database)
    one_day(days, 1)
    day = days.close()
    with any_database.connect() as connection:
        with pytest.raises(LookupError, match="make day DATE=2026-03-02"):
            headline(connection, day)
    for step in REPORTS:
        build(any_database, step.task, day)
    with any_database.connect() as connection:
        figures = headline(connection, day)
    assert as_text(figures).splitlines() == [
        "At the close of 2026-03-02",
        "  Book              1,440.00 CNY in 2 loans",
        "  New               5,000.00 CNY in 1 loans",
        "  Repaid            70.00 CNY",
        "  Collected of due  100.00%",
        "  Overdue           0.00 CNY on 1 loans that owe 940.00 CNY",
        "  NPL ratio         0.00%",
        "  Provisions        33.50 CNY",
        "  Applications      2 received",
        "  Approval rate     50.00% (month to date 50.00%)",
    ]


def test_management_reads_reports_and_changes_nothing(any_database: Engine) -> None:
    reader = as_role(any_database, "millrace_reader")
    with any_database.connect() as connection:
        tables = connection.execute(text("show tables like 'report%'")).scalars().all()
    assert set(tables) == {name for name in VOLATILE if name.startswith("report_")}
    with reader.connect() as connection:
        for name in tables:
            connection.execute(text(f"select * from {name}"))
            with pytest.raises(DBAPIError, match="denied"):
                connection.execute(text(f"delete from {name}"))
