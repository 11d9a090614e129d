"""The operations pages: the calendar, durations against the usual, quarantine, files, invariants."""

from __future__ import annotations

import base64
import json
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from include.day import BY_NAME
from include.steps.close import invariants
from include.steps.intake.datasets import APPLICATIONS
from include.steps.intake.quarantine_rows import mended_rows
from tests.conftest import as_role
from tests.orchestration.runs import open_day, use_database
from tests.plugins.conftest import ORIGIN, as_user
from tests.quarantine_row import ROW, refused


@pytest.fixture
def database(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("MILLRACE_KEY", base64.b64encode(bytes(range(32))).decode())
    with database.begin() as connection:
        for table in ("quarantine", "invariant_check"):
            connection.execute(text(f"truncate table {table}"))
    return database


def stored(engine: Engine, number: int) -> dict[str, object]:
    with engine.connect() as connection:
        found = connection.execute(text("select state, note, actor from quarantine where quarantine_id = :id"), {"id": number})
        return dict(found.mappings().one())


@pytest.fixture
def operator(web: TestClient, database: Engine) -> dict[str, str]:
    return as_user(database, "olga", "OPERATOR") | {"Origin": ORIGIN}


@pytest.fixture
def reader(web: TestClient, database: Engine) -> dict[str, str]:
    return as_user(database, "rita", "VIEWER") | {"Origin": ORIGIN}


def test_a_row_as_it_came_shows_no_personal_data(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    number = refused(database)
    page = web.get(f"/millrace/quarantine/{number}", headers=operator).text
    assert "12x0" in page
    assert "amount is &lt;money&gt;" in page
    assert "张伟" not in page
    assert "13800138000" not in page
    assert 'name="field.name" value=""' in page


def test_a_mended_row_comes_in_with_the_next_load(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    number = refused(database)
    form = {"field.amount": "1200.00", "field.name": "", "field.occupation": "fixed", "note": "typing error"}
    answer = web.post(f"/millrace/quarantine/{number}/fix", headers=operator, data=form)
    assert "The row is mended." in answer.text
    assert stored(database, number) == {"state": "FIXED", "note": "typing error", "actor": "olga"}
    with database.connect() as connection:
        (mended,) = mended_rows(connection, APPLICATIONS, date(2026, 3, 3))
    # what was left empty because it is not shown stays as it came; what was not in the form too
    assert mended.fields == {name: ROW.get(name) for name in APPLICATIONS.names} | {"amount": "1200.00"}


def test_a_personal_field_can_be_given_anew(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    number = refused(database)
    web.post(f"/millrace/quarantine/{number}/fix", headers=operator, data={"field.phone": "13900139000"})
    with database.connect() as connection:
        (mended,) = mended_rows(connection, APPLICATIONS, date(2026, 3, 3))
        sealed = connection.execute(text("select fixed_row from quarantine")).scalar()
    assert mended.fields["phone"] == "13900139000"
    assert "13900139000" not in str(sealed)
    assert "13900139000" not in web.get(f"/millrace/quarantine/{number}", headers=operator).text


def test_what_is_no_text_or_too_long_is_not_taken(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    number = refused(database)
    path = f"/millrace/quarantine/{number}/fix"
    too_long = web.post(path, headers=operator, data={"field.amount": "1" * 501})
    assert too_long.status_code == 422
    assert "amount takes at most 500 characters" in too_long.text
    web.post(path, headers=operator, data={"field.occupation": "others"}, files={"field.amount": ("a.txt", b"5")})
    with database.connect() as connection:
        (mended,) = mended_rows(connection, APPLICATIONS, date(2026, 3, 3))
    assert (mended.fields["occupation"], mended.fields["amount"]) == ("others", "12x0")


def test_discard_takes_a_reason_and_can_be_taken_back(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    number = refused(database)
    assert web.post(f"/millrace/quarantine/{number}/discard", headers=operator, data={"reason": " "}).status_code == 422
    web.post(f"/millrace/quarantine/{number}/discard", headers=operator, data={"reason": "sent twice"})
    assert stored(database, number) == {"state": "DISCARDED", "note": "sent twice", "actor": "olga"}
    refusal = web.post(f"/millrace/quarantine/{number}/fix", headers=operator, data={})
    assert refusal.status_code == 409
    assert "is DISCARDED" in refusal.text
    web.post(f"/millrace/quarantine/{number}/reopen", headers=operator, data={"reason": "it was another one"})
    assert stored(database, number)["state"] == "NEW"


@pytest.mark.parametrize("act", ["fix", "discard", "reopen"])
def test_to_act_takes_the_right(web: TestClient, reader: dict[str, str], viewer: dict[str, str], database: Engine, act: str) -> None:
    number = refused(database)
    for headers in (reader, viewer | {"Origin": ORIGIN}):
        answer = web.post(f"/millrace/quarantine/{number}/{act}", headers=headers, data={"reason": "x"})
        assert answer.status_code == 403
    assert web.post(f"/millrace/quarantine/{number}/{act}", data={"reason": "x"}).status_code == 401
    assert stored(database, number)["state"] == "NEW"
    assert "takes the role Operator" in web.get(f"/millrace/quarantine/{number}", headers=reader).text


@pytest.mark.parametrize("path", ["/millrace/quarantine", "/millrace/quarantine/1", "/millrace/files", "/millrace/invariants"])
def test_who_holds_no_role_sees_no_rows(web: TestClient, viewer: dict[str, str], path: str) -> None:
    assert web.get(path, headers=viewer).status_code == 403


def test_the_list_is_filtered_and_paged(web: TestClient, reader: dict[str, str], database: Engine) -> None:
    numbers = [refused(database, row_no) for row_no in range(1, 31)]
    odd = refused(database, 99, rule="occupation.set")
    gone = refused(database, 100, "DISCARDED")
    first = web.get("/millrace/quarantine", headers=reader).text
    assert f'/millrace/quarantine/{odd}"' in first
    assert f'/millrace/quarantine/{gone}"' not in first
    assert f'/millrace/quarantine/{numbers[0]}"' not in first
    assert f'/millrace/quarantine/{numbers[0]}"' in web.get("/millrace/quarantine?page=2", headers=reader).text
    by_rule = web.get("/millrace/quarantine?rule=occupation.set", headers=reader).text
    assert by_rule.count('href="/millrace/quarantine/') == 1
    assert f'/millrace/quarantine/{gone}"' in web.get("/millrace/quarantine?state=DISCARDED&date=&dataset=", headers=reader).text
    assert "No row fits" in web.get("/millrace/quarantine?date=2026-03-03", headers=reader).text
    assert web.get("/millrace/quarantine?date=soon", headers=reader).status_code == 422


def test_a_row_that_is_not_there(web: TestClient, operator: dict[str, str]) -> None:
    assert web.get("/millrace/quarantine/424242", headers=operator).status_code == 404
    assert web.post("/millrace/quarantine/424242/discard", headers=operator, data={"reason": "x"}).status_code == 409


def test_files_lead_to_their_refused_rows(web: TestClient, reader: dict[str, str], database: Engine) -> None:
    refused(database)
    page = web.get("/millrace/files?dataset=applications&from=2026-03-01&to=", headers=reader).text
    assert "a.csv" in page
    assert "98,765.40" in page
    assert 'href="/millrace/quarantine?dataset=applications&amp;date=2026-03-02"' in page
    assert "No file fits" in web.get("/millrace/files?dataset=repayments", headers=reader).text


def test_a_step_that_takes_much_longer_than_usual(web: TestClient, viewer: dict[str, str], database: Engine) -> None:
    check = BY_NAME["intake.check_day"]
    with database.begin() as connection:
        connection.execute(text("insert into business_day (business_date) values ('2026-03-05')"))
        for day, took in (("2026-03-02", 2), ("2026-03-03", 3), ("2026-03-04", 50), ("2026-03-05", 20)):
            connection.execute(
                text("insert into step_run (business_date, step) values (:day, :step) on duplicate key update step = step"),
                {"day": day, "step": check.name},
            )
            # run again later, it answered at once: that says nothing about how long it takes
            for seconds in (took, 0) if day < "2026-03-05" else (took,):
                connection.execute(
                    text(
                        "insert into step_attempt (business_date, step, state, started_at, ended_at, run_id) values (:day, :step, 'DONE',"
                        " '2026-03-06 01:00:00', date_add('2026-03-06 01:00:00', interval :seconds second), 'scheduled__2026 05')"
                    ),
                    {"day": day, "step": check.name, "seconds": seconds},
                )
    page = web.get("/millrace/days", headers=viewer).text
    assert '<span class="badge warn">slow</span> 20.0 s' in page
    assert '<td class="figure quiet">3.0 s</td>' in page
    assert 'href="/dags/business_day/runs/scheduled__2026%2005" target="_top"' in page


def test_the_calendar_goes_month_by_month(web: TestClient, viewer: dict[str, str], database: Engine) -> None:
    with database.begin() as connection:
        for day, state in (("2026-02-27", "CLOSED"), ("2026-02-28", "CLOSED"), ("2026-03-01", "OPEN")):
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": day})
            for step in ("CLOSING", "CLOSED") if state == "CLOSED" else ():
                connection.execute(text("update business_day set state = :state where business_date = :day"), {"day": day, "state": step})
    march = web.get("/millrace/days", headers=viewer).text
    assert 'rel="prev" href="/millrace/days/2026-02-28"' in march
    assert 'rel="next"' not in march
    february = web.get("/millrace/days/2026-02-27", headers=viewer).text
    assert 'rel="next" href="/millrace/days/2026-03-01"' in february
    assert february.count('<td class="closed">') == 2


def test_what_the_close_found_and_what_holds_now(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    open_day(database, BY_NAME["close.snapshot_book"])
    with database.begin() as connection:
        connection.execute(
            text(
                "insert into invariant_check (business_date, invariant, offending_rows, sample) values"
                " ('2026-03-02', 'loan_equals_ledger', 1, :sample), ('2026-03-02', 'steps_are_done', 0, '[]')"
            ),
            {"sample": json.dumps([{"loan_no": "LB<1>", "balance": "0.01"}])},
        )
    page = web.get("/millrace/invariants", headers=operator).text
    assert "loan_no LB&lt;1&gt;, balance 0.01" in page
    assert "1 rows" in page
    assert "invariants do not hold" in web.get("/millrace/days/2026-03-02", headers=operator).text
    offending = web.get("/millrace/invariants/steps_are_done", headers=operator).text
    assert "close.snapshot_book" in offending
    assert "still open" in offending
    assert "It holds. No row offends." in web.get("/millrace/invariants/loan_equals_instalments", headers=operator).text
    assert web.get("/millrace/invariants/passwords", headers=operator).status_code == 404


def test_every_invariant_can_be_checked_with_the_pipelines_account(web: TestClient, operator: dict[str, str], database: Engine) -> None:
    open_day(database)
    with pytest.MonkeyPatch.context() as patch:
        use_database(patch, as_role(database, "millrace_app"))
        for name in invariants():
            assert web.get(f"/millrace/invariants/{name}", headers=operator).status_code == 200, name


def test_to_check_an_invariant_takes_the_right(web: TestClient, reader: dict[str, str], database: Engine) -> None:
    open_day(database)
    assert web.get("/millrace/invariants", headers=reader).status_code == 200
    assert web.get("/millrace/invariants/steps_are_done", headers=reader).status_code == 403


def test_nothing_is_open_to_check(web: TestClient, operator: dict[str, str]) -> None:
    assert web.get("/millrace/invariants/steps_are_done", headers=operator).status_code == 409
