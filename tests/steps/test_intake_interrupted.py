"""Stopped at any statement and run again, intake gives what an undisturbed run gives."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import URL, event

from include.steps.intake import quarantine
from tests.steps.intake_deliveries import KEY, IntakeDay, application, open_day, repayment, rows_of

STEPS = [f"{verb}_{dataset}" for dataset in ("applications", "repayments") for verb in ("pull", "validate", "load")]
TABLES = ("landing_file", "quarantine", "customer", "customer_identity", "application", "application_history", "repayment")
# ids, clocks, addresses of files, and ciphers, which differ each time
VOLATILE = ("_id", "_at", "uri", "_cipher")


class Stopped(BaseException):
    """What the test raises in the middle of a step, as a killed process would stop there."""


@contextmanager
def stopped_at(intake: IntakeDay, nth: int) -> Iterator[list[int]]:
    """Stop the step at its ``nth`` statement; yields the count of statements that were begun."""
    begun = [0]

    def count(*_: Any) -> None:
        begun[0] += 1
        if begun[0] == nth:
            raise Stopped

    event.listen(intake.engine, "before_cursor_execute", count)
    try:
        yield begun
    finally:
        event.remove(intake.engine, "before_cursor_execute", count)


@pytest.fixture
def two_days(mariadb_server: URL, tmp_path_factory, monkeypatch) -> Iterator[tuple[IntakeDay, IntakeDay]]:
    """The same second day twice: a mended row waits, the file has good, bad, known and changed rows."""
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    homes = [tmp_path_factory.mktemp(name) for name in ("undisturbed", "disturbed")]
    with open_day(mariadb_server, homes[0]) as undisturbed, open_day(mariadb_server, homes[1]) as disturbed:
        for intake in (undisturbed, disturbed):
            _first_day(intake)
            _deliver_second_day(intake)
        yield undisturbed, disturbed


def _first_day(intake: IntakeDay) -> None:
    intake.deliver("applications", [*rows_of("applications", 3), application(4, age="-1")])
    intake.deliver("repayments", [*rows_of("repayments", 3), repayment(4, currency="USD")])
    for dataset in ("applications", "repayments"):
        intake.take_in(dataset)
    with intake.engine.begin() as connection:
        for row in quarantine.list_rows(connection):
            quarantine.fix(connection, row["quarantine_id"], {"age": "40"} if row["dataset"] == "applications" else {"currency": "CNY"})
    intake.next_day()


def _deliver_second_day(intake: IntakeDay) -> None:
    today = str(intake.day)
    applications = [application(n, application_date=today) for n in (1, 2)]
    applications[1]["amount"] = "7.00"
    intake.deliver("applications", [*applications, *(application(n, intake.day) for n in (8, 9)), application(10, intake.day, tenor="x")])
    bounce = repayment(20, intake.day, kind="BOUNCE", amount="103.25", original_ref=repayment(3)["external_ref"])
    known, changed = repayment(1, booking_date=today), repayment(2, booking_date=today, amount="7.00")
    intake.deliver("repayments", [known, changed, bounce, repayment(9, intake.day), repayment(10, intake.day, kind="x")])


def state_of(intake: IntakeDay) -> dict[str, list[str]]:
    """Every row of every table that intake writes, and the accepted rows, without what differs each time."""
    found = {}
    for table in TABLES:
        rows = [_stable(row) for row in intake.all(f"select * from {table}")]
        found[table] = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    for file in sorted((intake.home / "landing").rglob("*.*")):
        found[str(file.relative_to(intake.home))] = [base64.b64encode(file.read_bytes()).decode()]
    return found


def _stable(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if not name.endswith(VOLATILE)}
    for name in {"source_row", "fixed_row"} & set(kept):
        fields = json.loads(kept[name] or "{}")
        kept[name] = {field: value for field, value in fields.items() if not isinstance(value, dict)}
    return kept


def test_stopped_at_every_statement(two_days: tuple[IntakeDay, IntakeDay]):
    undisturbed, disturbed = two_days
    for step in STEPS:
        undisturbed.run(step)
    for step in STEPS:
        nth = stops = 0
        while stops == nth:
            nth += 1
            with stopped_at(disturbed, nth):
                try:
                    disturbed.run(step)
                except Stopped:
                    stops += 1
        assert stops >= 5, f"{step} was stopped at {stops} statements only"
    assert state_of(disturbed) == state_of(undisturbed)
    assert len(state_of(undisturbed)["application"]) == 3 + 2 + 1
    assert len(state_of(undisturbed)["repayment"]) == 3 + 2 + 1


@pytest.mark.parametrize(("step", "written"), [("pull_applications", "*-*"), ("validate_applications", "accepted.parquet")])
def test_a_half_written_file_is_written_anew(two_days: tuple[IntakeDay, IntakeDay], step: str, written: str):
    """What a kill leaves in the landing place is overwritten before anybody reads it."""
    undisturbed, disturbed = two_days
    for intake in two_days:
        for earlier in STEPS[: STEPS.index(step)]:
            intake.run(earlier)
    undisturbed.run(step)
    folder = disturbed.home / "landing" / "applications" / str(disturbed.day)
    folder.mkdir(parents=True, exist_ok=True)
    with stopped_at(disturbed, 1), pytest.raises(Stopped):
        disturbed.run(step)
    for whole in (undisturbed.home / "landing" / "applications" / str(undisturbed.day)).glob(written):
        (folder / whole.name).write_bytes(whole.read_bytes()[:10])
    disturbed.run(step)
    assert state_of(disturbed) == state_of(undisturbed)
