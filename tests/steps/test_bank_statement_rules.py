"""Every rule of the bank statement's suite: the line that breaks it, and no other."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from include.steps.intake.datasets import BANK_STATEMENT
from include.steps.intake.prepare import batch
from include.steps.intake.rules import Finding, judge, suite_of
from include.steps.intake.statement import with_balances
from tests.statements import Row, statement_rows
from tests.steps.intake_deliveries import DAY

GOOD = 5
# rule: what is wrong with one line, or with two
BROKEN: dict[str, list[dict[str, str]]] = {
    "row.repeated": [{}, {}],
    "booking_date.given": [{"booking_date": ""}],
    "booking_date.date": [{"booking_date": "2026-02-30"}],
    "booking_date.day": [{"booking_date": "2026-03-01"}],
    "line_no.given": [{"line_no": ""}],
    "line_no.number": [{"line_no": "1a"}],
    "line_no.range": [{"line_no": "-1"}],
    "line_no.unique": [{"line_no": "77"}, {"line_no": "77", "amount": "2.00"}],
    "kind.given": [{"kind": ""}],
    "kind.set": [{"kind": "GIFT"}],
    "value_date.given": [{"value_date": ""}],
    "value_date.date": [{"value_date": "02.03.2026"}],
    "amount.given": [{"amount": ""}],
    "amount.money": [{"amount": "1,000.00"}],
    "amount.range": [{"amount": "1000000000000.01"}],
    "amount.moves": [{"amount": "0.00"}],
    "currency.given": [{"currency": ""}],
    "currency.set": [{"currency": "USD"}],
    "reference.length": [{"reference": "x" * 65}],
    "counterparty.length": [{"counterparty": "客" * 101}],
}


def judged_rows(rows: list[Row], last_closing: int | None = None) -> dict[str, Finding]:
    texts = pd.DataFrame([{name: row[name] or None for name in BANK_STATEMENT.names} for row in rows], dtype="str")
    frame = with_balances(batch(BANK_STATEMENT, texts, [], DAY), last_closing)
    return {finding.rule: finding for finding in judge(BANK_STATEMENT, frame, {"rows_expected": len(rows)})}


@cache
def judged() -> tuple[dict[str, list[int]], dict[str, Finding]]:
    """Positions of the lines made for each rule, and the findings."""
    lines = [("RECEIPT", "1.00", f"r{number}") for number in range(1, GOOD + 1)]
    rows: list[Row] = statement_rows(str(DAY), "100.00", lines)[:-1]
    made = {}
    for rule, changes in BROKEN.items():
        number = 100 + len(rows)
        plain = {**rows[1], "reference": f"of {rule}"}
        fresh = [{**plain, "line_no": str(number + (0 if rule == "row.repeated" else n)), **change} for n, change in enumerate(changes)]
        made[rule] = [len(rows) + n for n in range(len(fresh))]
        rows += fresh
    return made, judged_rows(rows)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_row_rule_finds_the_line_that_breaks_it_and_no_good_one(rule: str) -> None:
    made, findings = judged()
    expected = made[rule][1:] if rule == "row.repeated" else made[rule]
    assert set(expected) <= set(findings[rule].failed)
    assert not [position for position in findings[rule].failed if position <= GOOD]


def test_every_rule_is_tried_and_says_what_to_do() -> None:
    suite: list[dict[str, Any]] = suite_of("bank_statement")["expectations"]
    assert {item["meta"]["rule"] for item in suite if item["meta"]["scope"] == "row"} == set(BROKEN)
    for item in suite:
        assert set(item["meta"]) == {"rule", "scope", "says", "do"} and all(item["meta"].values())


@pytest.mark.parametrize(
    ("opening", "faults", "last_closing", "broken"),
    [
        ("100.00", {}, None, set()),
        ("100.00", {}, 10000, set()),
        ("-100.00", {}, -10000, set()),
        ("100.00", {}, 9999, {"batch.chain"}),
        ("100.00", {"line_1": {"amount": "1.01"}}, None, {"batch.sum"}),
        ("100.00", {"line_0": {"kind": "RECEIPT"}}, None, {"batch.opening"}),
        ("100.00", {"line_0": {"amount": "1e2"}}, None, {"batch.opening", "batch.sum"}),
        ("100.00", {"line_2": {"booking_date": "2026-03-01"}}, None, {"batch.closing", "batch.sum"}),
        ("100.00", {"line_2": {"kind": "OPENING", "amount": "0.00"}}, None, {"batch.opening", "batch.closing", "batch.sum"}),
    ],
)
def test_a_statement_as_a_whole(opening: str, faults: dict[str, Any], last_closing: int | None, broken: set[str]) -> None:
    rows = statement_rows(str(DAY), opening, [("RECEIPT", "1.00", "r1")], **faults)
    findings = judged_rows(rows, last_closing)
    assert {rule for rule, finding in findings.items() if finding.scope == "batch" and not finding.passed} == broken


def test_a_file_without_rows_is_no_statement() -> None:
    findings = judged_rows([])
    assert not findings["batch.opening"].passed and not findings["batch.closing"].passed
