"""A new schedule version: what the older rows owe moves out of them, and into the version's own by a counter-entry.

Principal is released on the old rows (MOVED_OUT) and taken over by the version as a whole (MOVED_IN), whose rows schedule it again.
Interest of the broken period moves as far as it is earned; what would have been earned later is cut (INTEREST_CUT), since the new
rows say what will be. Fees and penalty move with their rows. Arrears become due later (DEFERRED) or principal (CAPITALISED).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql, run_sql_many
from include.lending.money import from_cents, from_millionths
from include.lending.reschedule import Line
from include.steps.changes.standing import PORTIONS, Standing


@dataclass
class NewRow:
    """A row of a new version; cents. Fees and penalty come from older rows, beside what is scheduled."""

    kind: str
    start: date
    end: date
    due_date: date
    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0


@dataclass
class Version:
    """A new version of a loan's schedule, ready to be written.

    Attributes
    ----------
    rows : in the order of their numbers; the rows with periods of their own last.
    entries : of the ledger, on the old rows: (number, type, cents by portion).
    taken_over : cents of principal that the rows schedule again.
    annual_rate, method : of the rows.
    everything : whether it replaces what is owed already too.
    fee : charged on the last row.
    """

    standing: Standing
    reason: str
    annual_rate: int
    method: str
    rows: list[NewRow] = field(default_factory=list)
    entries: list[tuple[int, str, dict[str, int]]] = field(default_factory=list)
    taken_over: int = 0
    everything: bool = False
    fee: int = 0
    restructured_on: date | None = None
    observed_until: date | None = None

    def move(self, row: RowMapping, kind: str, **cents: int) -> None:
        """An entry on an old row, where it moves anything."""
        if any(cents.values()):
            self.entries.append((row["instalment_no"], kind, cents))

    def move_future(self) -> tuple[int, int]:
        """Move what the rows to come owe: principal, the running period's earned interest, charges. Return fees and penalty."""
        running, fee, penalty = self.standing.running, 0, 0
        for row in self.standing.future:
            earned = min(self.standing.carried, row["interest"]) if row is running else 0
            self.move(row, "MOVED_OUT", principal=row["principal"], interest=earned, fee=row["fee"], penalty=row["penalty"])
            self.move(row, "INTEREST_CUT", interest=row["interest"] - earned)
            self.taken_over += row["principal"]
            fee, penalty = fee + row["fee"], penalty + row["penalty"]
        return fee, penalty

    def schedule(self, lines: Sequence[Line], fee: int = 0, penalty: int = 0) -> None:
        """Take the lines as instalments, before them the running period's earned interest; charges on the first of them."""
        running = self.standing.running
        first_due = lines[0].due_date
        if running and self.standing.carried:
            carried = self.standing.carried
            self.rows.append(NewRow("CARRIED", running["period_start"], self.standing.on, first_due, interest=carried))
        first = len(self.rows)
        self.rows += [NewRow("REGULAR", line.start, line.end, line.due_date, line.principal, line.interest) for line in lines]
        self.rows[first].fee, self.rows[first].penalty = fee, penalty


def write(connection: Connection, versions: Sequence[Version], business_date: date) -> None:
    """Write versions: rows, entries, where interest accrues, the end of the loan; pay what is due of them with held money; settle."""
    connection.execute(text("call prepare_posting()"))
    run_sql_many(connection, "changes/version_insert", [_totals(version, business_date) for version in versions])
    run_sql_many(connection, "changes/version_instalment", [row for version in versions for row in _rows(version)])
    run_sql_many(connection, "changes/version_entry", [line for version in versions for line in _entries(version, business_date)])
    day = {"business_date": business_date}
    connection.execute(text("call flush_posting(:business_date)"), day)
    for version in versions:
        run_sql(connection, "changes/version_accrual", {"loan_id": version.standing.loan_id, "accruing": _accruing(version)})
    run_sql_many(connection, "changes/version_loan", [_loan(version) for version in versions])
    loans = [{"loan_id": version.standing.loan_id} for version in versions]
    connection.execute(text("insert into posting_loan (loan_id) values (:loan_id)"), loans)
    connection.execute(text("call stage_held_money(:business_date)"), day)
    connection.execute(text("call post_value_date(:business_date, :business_date)"), day)
    connection.execute(text("call settle_loans(:business_date)"), day)


def _totals(version: Version, business_date: date) -> dict[str, Any]:
    carried = [row.due_date for row in version.rows if row.kind == "CARRIED" and row.interest]
    return {
        "loan_id": version.standing.loan_id,
        "version": version.standing.terms["version"] + 1,
        "instalments": len(version.rows),
        "principal": from_cents(sum(row.principal for row in version.rows)),
        "interest": from_cents(sum(row.interest for row in version.rows)),
        "made_on": business_date,
        "reason": version.reason,
        "annual_rate": from_millionths(version.annual_rate),
        "method": version.method,
        "replaces": "EVERYTHING" if version.everything else "FUTURE",
        "taken_over": from_cents(version.taken_over),
        "carried_until": max(carried, default=None),
    }


def _numbered(version: Version) -> Iterable[tuple[int, NewRow]]:
    return enumerate(version.rows, start=version.standing.terms["last_number"] + 1)


def _rows(version: Version) -> Iterable[dict[str, Any]]:
    for number, row in _numbered(version):
        yield {
            "loan_id": version.standing.loan_id,
            "instalment_no": number,
            "version": version.standing.terms["version"] + 1,
            "kind": row.kind,
            "period_start": row.start,
            "period_end": row.end,
            "due_date": row.due_date,
            "penalty_rate": version.standing.penalty_rate(version.annual_rate),
            "principal_due": from_cents(row.principal),
            "interest_due": from_cents(row.interest),
        }


def _entries(version: Version, business_date: date) -> Iterable[dict[str, Any]]:
    """Out of the old rows, into the new: charges row by row, principal as a whole, which is the entry that a replay stops at."""
    lines = list(version.entries)
    for number, row in _numbered(version):
        if row.fee or row.penalty:
            lines.append((number, "MOVED_IN", {"fee": -row.fee, "penalty": -row.penalty}))
        last = number
    lines.append((0, "MOVED_IN", {"principal": -version.taken_over}))
    if version.fee:
        lines.append((last, "FEE_CHARGE", {"fee": version.fee}))
    for number, kind, cents in lines:
        yield {
            "loan_id": version.standing.loan_id,
            "instalment_no": number,
            "entry_type": kind,
            "value_date": business_date,
            **{portion: from_cents(cents.get(portion, 0)) for portion in PORTIONS},
        }


def _accruing(version: Version) -> int:
    """The row whose period holds the date: that of the broken period; else the one that ends on the date; else the first to come."""
    standing = version.standing
    ended = [number for number, row in _numbered(version) if row.start < standing.on == row.end and row.kind in ("CARRIED", "PAYOFF")]
    if ended:
        return ended[-1]
    kept = [row for row in standing.past if row["instalment_no"] == standing.terms["accruing"]]
    if kept and not version.everything:
        return int(kept[0]["instalment_no"])
    return next(number for number, row in _numbered(version) if row.end > standing.on)


def _loan(version: Version) -> dict[str, Any]:
    return {
        "loan_id": version.standing.loan_id,
        "matures_on": max(row.end for row in version.rows),
        "restructured_on": version.restructured_on,
        "observed_until": version.observed_until,
    }


def amount(version: Version) -> Decimal:
    """Principal that moved, in currency units."""
    return from_cents(version.taken_over)
