"""An alert is one log line, and a message where the connection millrace_alerts says how."""

from __future__ import annotations

import json
import logging

import pytest

from include.orchestration import notifiers
from include.steps.context import StepError
from tests.orchestration.runs import Calls, Instance, Run, context


def failure(**more: object) -> object:
    return context(Run("2026-03-04"), task_instance=Instance(**more), exception=StepError("the total differs"))  # type: ignore[arg-type]


def test_a_failure_is_one_line_with_date_step_and_cause(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "millrace.alerts"):
        notifiers.notify_failure(failure(map_index=1))  # type: ignore[arg-type]
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "ALERT business_day 2026-03-04: servicing.post_repayments[1] failed | StepError: the total differs What to do: docs/dags.md"
    )
    assert "\n" not in record.getMessage()


def test_a_process_that_died_is_reported_without_an_exception(caplog: pytest.LogCaptureFixture) -> None:
    notifiers.notify_failure(context(Run(None), task_instance=Instance()))
    assert "its process was lost" in caplog.text


def test_a_late_day_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    notifiers.notify_late({"dag_run": {"partition_key": "2026-03-04", "dag_run_id": "x"}}, minutes=240)
    assert "ALERT business_day 2026-03-04: not closed in time | Its run was queued 240 minutes ago." in caplog.text


def test_the_connection_posts_to_a_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Calls()
    monkeypatch.setattr("requests.post", post)
    alerts = {"conn_type": "http", "host": "https://chat.example.org/hook", "password": "t0ken"}
    monkeypatch.setenv("AIRFLOW_CONN_MILLRACE_ALERTS", json.dumps(alerts))
    notifiers.send("subject", "text")
    ((arguments, named),) = post.made
    assert arguments == ("https://chat.example.org/hook",)
    assert named["json"] == {"text": "subject\ntext"}
    assert named["headers"] == {"Authorization": "Bearer t0ken"}


def test_the_connection_sends_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Calls()
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook.get_conn", lambda hook: hook)
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook.__exit__", lambda *_: None)
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook.send_email_smtp", sent)
    alerts = {"conn_type": "smtp", "host": "mail", "extra": {"to": "ops@example.org"}}
    monkeypatch.setenv("AIRFLOW_CONN_MILLRACE_ALERTS", json.dumps(alerts))
    notifiers.send("late", "<b>")
    ((_, named),) = sent.made
    assert (named["to"], named["subject"], named["html_content"]) == ("ops@example.org", "[Millrace] late", "<pre>&lt;b&gt;</pre>")


def test_a_broken_way_never_hides_the_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MILLRACE_ALERTS", json.dumps({"conn_type": "http", "host": "http://127.0.0.1:9/nobody"}))
    notifiers.send("subject", "text")
    assert "ALERT subject | text" in caplog.text
    assert "could not be sent" in caplog.text
