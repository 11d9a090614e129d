"""Asking for a change and deciding it. The database holds the state machine and that two people take part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.steps.changes import details as schedule_details
from include.steps.changes.errors import ChangeError


def request(
    connection: Connection,
    kind: str,
    maker: str,
    reason: str,
    loan_no: str | None = None,
    amount: Decimal | None = None,
    instalment_no: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> int:
    """Ask for a change; return the number of the request. The caller commits.

    Parameters
    ----------
    kind : one of include/policy/changes.yaml.
    amount : currency units, None for all of it.
    details : what else the kind needs: ``component`` of a WAIVER (PENALTY, FEE, INTEREST), ``suspense_id`` of an item in
        suspense, ``source`` and ``external_ref`` of a repayment to be reversed; ``months`` of an EXTENSION; ``instalments`` and
        ``arrears`` (KEEP, DEFER, CAPITALISE) of a RESTRUCTURE, and if they change ``annual_rate``, ``method``, ``first_due``;
        ``annual_rate`` of a RATE_CHANGE; ``effect`` (REDUCE, SHORTEN) of an EARLY_REPAYMENT; ``start`` and ``end`` of a pause.
        What makes a new schedule version may name a date in ``from``: it takes effect at the close of that date.

    Raises
    ------
    ChangeError : there is no such kind or loan, or a detail is missing.
    """
    known = connection.scalars(text("select kind from change_kind order by kind")).all()
    if kind not in known:
        raise ChangeError(f"{kind} is not a kind of change: use one of {', '.join(known)}.")
    loan_id = None
    if loan_no is not None:
        loan_id = connection.scalar(text("select loan_id from loan where loan_no = :loan_no"), {"loan_no": loan_no})
        if loan_id is None:
            raise ChangeError(f"There is no loan {loan_no}.")
    _check_complete(kind, loan_no, amount, details or {})
    _check_date(connection, kind, details or {})
    return int(
        connection.execute(
            text(
                "insert into change_request (kind, loan_id, amount, instalment_no, details, reason, maker, business_date)"
                " values (:kind, :loan_id, :amount, :instalment_no, :details, :reason, :maker, curdate())"
            ),
            {
                "kind": kind,
                "loan_id": loan_id,
                "amount": amount,
                "instalment_no": instalment_no,
                "details": json.dumps(details, sort_keys=True, ensure_ascii=False) if details else None,
                "reason": reason,
                "maker": maker,
            },
        ).lastrowid
    )


NEEDS = {
    "WAIVER": ("component",),
    "SUSPENSE_MATCH": ("suspense_id",),
    "SUSPENSE_RETURN": ("suspense_id",),
    "REPAYMENT_REVERSAL": ("source", "external_ref"),
    "EXTENSION": ("months",),
    "RESTRUCTURE": ("instalments", "arrears"),
    "RATE_CHANGE": ("annual_rate",),
    "DELINQUENCY_PAUSE": ("start", "end"),
}
WITHOUT_LOAN = ("SUSPENSE_RETURN",)
COMPONENTS = ("PENALTY", "FEE", "INTEREST")


def _check_complete(kind: str, loan_no: str | None, amount: Decimal | None, details: Mapping[str, Any]) -> None:
    if loan_no is None and kind not in WITHOUT_LOAN:
        raise ChangeError(f"{kind} needs a loan.")
    if missing := [name for name in NEEDS.get(kind, ()) if name not in details]:
        raise ChangeError(f"{kind} needs {' and '.join(missing)}.")
    if kind == "WAIVER" and details["component"] not in COMPONENTS:
        raise ChangeError(f"A waiver is of {', '.join(COMPONENTS)}, not of {details['component']}: principal is written off instead.")
    if kind == "DELINQUENCY_PAUSE":
        _check_dates(details["start"], details["end"])
    if kind == "CHARGE" and amount is None:
        raise ChangeError("CHARGE needs an amount.")
    if amount is not None and (amount <= 0 or amount != amount.quantize(Decimal("0.01"))):
        raise ChangeError(f"An amount must be above 0 and whole cents, not {amount}.")
    if kind in schedule_details.SCHEDULE_KINDS:
        schedule_details.check(kind, details)


def _check_date(connection: Connection, kind: str, details: Mapping[str, Any]) -> None:
    """What makes a new schedule version takes effect at the close of a date that is still to be closed."""
    if kind not in schedule_details.SCHEDULE_KINDS:
        return
    wanted = schedule_details.takes_effect_on(kind, details)
    today = connection.scalar(text("select business_date from business_day where is_current = 1"))
    if wanted and today and wanted < today:
        raise ChangeError(f"{wanted} is closed: a {kind} takes effect at the close of {today} or later.")


def _check_dates(start: str, end: str) -> None:
    try:
        in_order = date.fromisoformat(start) <= date.fromisoformat(end)
    except (TypeError, ValueError) as error:
        raise ChangeError(f"A pause needs dates like 2026-03-02, not {start!r} and {end!r}.") from error
    if not in_order:
        raise ChangeError(f"A pause ends on or after its start: {start} to {end} does not.")


def approve(connection: Connection, number: int, checker: str, note: str | None = None) -> None:
    """Approve a request as a second person. Raises ChangeError where it is not waiting for that, or by its own maker."""
    _decide(connection, number, "APPROVED", checker, note)


def reject(connection: Connection, number: int, checker: str, note: str) -> None:
    """Reject a request as a second person, with the reason."""
    _decide(connection, number, "REJECTED", checker, note)


def withdraw(connection: Connection, number: int, maker: str) -> None:
    """Take a request back that nobody decided yet."""
    found = _lock(connection, number)
    if found["maker"] != maker:
        raise ChangeError(f"Change request {number} is {found['maker']}'s to withdraw.")
    connection.execute(text("set @actor = :maker"), {"maker": maker})
    connection.execute(text("update change_request set state = 'WITHDRAWN' where change_request_id = :number"), {"number": number})


def _decide(connection: Connection, number: int, state: str, checker: str, note: str | None) -> None:
    if _lock(connection, number)["maker"] == checker:
        raise ChangeError(f"Change request {number} is {checker}'s own: a second person must decide it.")
    connection.execute(
        text(
            "update change_request set state = :state, checker = :checker, note = :note, decided_at = now(6)"
            " where change_request_id = :number"
        ),
        {"state": state, "checker": checker, "note": note, "number": number},
    )


def _lock(connection: Connection, number: int) -> RowMapping:
    found = (
        connection.execute(text("select state, maker from change_request where change_request_id = :number for update"), {"number": number})
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise ChangeError(f"There is no change request {number}.")
    if found["state"] != "REQUESTED":
        raise ChangeError(f"Change request {number} is {found['state']} already.")
    return found
