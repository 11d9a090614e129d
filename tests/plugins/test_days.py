"""The page of business days shows where each step stands."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from include.day import BY_NAME
from tests.orchestration.runs import open_day

CHECK, VALIDATE, POST = (BY_NAME[name] for name in ("intake.check_day", "intake.validate_repayments", "servicing.post_repayments"))


def attempt(engine: Engine, step: str, shard: int, state: str, error: str | None = None) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into step_attempt (business_date, step, shard, state, started_at, ended_at, error)"
                " values ('2026-03-02', :step, :shard, :state, '2026-03-03 01:00:00', '2026-03-03 01:03:20', :error)"
            ),
            {"step": step, "shard": shard, "state": state, "error": error},
        )


def test_before_the_book_is_loaded_it_says_what_to_do(web: TestClient, viewer: dict[str, str]) -> None:
    page = web.get("/millrace/", headers=viewer)
    assert "Load the opening book first" in page.text


def test_a_day_with_a_failed_shard(web: TestClient, viewer: dict[str, str], database: Engine) -> None:
    open_day(database, CHECK, POST)
    with database.begin() as connection:
        connection.execute(text("update step_run set state = 'DONE', rows_done = 1200, amount = 98765.4 where step = 'intake.check_day'"))
    attempt(database, CHECK.name, 0, "FAILED", "first it failed")
    attempt(database, CHECK.name, 0, "DONE")
    attempt(database, POST.name, 1, "FAILED", "<b>1644 ledger_entry refused</b>")
    page = web.get("/millrace/", headers=viewer).text
    assert '<span class="state failed">open</span> <small>1 failed</small>' in page
    assert '<span class="state failed">failed</span>' in page
    assert "&lt;b&gt;1644 ledger_entry refused&lt;/b&gt;" in page
    assert "first it failed" not in page
    assert "98,765.40" in page
    assert "1,200" in page
    assert "3 min 20 s" in page
    assert "<small>shard 1</small>" in page
    assert "1 of 3 steps done" in page
    assert '<td class="failed"><a href="/millrace/days/2026-03-02" aria-current="date"' in page


def test_what_a_closed_day_left_out(web: TestClient, viewer: dict[str, str], database: Engine) -> None:
    open_day(database, BY_NAME["origination.score_applications"])
    with database.begin() as connection:
        connection.execute(text("update business_day set state = 'CLOSING'"))
        connection.execute(text("update business_day set state = 'CLOSED'"))
    attempt(database, "origination.score_applications", 0, "FAILED", "no champion")
    page = web.get("/millrace/", headers=viewer).text
    assert '<span class="state closed">closed</span> <small>1 failed</small>' in page
    assert '<span class="state not run">not run</span>' in page
    assert '<span class="state waiting">waiting</span>' in page  # reports can still be built


def test_a_date_that_is_not_there(web: TestClient, viewer: dict[str, str], database: Engine) -> None:
    open_day(database)
    assert web.get("/millrace/days/2031-01-01", headers=viewer).status_code == 404
    assert web.get("/millrace/days/yesterday", headers=viewer).status_code == 422


def record(engine: Engine, uri: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into landing_file (dataset, business_date, file_name, sha256, uri, record_uri)"
                " values ('repayments', '2026-03-02', 'r.csv', sha2(:uri, 256), 'r.csv', :uri)"
            ),
            {"uri": uri},
        )


def test_a_validation_record_is_shown_without_any_rights(web: TestClient, viewer: dict[str, str], database: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "records" / "repayments"
    folder.mkdir(parents=True)
    (folder / "2026-03-02.html").write_text("<!doctype html><h1>2 of 120 rows refused</h1>", encoding="utf-8")
    record(database, str(folder / "2026-03-02.html"))
    answer = web.get("/millrace/records/repayments/2026-03-02", headers=viewer)
    assert "2 of 120 rows refused" in answer.text
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_nothing_outside_the_place_of_records_is_shown(web: TestClient, viewer: dict[str, str], database: Engine, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    for uri in (str(tmp_path / "secret"), f"{tmp_path}/records/../secret", "../secret", "/etc/hostname"):
        record(database, uri)
        assert web.get("/millrace/records/repayments/2026-03-02", headers=viewer).status_code == 404


def test_other_data_sets_have_no_records(web: TestClient, viewer: dict[str, str]) -> None:
    assert web.get("/millrace/records/secrets/2026-03-02", headers=viewer).status_code == 422
