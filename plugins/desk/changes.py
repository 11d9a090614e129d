"""Change requests: asked for by one person, decided by another, whatever kinds policy knows."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from include.desk.rights import Person, Right
from include.steps.changes import approve, reject, request, withdraw
from include.steps.changes.requests import COMPONENTS, NEEDS, WITHOUT_LOAN
from include.steps.refusal import DeskError

from . import forms
from .access import needs
from .database import engine, row, rows
from .language import Language, catalogue, of_request
from .pages import Paging, page
from .refusals import Refusal

router = APIRouter(prefix="/changes")

Maker = Annotated[Person, needs(Right.REQUEST_CHANGE)]
Checker = Annotated[Person, needs(Right.CHECK_CHANGE)]
STATES = ("REQUESTED", "APPROVED", "APPLIED", "FAILED", "REJECTED", "WITHDRAWN")
LONGEST_NAME = 40
LONGEST_VALUE = 200
LONGEST_DETAILS = 1000  # all of them, as JSON


@router.get("", dependencies=[needs(Right.READ)])
def listed(
    request: Request,
    state: Annotated[str, Query(max_length=16)] = "",
    kind: Annotated[str, Query(max_length=24)] = "",
    loan: Annotated[str, Query(max_length=40)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=forms.PAGES)] = 1,
) -> Response:
    """The requests, the latest first."""
    paging = Paging(number)
    filters = {"state": state or None, "kind": kind or None, "loan_no": forms.number_of(loan) or None}
    with engine().connect() as connection:
        found = rows(connection, "changes", rows=paging.rows, offset=paging.offset, **filters)
        counts = {count["state"]: count["requests"] for count in rows(connection, "change_counts")}
        kinds = rows(connection, "change_kinds")
        today = row(connection, "today")
    return page(
        request,
        "changes.html",
        found=paging.cut(found),
        more=paging.more(found),
        paging=paging,
        counts=counts,
        kinds=kinds,
        states=STATES,
        today=today,
        parameters={"state": state, "kind": kind, "loan": loan},
    )


@router.get("/new", dependencies=[needs(Right.REQUEST_CHANGE)])
def new(request: Request, kind: Annotated[str, Query(max_length=24)] = "", loan: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The kinds to choose from, then the form of one."""
    language = of_request(request)
    with engine().connect() as connection:
        kinds = rows(connection, "change_kinds")
        chosen = next((one for one in kinds if one["kind"] == kind), None)
        of_suspense = chosen is not None and "suspense_id" in NEEDS.get(kind, ())
        suspense = rows(connection, "suspense_open") if of_suspense else []
        today = row(connection, "today")
    return page(
        request,
        "change_new.html",
        kinds=[one | {"rule": _rule(language, one)} for one in kinds],
        chosen=chosen and chosen | {"rule": _rule(language, chosen)},
        needed=NEEDS.get(kind, ()),
        without_loan=kind in WITHOUT_LOAN,
        components=COMPONENTS,
        suspense=suspense,
        loan=forms.number_of(loan),
        today=today,
    )


@router.post("")
def ask(
    person: Maker,
    kind: Annotated[str, Form(max_length=24)],
    reason: Annotated[str, Form(max_length=500)],
    loan: Annotated[str, Form(max_length=40)] = "",
    amount: Annotated[str, Form(max_length=40)] = "",
    instalment: Annotated[str, Form(max_length=6)] = "",
    detail_name: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    detail_value: Annotated[list[str], Form()] = [],  # noqa: B006
    more: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Ask for a change."""
    reason = reason.strip()
    if len(reason) < 3:
        raise DeskError("reason_missing", "Say why, in 3 to 500 characters.", length=500)
    details = _details(dict(zip(detail_name, detail_value, strict=False)), more)
    if instalment.strip() and not (instalment.strip().isdecimal() and 0 < int(instalment) < 2**15):
        raise DeskError("bad_instalment", f"{instalment!r} is not the number of an instalment.", text=instalment)
    with engine().begin() as connection:
        number = request(
            connection,
            kind,
            person.name,
            reason,
            forms.number_of(loan) or None,
            forms.amount(amount) if amount.strip() else None,
            int(instalment) if instalment.strip() else None,
            details,
        )
    return RedirectResponse(f"/millrace/changes/{number}?done=requested", status.HTTP_303_SEE_OTHER)


@router.get("/{number}", dependencies=[needs(Right.READ)])
def one(request: Request, number: int) -> Response:
    """One request: what is asked for, of which loan, how it moved."""
    with engine().connect() as connection:
        change = _find(connection, number)
        history = rows(connection, "change_history", number=number)
        today = row(connection, "today")
    return page(
        request,
        "change.html",
        change=change | {"rule": _rule(of_request(request), change)},
        details=json.loads(change["details"] or "{}"),
        history=history,
        today=today,
    )


@router.post("/{number}/decide")
def judge(
    person: Checker, number: int, act: Annotated[str, Form(pattern="^(approve|reject)$")], note: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Approve or reject as the second person."""
    note = note.strip()
    if act == "reject" and len(note) < 3:
        raise DeskError("reason_missing", "Say why, in 3 to 500 characters.", length=500)
    with engine().begin() as connection:
        change = _undecided(connection, number)
        if change["maker"] == person.name:
            raise DeskError("change_own", f"{number} is your own: a second person must decide it.")
        if act == "approve":
            approve(connection, number, person.name, note or None)
        else:
            reject(connection, number, person.name, note)
    done = "change_approved" if act == "approve" else "change_rejected"
    return RedirectResponse(f"/millrace/changes/{number}?done={done}", status.HTTP_303_SEE_OTHER)


@router.post("/{number}/withdraw")
def undo(person: Maker, number: int) -> Response:
    """Withdraw one's own request."""
    with engine().begin() as connection:
        change = _undecided(connection, number)
        if change["maker"] != person.name:
            raise DeskError("change_not_own", f"{number} is {change['maker']}'s to withdraw.", maker=change["maker"])
        withdraw(connection, number, person.name)
    return RedirectResponse(f"/millrace/changes/{number}?done=withdrawn", status.HTTP_303_SEE_OTHER)


def _find(connection: Connection, number: int) -> dict[str, Any]:
    found = row(connection, "change", number=number) if 0 < number < 2**63 else None
    if found is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_change", number=number)
    return found


def _undecided(connection: Connection, number: int) -> dict[str, Any]:
    change = _find(connection, number)
    if change["state"] != "REQUESTED":
        state = change["state"]
        raise DeskError("change_decided", f"Change request {number} is {state} already.", conflict=True, number=number, state=state)
    return change


def _rule(language: Language, kind: dict[str, Any]) -> str:
    """What a kind does, in words: the catalogue's, else as policy has it."""
    return catalogue(language.code).get(f"rule.{kind['kind']}", str(kind["rule"]))


def _details(named: dict[str, str], more: str) -> dict[str, Any]:
    """What a kind needs beside loan and amount, and further lines ``name = value``."""
    details: dict[str, Any] = {}
    for name, value in named.items():
        value = value.strip()
        if value:
            details[name] = int(value) if name.endswith("_id") and value.isascii() and value.isdigit() and len(value) < 19 else value
    for line in more.splitlines():
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise DeskError("bad_details", f"{line[:40]!r} is not a line like name = value.", text=line[:40])
        details[name.strip()] = _json_or_text(value.strip())
    too_long = any(len(name) > LONGEST_NAME or len(str(value)) > LONGEST_VALUE for name, value in details.items())
    if too_long or len(json.dumps(details, ensure_ascii=False)) > LONGEST_DETAILS:
        raise DeskError("details_long", f"A detail has at most {LONGEST_VALUE} characters.", length=LONGEST_VALUE)
    return details


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
