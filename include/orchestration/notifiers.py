"""Telling people that something failed or is late: one log line always, and a message where a way is configured.

The way is the Airflow connection ``millrace_alerts``:

- type ``http``: the message is posted as ``{"text": ...}`` to its host (Slack, Mattermost, Teams relays take that).
  Put the whole address into *host*; *password* becomes a bearer token.
- type ``smtp``: a mail from the connection's ``from_email`` to its extra field ``to`` (comma-separated).

Without the connection the log line is all there is.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import Connection, Context

log = logging.getLogger("millrace.alerts")

ALERTS = "millrace_alerts"
LONGEST_CAUSE = 600  # characters of an error's message; the log has all of it
HTTP_TIMEOUT = 10  # seconds; an alert must not hold up the task that it reports


def notify_failure(context: Context) -> None:
    """``on_failure_callback`` of every task: which date, which step, why, and where to read on."""
    instance = context["task_instance"]
    run = context.get("dag_run")
    error = context.get("exception")
    date = getattr(run, "partition_key", None) or instance.run_id
    shard = f"[{instance.map_index}]" if getattr(instance, "map_index", -1) >= 0 else ""
    # a callback for a process that died runs elsewhere, where there is no exception to show
    why = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else str(error or "its process was lost")
    why = why.partition("\n[SQL:")[0][:LONGEST_CAUSE]
    address = getattr(instance, "log_url", None)
    send(
        f"{instance.dag_id} {date}: {instance.task_id}{shard} failed",
        f"{why}\nWhat to do: docs/dags.md, {instance.dag_id}.{f' Log: {address}' if address else ''}",
    )


def notify_late(context: dict[str, Any] | None = None, minutes: int = 0) -> None:
    """Deadline callback: a business date is not closed ``minutes`` after its run was queued."""
    run = (context or {}).get("dag_run") or {}
    date = run.get("partition_key") or run.get("dag_run_id") or "a date"
    send(
        f"business_day {date}: not closed in time",
        f"Its run was queued {minutes} minutes ago. See in the Airflow UI which task failed or still runs; docs/dags.md says what to do.",
    )


def send(subject: str, text: str) -> None:
    """Log the alert as one line and hand it to the connection ``millrace_alerts`` if there is one. Never raises."""
    log.error("ALERT %s | %s", subject, " ".join(text.split()))
    try:
        connection = _alerts_connection()
        if connection is None:
            return
        if connection.conn_type == "smtp":
            _mail(connection, subject, text)
        else:
            _post(connection, f"{subject}\n{text}")
    except Exception:
        log.exception("the alert could not be sent by the connection %s", ALERTS)


def _alerts_connection() -> Connection | None:
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(ALERTS)
    except AirflowNotFoundException:
        return None


def _post(connection: Connection, text: str) -> None:
    import requests

    host = connection.host or ""
    address = host if "://" in host else f"{connection.schema or 'https'}://{host}{f':{connection.port}' if connection.port else ''}"
    headers = {"Authorization": f"Bearer {connection.password}"} if connection.password else {}
    requests.post(address, json={"text": text}, headers=headers, timeout=HTTP_TIMEOUT).raise_for_status()


def _mail(connection: Connection, subject: str, text: str) -> None:
    import html

    from airflow.providers.smtp.hooks.smtp import SmtpHook

    recipients = connection.extra_dejson.get("to")
    if not recipients:
        log.error("connection %s has no extra field 'to': nobody to send the alert to", ALERTS)
        return
    with SmtpHook(smtp_conn_id=ALERTS) as hook:
        hook.send_email_smtp(to=recipients, subject=f"[Millrace] {subject}", html_content=f"<pre>{html.escape(text)}</pre>")
