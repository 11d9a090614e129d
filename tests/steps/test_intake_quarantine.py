"""The life of a refused row: seen, mended, taken in once with the next day, or given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from include.lending.privacy import PrivacyError
from include.steps.intake import quarantine
from include.steps.intake.quarantine import QuarantineError
from tests.steps.intake_deliveries import DAY, KEY, IntakeDay, application, open_day, repayment, rows_of


@pytest.fixture
def intake(mariadb_server: URL, tmp_path: Path, monkeypatch) -> Iterator[IntakeDay]:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    monkeypatch.setenv("MILLRACE_ACTOR", "li.na")
    with open_day(mariadb_server, tmp_path) as day:
        monkeypatch.setenv("MILLRACE_DATABASE_URL", day.engine.url.render_as_string(hide_password=False))
        yield day


def _refused_application(intake: IntakeDay) -> int:
    """The one bad application among six of the first day, loaded."""
    rows = rows_of("applications", 6)
    rows[2]["age"] = "-41"
    intake.deliver("applications", rows)
    assert intake.take_in("applications").rows == 5
    return int(intake.one("select quarantine_id from quarantine"))


def _run(*arguments: str) -> int:
    return quarantine.main(list(arguments))


def test_a_mended_row_comes_in_with_the_next_day_once(intake: IntakeDay):
    number = _refused_application(intake)
    assert _run("fix", str(number), "age=41", "phone=13900000003", "--note", "typing error, asked the branch") == 0
    assert intake.one("select count(*) from application") == 5, "not before the next load"
    intake.next_day()
    intake.deliver("applications", [application(9, intake.day)])
    intake.run("pull_applications")
    assert intake.run("validate_applications").details["reinjected"] == 1
    loaded = intake.run("load_applications")
    assert loaded.rows == 2
    (row,) = intake.all("select state, reinjected_on, actor, note, fixed_row from quarantine")
    assert (row["state"], row["reinjected_on"], row["actor"]) == ("REINJECTED", intake.day, "li.na")
    assert "13900000003" not in row["fixed_row"] and json.loads(row["fixed_row"])["age"] == "41"
    mended = intake.all("select age, business_date from application where application_no = 'A20260302-0003'")
    assert mended == [{"age": 41, "business_date": intake.day}]
    (file,) = intake.all("select rows_total, rows_accepted, amount_accepted from landing_file where business_date = :day", day=intake.day)
    assert (file["rows_total"], file["rows_accepted"], file["amount_accepted"]) == (1, 2, loaded.amount)

    intake.next_day()
    intake.deliver("applications", [])
    assert intake.take_in("applications").rows == 0, "a second time nothing comes"


def test_a_row_mended_wrongly_is_new_again_with_its_new_reasons(intake: IntakeDay):
    number = _refused_application(intake)
    _run("fix", str(number), "age=41", "tenor=never")
    intake.next_day()
    intake.deliver("applications", [])
    intake.run("pull_applications")
    assert intake.run("validate_applications").details["still_bad"] == 1
    (row,) = intake.all("select state, reasons, reinjected_on from quarantine")
    assert (row["state"], row["reinjected_on"]) == ("NEW", None)
    assert [reason["rule"] for reason in json.loads(row["reasons"])] == ["tenor.whole"]
    _run("fix", str(number), "tenor=24")
    intake.run("load_applications")
    intake.next_day()
    intake.deliver("applications", [])
    assert intake.take_in("applications").rows == 1


def test_a_mended_row_that_contradicts_the_books_goes_back(intake: IntakeDay):
    number = _refused_application(intake)
    _run("fix", str(number), "age=41", "application_no=A20260302-0001")
    intake.next_day()
    intake.deliver("applications", [])
    assert intake.take_in("applications").rows == 0
    (row,) = intake.all("select state, reasons, reinjected_on from quarantine")
    assert (row["state"], row["reinjected_on"]) == ("NEW", None)
    assert json.loads(row["reasons"])[0]["rule"] == "application_no.known"


def test_a_refused_batch_leaves_mended_rows_waiting(intake: IntakeDay):
    number = _refused_application(intake)
    _run("fix", str(number), "age=41")
    intake.next_day()
    intake.deliver("applications", [application(n, intake.day, gender="x") for n in range(20, 30)])
    intake.run("pull_applications")
    with pytest.raises(Exception, match="refused as a whole"):
        intake.run("validate_applications")
    assert intake.one("select state from quarantine") == "FIXED"
    intake.deliver("applications", [application(20, intake.day)])
    assert intake.take_in("applications").rows == 2


def test_a_mended_repayment_is_booked_today_with_its_old_value_date(intake: IntakeDay):
    intake.deliver("repayments", [repayment(1, currency="RMB"), repayment(2)])
    intake.take_in("repayments")
    _run("fix", str(intake.one("select quarantine_id from quarantine")), "currency=CNY")
    intake.next_day()
    intake.deliver("repayments", [])
    assert intake.take_in("repayments").rows == 1
    (row,) = intake.all("select value_date, business_date from repayment where external_ref = :ref", ref=repayment(1)["external_ref"])
    assert (row["value_date"], row["business_date"]) == (DAY, intake.day)


def test_what_is_discarded_stays_out_until_it_is_reopened(intake: IntakeDay):
    number = _refused_application(intake)
    assert _run("discard", str(number), "--reason", "the customer withdrew") == 0
    intake.next_day()
    intake.deliver("applications", [])
    assert intake.take_in("applications").rows == 0
    (row,) = intake.all("select state, note, actor from quarantine")
    assert tuple(row.values()) == ("DISCARDED", "the customer withdrew", "li.na")
    with intake.engine.begin() as connection, pytest.raises(QuarantineError, match="is DISCARDED: only NEW and FIXED rows can be fixed"):
        quarantine.fix(connection, number, {"age": "41"})
    assert _run("reopen", str(number), "--reason", "and came back") == 0
    assert _run("fix", str(number), "age=41") == 0


def test_a_row_that_came_in_is_done_with(intake: IntakeDay, capsys):
    number = _refused_application(intake)
    _run("fix", str(number), "age=41")
    intake.next_day()
    intake.deliver("applications", [])
    intake.take_in("applications")
    for verb in (("fix", str(number), "age=42"), ("discard", str(number), "--reason", "x"), ("reopen", str(number), "--reason", "x")):
        assert _run(*verb) == 1
        assert f"Row {number} is REINJECTED (it came in on 2026-03-03)" in capsys.readouterr().err


def test_listing(intake: IntakeDay, capsys):
    number = _refused_application(intake)
    assert _run("list") == 0
    assert f"{number}  2026-03-02  applications  row 3" in (shown := capsys.readouterr().out)
    assert "age.range" in shown and "1 rows" in shown
    for nothing in (["--dataset", "repayments"], ["--date", "2026-03-03"], ["--state", "DISCARDED"]):
        assert _run("list", *nothing) == 0
        assert capsys.readouterr().out.startswith("0 rows")
    assert _run("list", "--dataset", "applications", "--date", "2026-03-02", "--state", "NEW") == 0
    assert "1 rows" in capsys.readouterr().out


def test_showing_masks_personal_fields_unless_asked(intake: IntakeDay, capsys, monkeypatch):
    number = _refused_application(intake)
    _run("fix", str(number), "age=41")
    capsys.readouterr()
    assert _run("show", str(number)) == 0
    shown = capsys.readouterr().out
    assert "Row 3 of applications.csv, applications of 2026-03-02: FIXED" in shown
    assert "! age.range: expected: age is from 16 to 110. Correct age, or leave it empty." in shown
    assert "-41  ->  41" in shown
    assert "客户 000003" not in shown and "99000000000000003X" not in shown
    assert _run("show", str(number), "--reveal") == 0
    assert "99000000000000003X" in capsys.readouterr().out
    monkeypatch.setenv("MILLRACE_KEY", "")
    assert _run("show", str(number)) == 1
    assert "MILLRACE_KEY is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fix", "ID", "shoe_size=44"], "applications have no shoe_size"),
        (["fix", "ID", "age"], "Write field=value"),
        (["show", "99999"], "There is no row 99999"),
    ],
)
def test_what_cannot_be_done_is_said(intake: IntakeDay, capsys, arguments: list[str], says: str):
    number = str(_refused_application(intake))
    assert _run(*[number if argument == "ID" else argument for argument in arguments]) == 1
    assert says in capsys.readouterr().err
    assert intake.one("select state from quarantine") == "NEW"


def test_without_the_key_nothing_personal_is_refused_in_the_clear(intake: IntakeDay, monkeypatch):
    monkeypatch.setenv("MILLRACE_KEY", "")
    intake.deliver("applications", [application(1, age="-1"), application(2)])
    intake.run("pull_applications")
    with pytest.raises(PrivacyError, match="MILLRACE_KEY is not set"):
        intake.run("validate_applications")
    assert intake.one("select count(*) from quarantine") == 0
