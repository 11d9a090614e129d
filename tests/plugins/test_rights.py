"""Rights at the desk: held by name in our own table, checked at every act."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from include.desk.rights import Right, grant, main, person, revoke
from include.steps.refusal import DeskError
from tests.plugins.conftest import ORIGIN, as_user, token


def test_without_the_right_to_give_rights_the_page_is_closed(web: TestClient, database: Engine) -> None:
    answer = web.get("/millrace/rights", headers=as_user(database, "anna", "OFFICER"))
    assert answer.status_code == 403
    assert "It takes one of these roles: Administrator." in answer.text
    assert 'href="/millrace/rights"' not in answer.text


def test_an_administrator_gives_a_role_and_takes_it_back(web: TestClient, database: Engine) -> None:
    admin = as_user(database, "chief", "ADMIN") | {"Origin": ORIGIN}
    page = web.post("/millrace/rights/grant", headers=admin, data={"user": " anna ", "role": "OFFICER"})
    assert page.status_code == 200
    assert "The role is given." in page.text
    with database.connect() as connection:
        assert person(connection, "anna").may(Right.DECIDE)
    again = web.post("/millrace/rights/grant", headers=admin, data={"user": "anna", "role": "OFFICER"})
    assert again.status_code == 409
    assert "anna holds the role OFFICER already." in again.text
    assert web.post("/millrace/rights/revoke", headers=admin, data={"user": "anna", "role": "OFFICER"}).status_code == 200
    with database.connect() as connection:
        assert not person(connection, "anna").roles
        kept = connection.execute(text("select granted_by, revoked_by from desk_right where user_name = 'anna'")).one()
    assert tuple(kept) == ("chief", "chief")


def test_nobody_gives_a_role_with_somebody_elses_cookie(web: TestClient, database: Engine) -> None:
    as_user(database, "chief", "ADMIN")
    web.cookies.set("_token", token("chief", "viewer"))
    form = {"user": "mallory", "role": "ADMIN"}
    assert web.post("/millrace/rights/grant", headers={"Origin": "https://evil.example.org"}, data=form).status_code == 403
    with database.connect() as connection:
        assert not person(connection, "mallory").roles


def test_an_administrator_of_airflow_is_none_of_the_desk(web: TestClient, database: Engine) -> None:
    assert web.get("/millrace/rights", headers={"Authorization": f"Bearer {token('admin', 'admin')}"}).status_code == 403


def test_refusals(database: Engine) -> None:
    with database.begin() as connection:
        grant(connection, "chief", "ADMIN", "test")
        with pytest.raises(DeskError, match="KING is not a role"):
            grant(connection, "anna", "KING", "chief")
        with pytest.raises(DeskError, match="Name the user"):
            grant(connection, "  ", "OFFICER", "chief")
        with pytest.raises(DeskError, match="your own"):
            revoke(connection, "chief", "ADMIN", "chief")
        with pytest.raises(DeskError, match="does not hold"):
            revoke(connection, "anna", "OFFICER", "chief")


def test_from_a_shell(database: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MILLRACE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    assert main(["--as", "chief", "grant", "anna", "OFFICER"]) == 0
    assert main(["--as", "chief", "grant", "anna", "OFFICER"]) == 0  # safe to repeat
    main(["list"])
    assert "anna: OFFICER, given by chief" in capsys.readouterr().out
    assert main(["revoke", "anna", "OFFICER"]) == 0
    assert main(["revoke", "anna", "OFFICER"]) == 1


def test_the_table_keeps_what_was(database: Engine) -> None:
    with database.begin() as connection:
        grant(connection, "anna", "OFFICER", "chief")
    for statement in (
        "delete from desk_right",
        "update desk_right set role = 'ADMIN', revoked_at = now(6), revoked_by = 'x'",
        "update desk_right set granted_by = 'anna'",
    ):
        with pytest.raises(Exception, match="desk_right"), database.begin() as connection:
            connection.execute(text(statement))
