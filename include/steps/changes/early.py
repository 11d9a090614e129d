"""Early repayment (提前还款): held money repays principal that is not yet due, and what is left is spread anew.

By product, at the close of a date on which money came that is beyond what is due and the instalment that falls due next; or by an
EARLY_REPAYMENT request, of any product. Money enough to pay the loan off by product does so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping

from include.database import run_sql
from include.lending.amortise import Method
from include.lending.calendar import load_calendar
from include.lending.money import from_cents, to_cents, to_millionths
from include.lending.reschedule import spread
from include.steps.changes.details import chosen, limits
from include.steps.changes.errors import ChangeError
from include.steps.changes.payoff import due_to_pay_off, payoff_version
from include.steps.changes.reschedule import running
from include.steps.changes.standing import Standing, read
from include.steps.changes.versions import NewRow, Version, amount, write


def repay_early(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """The request: its amount, or all that is held."""
    standing = running(connection, change, business_date)
    effect = chosen("EARLY_REPAYMENT", json.loads(change["details"] or "{}"), "effect", ("REDUCE", "SHORTEN"), default=_usual(standing))
    cents = to_cents(change["amount"]) if change["amount"] else int(standing.terms["held"])
    loan_no = change["loan_no"]
    if standing.due:
        raise ChangeError(f"Loan {loan_no} owes {from_cents(standing.due)} that is due: that is paid first.")
    if not 0 < cents <= standing.terms["held"]:
        raise ChangeError(f"Loan {loan_no} holds {from_cents(standing.terms['held'])} of the customer's money: no more can repay it early.")
    if cents >= standing.principal:
        raise ChangeError(f"Loan {loan_no} has {from_cents(standing.principal)} of principal to come: ask for a PAYOFF.")
    write(connection, _versions(connection, [(standing, cents, effect)]), business_date)
    return from_cents(cents)


def use_early_money(connection: Connection, business_date: date, loan_from: int, loan_to: int) -> Decimal:
    """The night's: every loan of the range whose product lets early money repay principal; return the principal repaid."""
    found = run_sql(connection, "changes/early_money", {"business_date": business_date, "loan_from": loan_from, "loan_to": loan_to})
    assert found is not None
    least = to_cents(Decimal(str(limits("EARLY_REPAYMENT")["least"])))
    early = {row["loan_id"]: int(row["early"]) for row in found.mappings() if row["early"] >= least}
    if not early:
        return Decimal(0)
    standings = read(connection, early, business_date)
    payoffs = [standing for standing in standings if standing.principal and standing.terms["held"] >= due_to_pay_off(standing).total]
    paid_off = {standing.loan_id for standing in payoffs}
    rest = [
        (standing, early[standing.loan_id], standing.terms["early_money"])
        for standing in standings
        # what would leave nothing to schedule and yet doesn't pay the loan off stays held
        if standing.loan_id not in paid_off and early[standing.loan_id] < standing.principal
    ]
    versions = [*map(payoff_version, payoffs), *_versions(connection, rest)]
    if versions:
        write(connection, versions, business_date)
    return sum((amount(version) for version in versions if version.rows[-1].kind == "PAYOFF"), Decimal(0)) + from_cents(
        sum(cents for _, cents, _ in rest)
    )


def _versions(connection: Connection, cases: Sequence[tuple[Standing, int, str]]) -> list[Version]:
    """What is left after so many cents of each loan's principal are repaid today."""
    if not cases:
        return []
    remainders = [
        standing.remainder(amount=standing.principal - cents, agreed=_instalment(standing) if effect == "SHORTEN" else 0)
        for standing, cents, effect in cases
    ]
    versions = []
    for (standing, cents, effect), lines in zip(cases, spread(remainders, load_calendar(connection)), strict=True):
        rate = to_millionths(standing.terms["annual_rate"])
        version = Version(standing, f"early repayment, {effect.lower()}", rate, standing.terms["method"])
        version.rows.append(NewRow("EARLY", standing.on, standing.on, standing.on, principal=cents))
        version.schedule(lines, *version.move_future())
        versions.append(version)
    return versions


def _usual(standing: Standing) -> str:
    return "SHORTEN" if standing.terms["early_money"] == "SHORTEN" else "REDUCE"


def _instalment(standing: Standing) -> int:
    """Cents of the instalment as it was, of its principal where principals are equal; 0 where the method has none, or one is left."""
    rows = standing.future
    if len(rows) < 2 or standing.terms["method"] not in (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL):
        return 0
    if standing.terms["method"] == Method.EQUAL_PRINCIPAL:
        return int(rows[0]["principal_due"])
    if len(rows) > 2:
        return int(rows[1]["principal_due"] + rows[1]["interest_due"])
    # the first instalment pays what its version carried over, too
    beside = [row for row in standing.rows if row["kind"] == "CARRIED" and row["due_date"] == rows[0]["due_date"]]
    return int(sum(row["principal_due"] + row["interest_due"] for row in (rows[0], *beside)))
