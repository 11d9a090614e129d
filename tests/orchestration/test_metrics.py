"""Steps send their figures through Airflow's metrics, under their own names, to StatsD and to OpenTelemetry."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import Engine

from include.day import BY_NAME
from include.orchestration.metrics import measure
from include.steps.context import StepError, StepResult
from tests.orchestration.runs import context, operator, use_database

POST = BY_NAME["servicing.post_repayments"]
DAY = date(2026, 3, 2)


@pytest.fixture
def statsd(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A StatsD server that only listens; Airflow's metrics go there, as in the process of a task."""
    from airflow.sdk.observability import stats
    from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "True")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_HOST", "127.0.0.1")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_PORT", str(listener.getsockname()[1]))
        stats.initialize(factory=get_stats_factory(), export_legacy_names=True)
        yield listener
    monkeypatch.undo()
    stats.initialize(factory=get_stats_factory(), export_legacy_names=True)


def received(listener: socket.socket, number: int) -> list[str]:
    return [listener.recv(1024).decode() for _ in range(number)]


def test_a_step_that_is_done(statsd: socket.socket) -> None:
    with measure(POST, DAY, 1) as measured:
        measured.result = StepResult(1200, Decimal("98765.40"))
    took, done, rows, amount = received(statsd, 4)
    assert took.startswith("airflow.millrace.step.servicing.post_repayments:")
    assert took.endswith("|ms")
    assert done == "airflow.millrace.step.servicing.post_repayments.done:1|c"
    assert rows == "airflow.millrace.step.servicing.post_repayments.rows:1200|g"
    assert amount == "airflow.millrace.step.servicing.post_repayments.amount:98765|g"


def test_a_step_that_fails(statsd: socket.socket) -> None:
    with pytest.raises(StepError), measure(POST, DAY, 0):
        raise StepError("the total differs")
    assert received(statsd, 2)[1] == "airflow.millrace.step.servicing.post_repayments.failed:1|c"


def test_the_operator_measures_what_it_runs(statsd: socket.socket, database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    use_database(monkeypatch, database)
    with pytest.raises(StepError):
        operator(BY_NAME["intake.check_day"]).execute(context())
    assert received(statsd, 2)[1] == "airflow.millrace.step.intake.check_day.failed:1|c"


def test_metrics_never_fail_a_step(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr("airflow.sdk.observability.stats.timing", broken)
    with measure(POST, DAY, 0) as measured:
        measured.result = StepResult(1)
    assert "the metrics of servicing.post_repayments could not be sent" in caplog.text


def test_opentelemetry_gets_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.observability import stats
    from airflow.sdk.observability.metrics.stats_utils import get_stats_factory

    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AIRFLOW__METRICS__OTEL_ON", "True")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"http://127.0.0.1:{server.server_port}/v1/metrics")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    stats.initialize(factory=get_stats_factory(), export_legacy_names=True)
    try:
        with measure(POST, DAY, 0) as measured:
            measured.result = StepResult(1200)
        from opentelemetry import metrics

        metrics.get_meter_provider().force_flush()  # type: ignore[attr-defined]
    finally:
        monkeypatch.undo()
        stats.initialize(factory=get_stats_factory(), export_legacy_names=True)
        server.shutdown()
    assert any(b"millrace.step.servicing.post_repayments.rows" in body for body in bodies)
