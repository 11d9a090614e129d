"""What scoring reads from an MLflow server, over HTTP: a server that answers as MLflow does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from models import reader


class _Mlflow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = dict(parse_qsl(asked.query))
        if self.headers.get("Authorization") != "Basic cmlzazpzZWNyZXQ=":
            self._answer(401, b"who are you")
        elif asked.path.endswith("registered-models/alias"):
            known = query == {"name": "credit_score", "alias": "champion"}
            self._answer(*((200, b'{"model_version": {"version": "7", "run_id": "r7"}}') if known else (404, _none())))
        elif asked.path.endswith("model-versions/get"):
            self._answer(*((200, b'{"model_version": {"version": "7", "run_id": "r7"}}') if query["version"] == "7" else (404, _none())))
        elif asked.path == "/get-artifact" and query == {"run_id": "r7", "path": "scorecard.json"}:
            self._answer(200, "{表}".encode())
        else:
            self._answer(500, b"broken")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _none() -> bytes:
    return json.dumps({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "not found"}).encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    running = HTTPServer(("127.0.0.1", 0), _Mlflow)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{running.server_port}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://risk:secret@{address}")
    yield address
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.0 200 OK\r\n\r\n<html>maintenance</html>", b"HTTP/1.0 200 OK\r\n\r\n{}", b"HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\n{",
     b"HTTP/1.0 200 OK\r\n\r\n{\"model_version\": 7}", b"SSH-2.0-x\r\n"],
    ids=["a page", "nothing", "cut off", "another shape", "no HTTP"],
)  # fmt: skip
def test_a_wrong_answer_is_no_answer(server: str, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(_Mlflow, "do_GET", lambda self: self.wfile.write(answer))
    with pytest.raises(reader.RegistryDownError, match=r"MLflow at http://127\.0\.0\.1:\d+ (answered|did not answer)"):
        reader.alias_version("credit_score", "champion")


def test_alias_and_table(server: str) -> None:
    assert reader.alias_version("credit_score", "champion") == "7"
    assert reader.scorecard_text("credit_score", "7") == "{表}"


def test_what_is_not_there(server: str) -> None:
    assert reader.alias_version("credit_score", "challenger") is None
    with pytest.raises(reader.RegistryDownError, match=r"has no scorecard\.json of credit_score version 8"):
        reader.scorecard_text("credit_score", "8")


def test_a_wrong_login_is_told_without_the_login(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://risk:guess@{server}")
    with pytest.raises(reader.RegistryDownError, match=f"http://{server} did not answer: HTTP Error 401") as refused:
        reader.alias_version("credit_score", "champion")
    assert "guess" not in str(refused.value)


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(reader.RegistryDownError, match="Connection refused"):
        reader.alias_version("credit_score", "champion")
