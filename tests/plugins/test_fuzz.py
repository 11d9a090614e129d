"""Whatever is sent to the desk: it never breaks, and nothing is written without the right to.

schemathesis makes the requests from the application's own description of itself.
"""

from __future__ import annotations

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.plugins.conftest import ORIGIN, as_user

WRITTEN = (
    "desk_right",
    "application_review",
    "application_decision",
    "application_history",
    "change_request",
    "change_request_history",
    "loan_note",
    "promise_to_pay",
    "personal_data_shown",
    "quarantine",
)
EVERY_ROLE = ("ADMIN", "OPERATOR", "RISK", "SENIOR_OFFICER")
EXAMPLES = 15
# names that exist, so that requests get past the look-up
KNOWN = st.sampled_from(["R7", "R8", "R3", "D1", "LB000001", "LB000002", "1", "2"])


def operations() -> list[tuple[str, str]]:
    """Method and path of everything that the desk answers."""
    import sys

    from tests.airflow_home import ROOT

    if str(ROOT / "plugins") not in sys.path:
        sys.path.insert(0, str(ROOT / "plugins"))
    from desk.app import build_app

    return [(method.upper(), path) for path, methods in build_app().openapi()["paths"].items() for method in methods]


def rows_written(database: Engine) -> dict[str, int]:
    with database.connect() as connection:
        return {table: int(connection.scalar(text(f"select count(*) from {table}")) or 0) for table in WRITTEN}


def test_nothing_breaks_the_desk(desk: TestClient, scene_schema: Engine) -> None:
    from desk.app import build_app

    headers = as_user(scene_schema, "everybody", *EVERY_ROLE) | {"Origin": ORIGIN}
    schema = schemathesis.openapi.from_dict(build_app().openapi())
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), known=KNOWN, use_known=st.booleans())
        def answers(case: schemathesis.Case, known: str, use_known: bool) -> None:
            if use_known and case.path_parameters:
                for name in ("application_no", "loan_no", "number"):
                    if name in case.path_parameters:
                        case.path_parameters[name] = known
            sent = case.as_transport_kwargs(base_url=f"{ORIGIN}/millrace")
            sent["headers"] = {**dict(sent.get("headers") or {}), **headers}
            sent.pop("cookies", None)
            answer = desk.request(**sent, follow_redirects=False)
            assert answer.status_code < 500, (case.as_curl_command(), answer.text[:2000])
            # a line break fits no mounted path: then it is the outer server that answers
            if answer.text != '{"detail":"Not Found"}':
                assert "content-security-policy" in answer.headers, case.as_curl_command()

        answers()
        tried += 1
    assert tried == len(operations())
    desk.cookies.clear()


@pytest.mark.parametrize(("method", "path"), [operation for operation in operations() if operation[0] != "GET"])
def test_nobody_writes_without_the_right(desk: TestClient, scene_schema: Engine, method: str, path: str) -> None:
    address = "/millrace" + path.format(application_no="R7", loan_no="LB000001", number=1)
    form = {
        "act": "approve", "reason": "because", "seen": "0", "amount": "20000", "rate": "12.5", "tenor": "24", "note": "because",
        "kind": "CALL", "body": "x", "promised_on": "2026-03-09", "user": "mallory", "role": "ADMIN", "language": "en",
    }  # fmt: skip
    before = rows_written(scene_schema)
    viewer, everybody = as_user(scene_schema, "reader", "VIEWER"), as_user(scene_schema, "everybody", *EVERY_ROLE)
    no_role = as_user(scene_schema, "stranger")
    before["desk_right"] = rows_written(scene_schema)["desk_right"]
    if path != "/language":  # which writes nothing but the reader's own cookie
        for headers in (viewer, no_role):
            assert desk.request(method, address, headers=headers | {"Origin": ORIGIN}, data=form).status_code == 403
    assert desk.request(method, address, headers={"Origin": ORIGIN}, data=form).status_code == 401
    for origin in ({}, {"Origin": "https://evil.example.org"}, {"Referer": "https://evil.example.org/millrace/"}):
        assert desk.request(method, address, headers=everybody | origin, data=form).status_code == 403
    assert rows_written(scene_schema) == before


@pytest.mark.parametrize(("method", "path"), [operation for operation in operations() if operation[0] == "GET"])
def test_nobody_reads_without_signing_in(desk: TestClient, scene_schema: Engine, method: str, path: str) -> None:
    names = {"application_no": "R7", "loan_no": "LB000001", "number": 1, "dataset": "repayments", "day": "2026-03-02"}
    names |= {"report": "ageing", "kind": "csv", "month": "2026-03", "name": "steps_are_done"}
    address = "/millrace" + path.format(**names)
    assert desk.get(address).status_code == 401
    answer = desk.get(address, headers=as_user(scene_schema, "stranger"), follow_redirects=False)
    shown_to_all = path in ("/", "/desk.css", "/operations.css") or path.startswith(("/days", "/records"))
    assert (answer.status_code == 403) is not shown_to_all
