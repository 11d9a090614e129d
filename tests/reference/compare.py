"""Hold what a case expects against what came out; say what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from include.lending.life import Life, Portion, Row, RowKind
from tests.reference import delinquent
from tests.reference.amounts import cents_of
from tests.reference.case import Case
from tests.reference.story import Story

AMOUNTS = ("balance", "principal_due", "interest_due", "fees", "penalties", "due", "paid", "in_advance", "late", "outstanding", "waived")
TRANSACTION = ("amount", "principal", "interest", "fees", "penalties", "overpayment", "balance", "reverted")
STATUS = {"CLOSED": ("CLOSED_OBLIGATIONS_MET", "CLOSED_(OBLIGATIONS_MET)", "CLOSED"), "OVERPAID": ("OVERPAID",), "ACTIVE": ("ACTIVE",)}


def differences(case: Case) -> list[str]:
    """Everything in which the case came out otherwise than it expects; nothing where it passes."""
    story = Story(case)
    found = list(delinquent.differences(story)) if case.kind == "delinquency" else _told(story)
    if not story.standing("DISBURSEMENT"):
        return found
    life = story.live()
    table = schedule_table(story, life)
    found += _schedule(case, table)
    found += _transactions(case, story)
    found += _others(case, story, life)
    return found


def _told(story: Story) -> list[str]:
    for _ in story.tell():
        pass
    return []


def schedule_table(story: Story, life: Life) -> list[dict[str, Any]]:
    """The schedule as the other system shows it: pay-outs and instalments in order of date, with the balance after each."""
    paid_out = story.standing("DISBURSEMENT")
    fees = sum(fact.amount for fact in story.standing("FEE_AT_DISBURSEMENT"))
    # a schedule of the newer kind stays as it is up to the day of a later pay-out
    regular = -1 if story.settings.is_progressive else 2
    lines: list[tuple[date, int, Any]] = [(fact.on, 0, fact) for fact in paid_out]
    lines += [(row.due_date, 1 if row.kind is RowKind.DOWN_PAYMENT else regular, row) for row in life.rows]
    lines.sort(key=lambda line: line[:2])
    balance, number, since = 0, 0, min(fact.on for fact in paid_out)
    table: list[dict[str, Any]] = []
    for on, place, what in lines:
        if place == 0:
            balance += what.amount
            table.append({"due_date": on, "balance": what.amount, "fees": fees, "due": fees, "paid": fees, "row": "disbursement"})
            fees = 0
            continue
        number += 1
        balance -= what.due[Portion.PRINCIPAL] - what.added[Portion.PRINCIPAL]
        table.append(
            {
                "number": number,
                "days": (on - max(since, what.start) if place == regular else timedelta(0)).days,
                **_line(what, story),
                "balance": max(0, balance),
            }
        )
        since = on if place == regular else since
    return table


def _line(row: Row, story: Story) -> dict[str, Any]:
    penalty, fee, interest, principal = row.due
    met_at_once = not sum(row.due) and not story.is_planned
    return {
        "due_date": row.due_date,
        "paid_date": min(fact.on for fact in story.standing("DISBURSEMENT")) if met_at_once else row.met_on,
        "principal_due": principal,
        "interest_due": interest,
        "fees": fee,
        "penalties": penalty,
        "due": sum(row.due),
        "paid": sum(row.paid),
        "in_advance": row.in_advance,
        "late": row.late,
        "outstanding": row.outstanding,
        "waived": sum(row.released),
        "row": "down_payment" if row.kind is RowKind.DOWN_PAYMENT else None,
    }


def _schedule(case: Case, table: list[dict[str, Any]]) -> list[str]:
    expected = case.raw.get("expected_schedule") or []
    if not expected:
        return _totals(case, table)
    if not any(wanted.get("row") == "disbursement" for wanted in expected):
        table = [line for line in table if line["row"] != "disbursement"]
    if case.agreed_periods:
        # the other system's calculator lists all pay-outs first
        table.sort(key=lambda line: line["row"] != "disbursement")
    if len(expected) != len(table):
        return [f"schedule: {len(expected)} rows expected, {len(table)} made"]
    found = []
    for position, (wanted, made) in enumerate(zip(expected, table, strict=True), start=1):
        names = ("due_date", *AMOUNTS) if made["row"] == "disbursement" else ("number", "days", "due_date", "paid_date", *AMOUNTS)
        for name in names:
            value = wanted.get(name)
            if value is None and not (name == "paid_date" and wanted.get("outstanding") is not None):
                continue
            if not _same(value, made.get(name, 0 if name in AMOUNTS else None)):
                found.append(f"schedule row {position}: {name} {value} expected, {_shown(made.get(name))} made")
    return found + _totals(case, table)


def _totals(case: Case, table: list[dict[str, Any]]) -> list[str]:
    found = []
    for name, value in (case.raw.get("expected_schedule_total") or {}).items():
        made = sum(line.get(name, 0) or 0 for line in table)
        if value is not None and not _same(value, made):
            found.append(f"schedule total: {name} {value} expected, {_shown(made)} made")
    return found


def _transactions(case: Case, story: Story) -> list[str]:
    made = story.transactions()
    found = []
    whole = case.raw.get("expected_transactions") or []
    for wanted in [*whole, *(case.raw.get("expected_transactions_include") or [])]:
        match = next((line for line in made if _is(wanted, line)), None)
        if match is None:
            found.append("transaction missing: " + ", ".join(f"{key} {value}" for key, value in wanted.items() if value is not None))
        else:
            made.remove(match)
    # a list that shows the pay-out shows everything
    if any(wanted["type"] == "Disbursement" for wanted in whole):
        found += ["transaction too many: " + ", ".join(f"{key} {_shown(value)}" for key, value in line.items() if value) for line in made]
    return found


def _is(wanted: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    if wanted["type"] != line["type"] or not _same(wanted["date"], line["date"]):
        return False
    return all(wanted.get(name) is None or _same(wanted[name], line[name]) for name in TRANSACTION)


def _others(case: Case, story: Story, life: Life) -> list[str]:
    found = []
    status = case.raw.get("expected_status")
    if status and status.upper() not in STATUS.get(story.status(), ()):
        found.append(f"status: {status} expected, {story.status()} made")
    other = case.raw.get("expected_other") or {}
    for name, made in (("total_outstanding", life.outstanding), ("total_overpaid", life.overpayment)):
        if other.get(name) is not None and not _same(other[name], made):
            found.append(f"{name} {other[name]} expected, {_shown(made)} made")
    reverted = Counter((line["type"], line["date"]) for line in story.transactions() if line["reverted"])
    for line in other.get("reverted") or []:
        if not reverted[line["type"], date.fromisoformat(line["date"])]:
            found.append(f"reverted: {line} expected")
    found += _charges(other.get("charges") or [], story, life)
    return found


def _charges(expected: Iterable[Mapping[str, Any]], story: Story, life: Life) -> list[str]:
    made = Counter(_charge_lines(story, life))
    found = []
    for wanted in expected:
        key = (wanted["isPenalty"] == "true", *(cents_of(wanted[name]) for name in ("Due", "Paid", "Waived", "Outstanding")))
        if made[key]:
            made[key] -= 1
        else:
            found.append(f"charge expected: {dict(wanted)}")
    return found


def _charge_lines(story: Story, life: Life) -> Iterable[tuple[bool, int, int, int, int]]:
    """Each charge with what was paid and waived of it; a row's money pays its charges in order of their due dates."""
    for fact in story.standing("FEE_AT_DISBURSEMENT"):
        yield False, fact.amount, fact.amount, 0, 0
    waived = {fact.of for fact in story.standing("WAIVE_CHARGE")}
    paid = {(id(row), portion): row.paid[portion] for row in life.rows for portion in Portion}
    charges = [fact for fact in story.standing() if fact.is_charge]
    for fact in sorted(charges, key=lambda fact: (fact.due_date, fact.sequence)):
        key = (id(life.row_of_charge(fact.due_date)), fact.portion)
        released = fact.amount if fact.sequence in waived else 0
        settled = min(paid[key], fact.amount - released)
        paid[key] -= settled
        yield fact.portion is Portion.PENALTY, fact.amount, settled, released, fact.amount - settled - released


def _same(wanted: Any, made: Any) -> bool:
    if isinstance(made, date) or wanted is None or made is None:
        return (date.fromisoformat(wanted) if wanted else None) == made
    if isinstance(wanted, bool) or isinstance(made, bool):
        return bool(wanted) == bool(made)
    if isinstance(wanted, str | float):
        return cents_of(wanted) == made
    return bool(wanted == made)


def _shown(value: Any) -> str:
    return f"{Decimal(value) / 100}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
