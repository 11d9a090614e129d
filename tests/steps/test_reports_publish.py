"""Publishing hands on the figures of a date when all of them are there."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from include.day import REPORTS
from include.places import Places
from include.steps.context import StepContext, StepError
from include.steps.reports import publish

DAY = date(2026, 3, 2)


@pytest.fixture
def context(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StepContext:
    monkeypatch.setenv("MILLRACE_HOME", str(tmp_path))
    return StepContext(DAY, database, Places.from_environment())


def built(engine: Engine, *names: str) -> None:
    with engine.begin() as connection:
        for name in names:
            connection.execute(
                text("insert into step_run (business_date, step, state) values (:day, :step, 'DONE')"), {"day": DAY, "step": name}
            )


def test_every_report_becomes_a_file_of_its_date(database: Engine, context: StepContext) -> None:
    built(database, *(report.name for report in REPORTS))
    insert = (
        "insert into report_expected_cash (business_date, expected_on, product_code, kind, instalments, principal, interest, fee, total)"
        " values (:day, :expected_on, '流动资金', 'due', 1, 10.50, 1.00, 0, 11.50)"
    )
    with database.begin() as connection:
        for day, expected_on in ((DAY, "2026-03-20"), (DAY, "2026-03-10"), (date(2026, 3, 1), "2026-03-10")):
            connection.execute(text(insert), {"day": day, "expected_on": expected_on})
        first = publish(connection, context)
    folder = context.places.outbox / "reports" / "2026-03-02"
    content = (folder / "expected_cash.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    assert [(row["expected_on"], row["product_code"], row["principal"]) for row in rows] == [
        ("2026-03-10", "流动资金", "10.50"),
        ("2026-03-20", "流动资金", "10.50"),
    ]
    assert {path.name for path in folder.iterdir()} == {f"{report.task}.csv" for report in REPORTS} | {"files.json"}
    assert (first.rows, first.details["files"]) == (2, len(REPORTS))
    with database.connect() as connection:
        assert publish(connection, context) == first
    assert (folder / "expected_cash.csv").read_bytes() == content


def test_nothing_is_published_while_a_report_is_missing(database: Engine, context: StepContext) -> None:
    built(database, *(report.name for report in REPORTS[1:]))
    with database.connect() as connection, pytest.raises(StepError, match=rf"{REPORTS[0].name} of 2026-03-02 not built yet"):
        publish(connection, context)
    assert not (context.places.outbox / "reports").exists()
