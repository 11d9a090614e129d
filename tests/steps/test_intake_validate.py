"""intake.validate_*: good rows go on, bad rows to quarantine with every reason, a bad batch stops before it writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL
from upath import UPath

from include.day import BY_NAME
from include.places import Places
from include.steps.context import BatchRefusedError, StepError
from include.steps.ledger import run_step
from tests.steps.intake_deliveries import KEY, IntakeDay, application, open_day, repayment, rows_of


@pytest.fixture
def intake(mariadb_server: URL, tmp_path: Path, monkeypatch) -> Iterator[IntakeDay]:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    with open_day(mariadb_server, tmp_path) as day:
        yield day


PERSONAL = ("客户 000002", "99000000000000002X", "10000000002", "c2@example.invalid", "9999000000000000002")


def test_bad_rows_wait_in_quarantine_with_every_reason_and_no_personal_data(intake: IntakeDay):
    rows = rows_of("applications", 10)
    rows[1] |= {"amount": "12,3", "age": "-5"}
    intake.deliver("applications", rows)
    intake.run("pull_applications")
    result = intake.run("validate_applications")
    assert (result.rows, str(result.amount)) == (9, "90057.50")
    assert {name: result.details[name] for name in ("received", "refused", "reinjected", "still_bad")} == {
        "received": 10,
        "refused": 1,
        "reinjected": 0,
        "still_bad": 0,
    }
    (row,) = intake.all("select row_no, state, source_row, reasons from quarantine")
    assert (row["row_no"], row["state"]) == (2, "NEW")
    assert [reason["rule"] for reason in json.loads(row["reasons"])] == ["amount.money", "age.range"]
    assert json.loads(row["source_row"])["amount"] == "12,3"
    assert set(json.loads(row["source_row"])["name"]) == {"encrypted"}
    record = Path(result.details["record"]).read_text(encoding="utf-8")
    for value in PERSONAL:
        assert value not in row["source_row"] + row["reasons"] + record


def test_the_record_is_readable_asks_for_nothing_outside_and_is_linked(intake: IntakeDay):
    rows = rows_of("repayments", 20)
    rows[6]["currency"] = "USD"
    intake.deliver("repayments", rows)
    intake.run("pull_repayments")
    uri = intake.run("validate_repayments").details["record"]
    assert intake.one("select record_uri from landing_file") == uri == str(intake.home / "records" / "repayments" / "2026-03-02.html")
    page = Path(uri).read_text(encoding="utf-8")
    assert "19 of 20 rows passed; 1 are in quarantine" in page
    assert re.search(r"currency\.set</code>.*currency is one of CNY.*>1</td><td>7</td>", page)
    assert not re.search(r"https?:|//|<script|src=|href=|@import|url\(", page)
    assert "BANK1" not in page and "LB0000" not in page


def test_a_bad_batch_is_refused_before_anything_is_written_and_a_corrected_one_is_taken(intake: IntakeDay):
    bad = [repayment(n, currency="USD") for n in range(1, 11)]
    intake.deliver("repayments", bad)
    intake.run("pull_repayments")
    with pytest.raises(BatchRefusedError, match="100% of the rows are bad") as refused:
        intake.run("validate_repayments")
    assert "clear intake.pull_repayments" in str(refused.value)
    (file,) = intake.all("select state, rows_accepted, rows_refused, record_uri from landing_file")
    assert (file["state"], file["rows_accepted"], file["rows_refused"]) == ("REFUSED", 0, 10)
    assert "Refused as a whole" in Path(file["record_uri"]).read_text(encoding="utf-8")
    assert intake.one("select count(*) from quarantine") == 0
    assert not list((intake.home / "landing").rglob("accepted.parquet"))
    states = intake.all("select step, state from step_run where step like 'intake.%repayments' order by step")
    assert [row["state"] for row in states] == ["PENDING", "PENDING", "PENDING"]

    intake.deliver("repayments", rows_of("repayments", 10))
    assert intake.take_in("repayments").rows == 10
    assert [row["state"] for row in intake.all("select state from landing_file order by landing_file_id")] == ["REFUSED", "LOADED"]


def test_validation_again_after_a_refusal_says_the_same(intake: IntakeDay):
    """As Airflow does when only the failed task is cleared, or the process died before the pull was reopened."""
    intake.deliver("repayments", [repayment(n, currency="USD") for n in range(1, 11)])
    intake.run("pull_repayments")
    for _ in range(2):
        with pytest.raises(BatchRefusedError, match="100% of the rows are bad"):
            intake.run("validate_repayments")
    with pytest.raises(BatchRefusedError, match="This very file was refused before"):
        intake.run("pull_repayments")
    intake.deliver("repayments", [repayment(n, currency="USD") for n in range(1, 11)], again="policy was changed")
    intake.run("pull_repayments")


def test_nothing_was_pulled(intake: IntakeDay):
    with pytest.raises(StepError, match=r"clear intake.pull_repayments"):
        intake.run("validate_repayments")


def test_a_landed_copy_that_was_tampered_with(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 3))
    intake.run("pull_repayments")
    Path(intake.one("select uri from landing_file")).write_bytes(b"something else\n")
    with pytest.raises(StepError, match=r"is not any more what intake.pull_repayments put there"):
        intake.run("validate_repayments")


@pytest.mark.parametrize("dataset", ["applications", "repayments"])
def test_the_accepted_rows_are_the_same_bytes_every_time(intake: IntakeDay, dataset: str):
    rows = [*rows_of(dataset, 8), application(9, age="-1") if dataset == "applications" else repayment(9, amount="0")]
    intake.deliver(dataset, rows)
    intake.run(f"pull_{dataset}")
    intake.run(f"validate_{dataset}")
    accepted = intake.home / "landing" / dataset / "2026-03-02" / "accepted.parquet"
    first = accepted.read_bytes()
    with intake.engine.begin() as connection:
        connection.exec_driver_sql(f"update step_run set state = 'PENDING' where step = 'intake.validate_{dataset}'")
    accepted.write_bytes(b"half wri")
    intake.run(f"validate_{dataset}")
    assert accepted.read_bytes() == first
    assert intake.one("select count(*) from quarantine") == 1


def test_places_may_be_anywhere_that_fsspec_knows(intake: IntakeDay):
    """``memory://`` here; s3:// and gs:// go the same way."""
    intake.deliver("repayments", rows_of("repayments", 3))
    bucket = UPath(f"memory://{intake.home.name}")
    day = bucket / "source" / "repayments" / "2026-03-02"
    day.mkdir(parents=True)
    for file in intake.folder("repayments").iterdir():
        (day / file.name).write_bytes(file.read_bytes())
    places = Places(*(bucket / name for name in ("source", "landing", "records", "outbox")))
    for verb in ("pull", "validate", "load"):
        result = run_step(BY_NAME[f"intake.{verb}_repayments"], replace(intake.context, places=places))
    assert result.rows == 3
    assert intake.one("select record_uri from landing_file") == f"{bucket}/records/repayments/2026-03-02.html"


def test_great_expectations_says_nothing_of_itself(intake: IntakeDay, caplog, capfd):
    caplog.set_level("INFO")
    intake.deliver("repayments", rows_of("repayments", 3))
    intake.run("pull_repayments")
    intake.run("validate_repayments")
    assert not [entry for entry in caplog.records if entry.name.startswith("great_expectations")]
    assert "Metric" not in capfd.readouterr().err
