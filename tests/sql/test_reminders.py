"""Reminders: queued by rule on the day the rule names, sent through their channel, withdrawn when no longer true."""

from __future__ import annotations

import json

import pytest

from include.steps.channels import CHANNELS
from include.steps.context import StepError
from tests.lender import Lender

DUE = [("2026-03-05", "100.00", "10.00"), ("2026-04-05", "100.00", "9.00")]


def queued(lender: Lender) -> list[tuple[str, str, str]]:
    rows = lender.rows("select rule_code, business_date, state from reminder order by reminder_id")
    return [(row["rule_code"], str(row["business_date"]), row["state"]) for row in rows]


def test_each_rule_fires_once_on_its_day(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day(12)
    assert queued(lender) == [
        ("BEFORE_DUE", "2026-03-02", "SENT"),
        ("AT_DUE", "2026-03-05", "SENT"),
        ("OVERDUE_1", "2026-03-06", "SENT"),
        ("OVERDUE_7", "2026-03-12", "SENT"),
    ]


def test_the_outbox_holds_the_text_and_no_personal_data(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day()
    (line,) = (lender.folder / "outbox" / "reminders" / "2026-03-02.jsonl").read_text(encoding="utf-8").splitlines()
    message = json.loads(line)
    assert (message["loan_no"], message["rule_code"], message["amount"]) == ("L1", "BEFORE_DUE", "110.00")
    assert "2026-03-05" in message["body"]
    assert "110.00" in message["body"]
    assert "email_cipher" not in message


def test_what_was_paid_meanwhile_is_not_sent(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day(4)
    lender.receive("L1", "110.05", "r1")
    lender.execute(
        "insert into reminder (loan_id, instalment_no, rule_code, business_date, due_date, amount, channel)"
        " values (1, 1, 'OVERDUE_1', '2026-03-05', '2026-03-05', 110.00, 'outbox')"
    )
    lender.close_day()
    assert queued(lender)[-1] == ("OVERDUE_1", "2026-03-05", "WITHDRAWN")


def test_a_customer_without_address_fails_alone(lender: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANNELS, "outbox", lambda _date, messages, _places: [m for m in messages if m.loan_no == "L1"])
    lender.loan("L1", DUE)
    lender.loan("L2", DUE)
    lender.close_day()
    states = lender.rows("select loan_no, m.state, note from reminder m join loan using (loan_id) order by loan_no")
    assert [tuple(row.values()) for row in states] == [("L1", "FAILED", "no address"), ("L2", "SENT", None)]


def test_an_unknown_channel_says_what_to_mend(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.execute("update reminder_rule set channel = 'pigeon' where rule_code = 'BEFORE_DUE'")
    try:
        with pytest.raises(StepError, match=r"channel 'pigeon'; known are .*servicing\.yaml"):
            lender.close_day()
    finally:
        lender.execute("update reminder_rule set channel = 'outbox' where rule_code = 'BEFORE_DUE'")
