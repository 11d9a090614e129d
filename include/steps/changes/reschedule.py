"""EXTENSION (展期), RESTRUCTURE (重组), RATE_CHANGE (利率调整): a new schedule version by request, at the close of a date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.lending.amortise import Method
from include.lending.calendar import Unit, instalments_in, load_calendar
from include.lending.money import to_millionths
from include.lending.reschedule import Line, Remainder, months_after, period_ends, spread
from include.steps.changes.arrears import FIRST, move_everything
from include.steps.changes.details import chosen, day, limits, rate, whole
from include.steps.changes.errors import ChangeError
from include.steps.changes.standing import Standing, read
from include.steps.changes.versions import Version, amount, write

APPLIED = (
    "select details from change_request"
    " where loan_id = :loan_id and kind = :kind and state = 'APPLIED' and change_request_id <> :change_request_id"
)


def running(connection: Connection, change: RowMapping, business_date: date) -> Standing:
    """The loan of a change that makes a new schedule version, which must be running and have something to come."""
    if change["loan_state"] in ("PAID_OFF", "WRITTEN_OFF"):
        raise ChangeError(f"Loan {change['loan_no']} is {change['loan_state']}: its schedule changes no more.")
    (standing,) = read(connection, [change["loan_id"]], business_date)
    if standing.terms["disbursed_on"] >= business_date:
        raise ChangeError(f"Loan {change['loan_no']} was paid out on {standing.terms['disbursed_on']}: change it from the date after on.")
    return standing


def extend(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Spread what is not yet due over more months; what is due or past due stays."""
    standing, policy = running(connection, change, business_date), limits("EXTENSION")
    months = whole("EXTENSION", json.loads(change["details"]), "months")
    earlier = _earlier(connection, change)
    if len(earlier) >= policy["most"]:
        raise ChangeError(f"Loan {change['loan_no']} was extended {len(earlier)} times already, as often as policy allows.")
    _has_something_to_come(standing)
    if standing.days_past_due > policy["max_days_past_due"]:
        raise ChangeError(
            f"Loan {change['loan_no']} is {standing.days_past_due} days past due: beyond {policy['max_days_past_due']} it is restructured."
        )
    added, most = months + sum(int(details["months"]) for details in earlier), _most_months(standing, policy)
    if added > most:
        raise ChangeError(f"Loan {change['loan_no']} may be extended by {most} months in all, not by {added}.")
    version = _version(standing, f"extended by {months} months")
    return _write(connection, version, standing.remainder(ends=_longer(standing, months)), version.move_future())


def change_rate(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """The same due dates at another rate, from the date after on."""
    standing, details = running(connection, change, business_date), json.loads(change["details"])
    _has_something_to_come(standing)
    annual_rate = rate("RATE_CHANGE", details)
    version = _version(standing, f"annual rate {annual_rate}", annual_rate=to_millionths(annual_rate))
    return _write(connection, version, standing.remainder(annual_rate=version.annual_rate), version.move_future())


def restructure(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """New instalments, rate, method or first due date; arrears stay due, are deferred, or become principal."""
    standing, policy = running(connection, change, business_date), limits("RESTRUCTURE")
    details = json.loads(change["details"])
    if len(_earlier(connection, change)) >= policy["most"]:
        raise ChangeError(f"Loan {change['loan_no']} was restructured {policy['most']} times already, as often as policy allows.")
    arrears = details["arrears"]
    version = _version(
        standing,
        f"restructured, arrears: {arrears.lower()}",
        annual_rate=to_millionths(rate("RESTRUCTURE", details)) if "annual_rate" in details else None,
        method=chosen("RESTRUCTURE", details, "method", tuple(Method), default=standing.terms["method"]),
    )
    version.restructured_on = business_date
    version.observed_until = months_after(business_date, policy["observation_months"])
    if arrears == "KEEP":
        _has_something_to_come(standing)
        charges = version.move_future()
    else:
        charges = move_everything(version, tuple(policy["capitalise"]) if arrears == "CAPITALISE" else ())
    ends, seed_day = _restructured_ends(standing, details, version.method)
    left = standing.remainder(
        amount=version.taken_over, ends=ends, seed_day=seed_day, annual_rate=version.annual_rate, method=version.method
    )
    return _write(connection, version, left, charges)


def _version(standing: Standing, reason: str, annual_rate: int | None = None, method: str | None = None) -> Version:
    current = to_millionths(standing.terms["annual_rate"])
    return Version(standing, reason, current if annual_rate is None else annual_rate, method or standing.terms["method"])


def _write(connection: Connection, version: Version, left: Remainder, charges: tuple[int, int]) -> Decimal:
    """Schedule what is left, with fees and penalty of the old rows to come, and write the version."""
    if left.amount <= 0:
        raise ChangeError(f"Loan {version.standing.terms['loan_no']} owes no principal that could be scheduled anew.")
    (lines,) = _spread(left, connection, version)
    for row in version.rows:
        row.due_date = lines[0].due_date if row.due_date == FIRST else lines[-1].due_date
    version.schedule(lines, *charges)
    write(connection, [version], version.standing.on)
    return amount(version)


def _spread(left: Remainder, connection: Connection, version: Version) -> list[list[Line]]:
    try:
        return spread([left], load_calendar(connection))
    except ValueError as refusal:
        raise ChangeError(f"Loan {version.standing.terms['loan_no']}: {refusal}") from None


def _has_something_to_come(standing: Standing) -> None:
    if standing.principal <= 0:
        raise ChangeError(
            f"Loan {standing.terms['loan_no']} has no principal to come: what is past due is restructured by DEFER or CAPITALISE."
        )


def _earlier(connection: Connection, change: RowMapping) -> list[dict[str, Any]]:
    """Details of the changes of this kind that the loan has had."""
    return [json.loads(details) for details in connection.scalars(text(APPLIED), dict(change))]


def _most_months(standing: Standing, policy: Mapping[str, Any]) -> int:
    """Months that a loan may be extended by in all: the first of policy's lines that its tenor falls under."""
    tenor = int(standing.terms["tenor"])
    line = next(line for line in policy["added"] if tenor <= line.get("tenor_to", tenor))
    return int(line["months"]) if "months" in line else int(tenor * Decimal(str(line["share"])))


def _longer(standing: Standing, months: int) -> tuple[date, ...]:
    """The periods to come and those of so many months more; a loan that is repaid at maturity has one, which gets longer."""
    left = standing.remainder()
    if left.method == Method.AT_MATURITY:
        return (months_after(left.ends[-1], months, left.seed_day),)
    more = instalments_in(months, standing.terms["frequency"])
    return left.ends + period_ends(left.ends[-1], more + 1, left.every, left.unit, left.seed_day)[1:]


def _restructured_ends(standing: Standing, details: Mapping[str, Any], method: str) -> tuple[tuple[date, ...], int]:
    """Periods of a restructure, and the day of the month they end on: the first as it was asked for, else the next one as it was, else a
    step from the date."""
    count, policy = whole("RESTRUCTURE", details, "instalments"), limits("RESTRUCTURE")
    if method == Method.AT_MATURITY and count > 1:
        raise ChangeError(f"AT_MATURITY is one instalment on its first due date, not {count}.")
    left, asked = standing.remainder(), day("RESTRUCTURE", details, "first_due")
    if asked and not 0 < (asked - standing.on).days <= policy["first_due_within_days"]:
        raise ChangeError(
            f"The first due date of a restructure is within {policy['first_due_within_days']} days of {standing.on}, not {asked}."
        )
    seed_day = asked.day if asked and left.unit == Unit.MONTH else left.seed_day
    first = asked or (left.ends[0] if left.ends else period_ends(standing.on, 2, left.every, left.unit, seed_day)[1])
    return period_ends(first, count, left.every, left.unit, seed_day), seed_day
