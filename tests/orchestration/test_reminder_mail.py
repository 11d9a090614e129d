"""Reminders by mail, against a mail server that keeps what it gets."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from include.lending import privacy
from include.orchestration.reminder_mail import smtp
from include.places import Places
from include.steps.channels import Message

sent: list[dict[str, Any]] = []


class KeepingHook:
    """Stands where Airflow's SmtpHook does."""

    def __init__(self, smtp_conn_id: str) -> None:
        assert smtp_conn_id == "millrace_mail"

    def __enter__(self) -> KeepingHook:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send_email_smtp(self, **mail: Any) -> None:
        sent.append(mail)


def test_each_customer_gets_a_mail_at_the_decrypted_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILLRACE_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setattr("airflow.providers.smtp.hooks.smtp.SmtpHook", KeepingHook)
    sent.clear()
    due = date(2026, 3, 5)
    cipher = privacy.encrypt("email", "c1@example.com")
    with_address = Message("L1", 3, "AT_DUE", due, Decimal("110.00"), "C1", "贷款 L1 今日到期", "应还款 110.00 元", cipher)
    without = Message("L2", 1, "AT_DUE", due, Decimal("5.00"), "C2", "s", "b", None)
    places = Places(*(UPath(tmp_path),) * 4)

    assert smtp(due, [with_address, without], places) == [without]
    (mail,) = sent
    assert (mail["to"], mail["subject"]) == ("c1@example.com", "贷款 L1 今日到期")
    assert mail["custom_headers"]["Message-ID"] == "<L1.3.AT_DUE@millrace>"
