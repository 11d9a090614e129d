"""Ways to send a reminder. ``outbox`` writes a file that another system sends; ``log`` only says so.

The orchestration layer registers further channels (``smtp`` by an Airflow connection) under their names.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from include.places import Places

log = logging.getLogger("millrace.reminders")


@dataclass(frozen=True)
class Message:
    """A reminder ready to send. ``amount`` is in currency units."""

    loan_no: str
    instalment_no: int
    rule_code: str
    due_date: date
    amount: Decimal
    customer_no: str
    subject: str
    body: str


Channel = Callable[[date, Sequence[Message], Places], None]
"""Sends the messages of a business date; raises where it could not."""


def outbox(business_date: date, messages: Sequence[Message], places: Places) -> None:
    """One JSON Lines file a date, replaced as a whole: sending again after a crash sends nothing twice."""
    folder = places.outbox / "reminders"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(message), default=str, ensure_ascii=False) + "\n" for message in messages]
    (folder / f"{business_date}.jsonl").write_text("".join(lines), encoding="utf-8")


def log_only(business_date: date, messages: Sequence[Message], _places: Places) -> None:
    """One log line a message, without its text."""
    for message in messages:
        log.info("%s %s to customer %s for loan %s", business_date, message.rule_code, message.customer_no, message.loan_no)


CHANNELS: dict[str, Channel] = {"outbox": outbox, "log": log_only}
