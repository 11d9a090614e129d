"""Loans: search, one loan from every side as of a date, notes and promises, its statement."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from include.desk.collections import add_note, add_promise, note_kinds
from include.desk.personal import masked, shown
from include.desk.rights import Person, Right

from . import forms
from .access import needs
from .database import engine, row, rows
from .language import of_request
from .pages import Paging, page
from .refusals import Refusal

router = APIRouter(prefix="/loans")

Tab = Literal["schedule", "ledger", "journal", "history", "collections", "changes"]
TABS = ("schedule", "ledger", "journal", "history", "collections", "changes")
Writer = Annotated[Person, needs(Right.NOTE)]
PROMISES = timedelta(days=7)  # shown before and after their day
STATEMENT_COLUMNS = (
    "business_date",
    "value_date",
    "entry_type",
    "instalment_no",
    "principal",
    "interest",
    "fee",
    "penalty",
    "overpayment",
    "balance",
)


@router.get("", dependencies=[needs(Right.READ)])
def search(request: Request, q: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Find a loan, an application or a customer by number; without one, the promises whose day is near."""
    typed = re.sub(r"[^\w-]", "", forms.number_of(q)).replace("_", "")
    with engine().connect() as connection:
        today = row(connection, "today")
        found = rows(connection, "search", typed=typed) if typed else []
        exact = [match for match in found if match["number"] == typed]
        if exact and exact[0]["what"] != "customer":
            return RedirectResponse(f"/millrace/{'loans' if exact[0]['what'] == 'loan' else 'review'}/{typed}", 302)
        customer = row(connection, "customer", customer_no=typed) if exact else None
        theirs: dict[str, list[dict[str, Any]]] = {}
        if customer is not None:
            of = {"customer_id": customer["customer_id"]}
            day = today["business_date"] if today else customer["created_on"]
            theirs = {
                "loans": rows(connection, "customer_loans", today=day, **of),
                "applications": rows(connection, "customer_applications", **of),
            }
        promises = []
        if today is not None and not typed:
            day = today["business_date"]
            promises = rows(connection, "promises_due", since=day - PROMISES, until=day + PROMISES)
    return page(
        request, "loans.html", q=q.strip(), typed=typed, found=found, customer=customer, theirs=theirs, promises=promises, today=today
    )


@router.get("/{loan_no}", dependencies=[needs(Right.READ)])
def one(
    request: Request,
    loan_no: str,
    tab: Tab = "schedule",
    as_of: Annotated[str, Query(max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=forms.PAGES)] = 1,
) -> Response:
    """One loan, one side of it, as of a date (the current one unless another is asked for)."""
    with engine().connect() as connection:
        loan = _find(connection, loan_no)
        return _loan(request, connection, loan, tab, forms.optional_day(as_of), Paging(number, 50), masked(loan), None)


@router.post("/{loan_no}/show")
def show(
    request: Request, loan_no: str, person: Annotated[Person, needs(Right.UNMASK)], reason: Annotated[str, Form(max_length=500)]
) -> Response:
    """The loan with its customer's personal data in full, once; that they were seen is kept."""
    with engine().begin() as connection:
        loan = _find(connection, loan_no)
        personal = shown(connection, loan, person.name, reason)
    with engine().connect() as connection:
        return _loan(request, connection, loan, "schedule", None, Paging(1, 50), personal, reason)


@router.post("/{loan_no}/notes")
def note(person: Writer, loan_no: str, kind: Annotated[str, Form(max_length=10)], body: Annotated[str, Form(max_length=4000)]) -> Response:
    """Write a note."""
    with engine().begin() as connection:
        add_note(connection, _find(connection, loan_no)["loan_id"], kind, body, person.name)
    return RedirectResponse(f"/millrace/loans/{loan_no}?tab=collections&done=noted", status.HTTP_303_SEE_OTHER)


@router.post("/{loan_no}/promises")
def promise(
    person: Writer, loan_no: str, promised_on: Annotated[str, Form(max_length=10)], amount: Annotated[str, Form(max_length=40)]
) -> Response:
    """Write down a promise to pay."""
    with engine().begin() as connection:
        loan = _find(connection, loan_no)
        add_promise(connection, loan["loan_id"], forms.day(promised_on), forms.amount(amount), person.name)
    return RedirectResponse(f"/millrace/loans/{loan_no}?tab=collections&done=promised", status.HTTP_303_SEE_OTHER)


@router.get("/{loan_no}/statement", dependencies=[needs(Right.READ)])
def statement(
    request: Request,
    loan_no: str,
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    form: Annotated[Literal["html", "csv"], Query(alias="format")] = "html",
) -> Response:
    """The statement of account between two dates, to print or as CSV; from the first entry to the current date unless dates are given."""
    with engine().connect() as connection:
        loan = _find(connection, loan_no)
        last = forms.optional_day(until) or _today(connection, loan)
        first = forms.optional_day(since) or date(1970, 1, 1)
        found = rows(connection, "statement", loan_id=loan["loan_id"], since=first, until=last)
        sums = row(connection, "loan_sums", loan_id=loan["loan_id"], as_of=last)
        schedule = rows(connection, "loan_schedule", loan_id=loan["loan_id"], as_of=last)
    if form == "csv":
        return _csv(request, loan["loan_no"], found)
    return page(
        request,
        "statement.html",
        loan=loan,
        personal=masked(loan),
        entries=found,
        since=forms.optional_day(since),
        until=last,
        sums=sums,
        schedule=schedule,
    )


def _csv(request: Request, loan_no: str, found: list[dict[str, Any]]) -> Response:
    language = of_request(request)
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([language.t(f"statement.{name}") for name in STATEMENT_COLUMNS])
    for entry in found:
        writer.writerow([language.term("entry", entry[name]) if name == "entry_type" else entry[name] for name in STATEMENT_COLUMNS])
    # the mark in front lets a spreadsheet read Chinese headings
    return Response(
        "\ufeff" + content.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statement-{re.sub(r"[^A-Za-z0-9-]", "_", loan_no)}.csv"'},
    )


def _find(connection: Connection, loan_no: str) -> dict[str, Any]:
    found = row(connection, "loan", loan_no=loan_no[:32])
    if found is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_loan", number=loan_no[:32])
    return found


def _today(connection: Connection, loan: dict[str, Any]) -> date:
    today = row(connection, "today")
    return today["business_date"] if today else loan["disbursed_on"]


def _loan(
    request: Request,
    connection: Connection,
    loan: dict[str, Any],
    tab: str,
    as_of: date | None,
    paging: Paging,
    personal: dict[str, str],
    why: str | None,
) -> Response:
    today = _today(connection, loan)
    day = min(as_of or today, today)
    at = {"loan_id": loan["loan_id"], "as_of": day}
    schedule = rows(connection, "loan_schedule", **at)
    dated = row(connection, "loan_as_of", **at) if day < today else None
    state = loan["state"] if day == today else (row(connection, "loan_state_as_of", **at) or loan)["state"]
    sides: dict[str, Any] = {}
    if tab in ("ledger", "journal"):
        found = rows(connection, f"loan_{tab}", rows=paging.rows, offset=paging.offset, **at)
        sides = {"lines": paging.cut(found), "more": paging.more(found)}
    else:
        sides = {name: rows(connection, f"loan_{name}", **at) for name in SIDES[tab]}
    return page(
        request,
        "loan.html",
        loan=loan,
        personal=personal,
        shown_for=why,
        seen_by=rows(connection, "shown", customer_id=loan["customer_id"]),
        tab=tab,
        tabs=TABS,
        as_of=day,
        today=today,
        dated=dated,
        state=state,
        sums=row(connection, "loan_sums", **at),
        schedule=schedule,
        overdue=[line for line in schedule if line["state"] == "OVERDUE"],
        coming=next((line for line in schedule if line["state"] in ("DUE", "LATER", "PART_PAID")), None),
        paging=paging,
        kinds=note_kinds(),
        parameters={"tab": tab, "as_of": day if day < today else ""},
        **sides,
    )


SIDES = {
    "schedule": (),
    "history": ("history", "reminders", "repayments"),
    "collections": ("notes", "promises"),
    "changes": ("changes", "versions"),
}
