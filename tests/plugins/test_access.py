"""Nobody sees anything of the desk without signing in, and no other site's page can write with somebody's cookie."""

from __future__ import annotations

import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from tests.airflow_home import ROOT
from tests.plugins.conftest import ORIGIN, token

PAGES = [
    "/millrace/",
    "/millrace/days",
    "/millrace/days/2026-03-02",
    "/millrace/rights",
    "/millrace/desk.css",
    "/millrace/records/repayments/2026-03-02",
]


@pytest.mark.parametrize("path", PAGES)
def test_anonymous_callers_are_refused(web: TestClient, path: str) -> None:
    assert web.get(path).status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_a_forged_token_is_refused(web: TestClient, path: str) -> None:
    assert web.get(path, headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}).status_code == 403


def test_a_viewer_may_read(web: TestClient, viewer: dict[str, str]) -> None:
    assert web.get("/millrace/", headers=viewer).status_code == 200
    assert web.get("/millrace/desk.css", headers=viewer).headers["content-type"].startswith("text/css")


def test_the_sign_in_cookie_is_enough_to_read(web: TestClient) -> None:
    web.cookies.set("_token", token("officer", "viewer"))
    assert web.get("/millrace/").status_code == 200


def test_a_page_that_a_later_change_adds_is_covered_too(web: TestClient) -> None:
    """The checks hang on the application, and nothing is mounted into it: a mounted application escapes them."""
    from airflow.api_fastapi.core_api.security import get_user
    from desk.access import same_origin
    from desk.app import build_app
    from starlette.routing import Mount

    app = build_app()
    assert {dependency.dependency for dependency in app.router.dependencies} >= {get_user, same_origin}
    assert not [route for route in app.routes if isinstance(route, Mount)]


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", None])
def test_a_write_from_elsewhere_is_refused(web: TestClient, origin: str | None) -> None:
    from desk.access import same_origin
    from fastapi import HTTPException
    from starlette.requests import Request

    headers = [(b"host", b"millrace.example.org")] + ([(b"origin", origin.encode())] if origin else [])
    request = Request({"type": "http", "method": "POST", "headers": headers, "path": "/"})
    with pytest.raises(HTTPException) as refused:
        same_origin(request)
    assert refused.value.status_code == 403


def test_a_write_from_our_own_page_passes_the_check(web: TestClient) -> None:
    from desk.access import same_origin
    from starlette.requests import Request

    headers = [(b"host", b"millrace.example.org"), (b"origin", ORIGIN.encode())]
    same_origin(Request({"type": "http", "method": "POST", "headers": headers, "path": "/"}))


def test_pages_run_no_script_and_load_nothing_from_elsewhere(web: TestClient, viewer: dict[str, str]) -> None:
    answer = web.get("/millrace/", headers=viewer)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "//" not in answer.text.replace("<!doctype html>", "")


def test_the_plugin_costs_other_processes_nothing() -> None:
    """Every Airflow process imports it: the web application is only imported by its first request."""
    code = "import sys, millrace_plugin; print(sorted(m for m in sys.modules if m in ('desk', 'jinja2.ext', 'include.orchestration.hook')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "plugins", capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
