"""Ways to send a reminder. ``outbox`` writes a file that another system sends; ``log`` only says so.

Under Airflow there is ``smtp`` as well (include/orchestration/reminder_mail.py). A rule in include/policy/servicing.yaml
names its channel; a channel of yours is a function that you put into CHANNELS under its name.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

from include.places import Places

log = logging.getLogger("millrace.reminders")


@dataclass(frozen=True)
class Message:
    """A reminder ready to send. ``amount`` is in currency units; the address stays encrypted until a channel needs it."""

    loan_no: str
    instalment_no: int
    rule_code: str
    due_date: date
    amount: Decimal
    customer_no: str
    subject: str
    body: str
    email_cipher: bytes | None = field(default=None, repr=False)


Channel = Callable[[date, Sequence[Message], Places], Sequence[Message]]
"""Sends the messages of a business date and returns those that have no address; raises where it could not send at all."""


def outbox(business_date: date, messages: Sequence[Message], places: Places) -> Sequence[Message]:
    """One JSON Lines file a date, replaced as a whole: sending again after a crash sends nothing twice. No personal data."""
    folder = places.outbox / "reminders"
    folder.mkdir(parents=True, exist_ok=True)
    plain = [{name: value for name, value in asdict(message).items() if name != "email_cipher"} for message in messages]
    lines = [json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in plain]
    (folder / f"{business_date}.jsonl").write_text("".join(lines), encoding="utf-8")
    return []


def log_only(business_date: date, messages: Sequence[Message], _places: Places) -> Sequence[Message]:
    """One log line a message, without its text."""
    for message in messages:
        log.info("%s %s to customer %s for loan %s", business_date, message.rule_code, message.customer_no, message.loan_no)
    return []


CHANNELS: dict[str, Channel] = {"outbox": outbox, "log": log_only}
