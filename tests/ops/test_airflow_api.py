"""The calls of Airflow's REST API: a busy SQLite is waited for, everything else is told at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from ops import airflow_api
from ops.airflow_api import AirflowApi
from ops.services import ServiceError

BUSY = {"detail": {"reason": "Database error", "statement": "hidden"}}


class _Airflow(BaseHTTPRequestHandler):
    answers: ClassVar[list[tuple[int, object]]] = []
    asked: ClassVar[list[str]] = []

    def do_PATCH(self) -> None:
        self.asked.append(self.path)
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[AirflowApi]:
    running = HTTPServer(("127.0.0.1", 0), _Airflow)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setattr(airflow_api, "base_url", lambda: f"http://127.0.0.1:{running.server_port}")
    monkeypatch.setattr(airflow_api.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(_Airflow, "asked", [])
    signed_in = AirflowApi.__new__(AirflowApi)
    signed_in._token = "a token"
    yield signed_in
    running.shutdown()
    running.server_close()


def test_a_busy_database_is_waited_for(api: AirflowApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Airflow, "answers", [(500, BUSY), (500, BUSY), (200, {})])
    api.unpause("reports")
    assert _Airflow.asked == ["/api/v2/dags/reports"] * 3


@pytest.mark.parametrize(
    ("answers", "said"), [([(500, BUSY)] * 20, "Database error"), ([(500, {"detail": "broken"}), (200, {})], "broken")]
)
def test_what_does_not_pass_is_told(api: AirflowApi, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[int, object]], said: str) -> None:
    monkeypatch.setattr(_Airflow, "answers", list(answers))
    with pytest.raises(ServiceError, match=f"Airflow answered 500 to PATCH /api/v2/dags/reports.*{said}"):
        api.unpause("reports")
    assert len(_Airflow.asked) <= airflow_api.TRIES
