"""The loan page: every side of a loan, as of a date; search; the statement; notes and promises."""

from __future__ import annotations

import csv
import io

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.plugins.conftest import ORIGIN, as_user


@pytest.fixture
def officer(desk: TestClient, scene_schema: Engine) -> dict[str, str]:
    return as_user(scene_schema, "anna", "OFFICER")


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [(" LB000001 ", "/millrace/loans/LB000001"), ("R9", "/millrace/review/R9"), ("C-R9", None), ("LB", None), ("%", None), ("NONE", None)],
)
def test_search_by_number(desk: TestClient, officer: dict[str, str], typed: str, leads_to: str | None) -> None:
    answer = desk.get("/millrace/loans", params={"q": typed}, headers=officer, follow_redirects=False)
    assert answer.headers.get("location") == leads_to
    shown = {"C-R9": "Customer C-R9", "LB": "LB000002", "NONE": "No loan, application or customer has a number"}
    assert shown.get(typed, "") in answer.text


@pytest.mark.parametrize("tab", ["schedule", "ledger", "journal", "history", "collections", "changes"])
def test_every_side_in_both_languages(desk: TestClient, officer: dict[str, str], tab: str) -> None:
    for language in ("en", "zh"):
        answer = desk.get(f"/millrace/loans/LB000001?tab={tab}", headers=officer | {"Accept-Language": language})
        assert answer.status_code == 200
        assert 'aria-current="page"' in answer.text


def test_the_schedule_says_what_is_late_and_what_comes_next(desk: TestClient, officer: dict[str, str]) -> None:
    page = desk.get("/millrace/loans/LB000001", headers=officer).text
    assert "overdue" in page
    assert "12,345,678,901.23" in page  # a very large amount keeps its cents
    assert "2 Feb 2026" in page
    assert "Next instalment" in page


def test_as_of_an_earlier_date_it_says_so(desk: TestClient, officer: dict[str, str]) -> None:
    page = desk.get("/millrace/loans/LB000001?as_of=2026-03-01", headers=officer).text
    assert "This is the loan as it was at the end of 1 Mar 2026." in page
    assert "The loan had no schedule on this date." in page  # it was taken over on the 2nd
    assert "as it was at the end" not in desk.get("/millrace/loans/LB000001?as_of=2031-01-01", headers=officer).text
    assert desk.get("/millrace/loans/LB000001?as_of=soon", headers=officer).status_code == 422


def test_the_statement_on_paper_and_as_csv(desk: TestClient, officer: dict[str, str]) -> None:
    page = desk.get("/millrace/loans/LB000001/statement", headers=officer).text
    assert "Statement of account LB000001" in page
    answer = desk.get("/millrace/loans/LB000001/statement?format=csv", headers=officer | {"Accept-Language": "zh"})
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-LB000001.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["记账日", "起息日", "类型"]
    assert rows[1][2] == "期初余额"
    assert rows[1][4] == rows[1][9] == "12345681901.23"


def test_notes_and_promises_are_written_and_never_changed(desk: TestClient, officer: dict[str, str], scene_schema: Engine) -> None:
    write = officer | {"Origin": ORIGIN}
    path = "/millrace/loans/LB000002"
    assert "&lt;b&gt;" in desk.post(f"{path}/notes", headers=write, data={"kind": "CALL", "body": "<b>will pay</b>"}).text
    assert desk.post(f"{path}/notes", headers=write, data={"kind": "CALL", "body": "  "}).status_code == 422
    assert desk.post(f"{path}/notes", headers=write, data={"kind": "SHOUT", "body": "x"}).status_code == 422
    kept = desk.post(f"{path}/promises", headers=write, data={"promised_on": "2026-03-09", "amount": "1,000"})
    assert "1,000.00" in kept.text
    late = desk.post(f"{path}/promises", headers=write, data={"promised_on": "2026-03-01", "amount": "1"})
    assert (late.status_code, "from 2026-03-02 on" in late.text) == (422, True)
    assert "LB000002" in desk.get("/millrace/loans", headers=officer).text
    for table in ("loan_note", "promise_to_pay"):
        for statement in (f"delete from {table}", f"update {table} set actor = 'x'"):
            with pytest.raises(Exception, match="append-only"), scene_schema.begin() as connection:
                connection.exec_driver_sql(statement)


def test_a_loan_that_is_not_there(desk: TestClient, officer: dict[str, str]) -> None:
    answer = desk.get("/millrace/loans/LB999999", headers=officer)
    assert (answer.status_code, "There is no loan LB999999." in answer.text) == (404, True)
    as_json = desk.get("/millrace/loans/LB999999", headers=officer | {"Accept": "application/json"})
    assert as_json.json() == {"detail": "There is no loan LB999999. Check the number.", "details": []}
