"""The monthly pack: which date it is about, what it needs, that it stands alone."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from include.day import BY_NAME, REPORTS
from include.places import Places
from include.steps.context import StepContext, StepError
from include.steps.figures.overview import month_ago
from include.steps.figures.pack import compared_with
from include.steps.ledger import run_step
from tests.conftest import as_role
from tests.reports.book import Days, build, one_day


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MILLRACE_HOME", str(tmp_path))
    return tmp_path


def reported(days: Days, number: int) -> date:
    one_day(days, number)
    day = days.close()
    for report in REPORTS:
        build(days.engine, report.task, day)
    return day


def pack(engine: Engine, day: date) -> dict[str, object]:
    return run_step(BY_NAME["reports.pack"], StepContext(day, engine, Places.from_environment(), run_id="test")).details


def test_a_month_so_far_and_whole(any_database: Engine, home: Path) -> None:
    days = Days(any_database, date(2026, 3, 30))
    app = as_role(any_database, "millrace_app")
    first = reported(days, 1)
    assert pack(app, first)["as_of"] == "2026-03-30"
    file = home / "outbox" / "reports" / "packs" / "2026-03.en.html"
    assert "Monthly pack Mar 2026 (the month so far)" in file.read_text(encoding="utf-8")
    last = reported(days, 2)
    pack(app, last)
    whole = file.read_text(encoding="utf-8")
    assert "Monthly pack Mar 2026 (the whole month)" in whole
    # made again, an old date does not turn it back
    assert pack(app, first)["as_of"] == "2026-03-31"
    assert file.read_text(encoding="utf-8") == whole
    april = reported(days, 3)
    pack(app, april)
    assert "compared with 31 Mar 2026" in (file.parent / "2026-04.en.html").read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8") == whole


def test_it_needs_nothing_else(any_database: Engine, home: Path) -> None:
    day = reported(Days(any_database), 1)
    pack(any_database, day)
    for language in ("en", "zh"):
        page = (home / "outbox" / "reports" / "packs" / f"2026-03.{language}.html").read_text(encoding="utf-8")
        assert set(re.findall(r"(?:https?:)?//[\w./]+", page)) <= {"http://www.w3.org/2000/svg"}
        assert not re.search(r"<(script|link|img|iframe)\b", page)
        assert "1,440.00" in page
    kept = json.loads((home / "records" / "figures" / f"{day}.en.json").read_text(encoding="utf-8"))
    assert len(kept["charts"]) >= 14


def test_nothing_is_made_while_a_report_is_missing(any_database: Engine, home: Path) -> None:
    days = Days(any_database)
    one_day(days, 1)
    day = days.close()
    build(any_database, "portfolio", day)
    with pytest.raises(StepError, match=r"reports.ageing, .* not built yet: run them first, then make the pack"):
        pack(any_database, day)
    assert not (home / "outbox" / "reports" / "packs").exists()


@pytest.mark.parametrize(
    ("day", "a_month_ago", "pack_against"),
    [
        ("2026-03-01", None, None),
        ("2026-03-02", "2026-03-01", "2026-03-01"),
        ("2026-03-31", "2026-03-01", "2026-03-01"),
        ("2026-04-01", "2026-03-01", "2026-03-31"),
        ("2026-04-30", "2026-03-30", "2026-03-31"),
        ("2026-05-31", "2026-04-30", "2026-04-30"),
    ],
)
def test_what_a_date_is_compared_with(day: str, a_month_ago: str | None, pack_against: str | None) -> None:
    dates = [date(2026, 3, 1) + timedelta(days=n) for n in range(92)]
    chosen = date.fromisoformat(day)
    assert [str(found) if found else None for found in (month_ago(dates, chosen), compared_with(dates, chosen))] == [
        a_month_ago,
        pack_against,
    ]
