"""Refused rows for the people who mend them: the same acts as ``python -m include.steps.intake.quarantine``, by the signed-in user."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response, status
from fastapi.responses import RedirectResponse

from include.desk.rights import Person, Right
from include.lending.privacy import PrivacyError, mask
from include.steps.intake import quarantine
from include.steps.intake.datasets import DATASETS, Dataset
from include.steps.intake.quarantine import QuarantineError

from .access import needs
from .asked import OptionalDay
from .database import engine, rows
from .pages import Paging, page
from .refusals import Refusal

router = APIRouter(prefix="/quarantine")

PATH = "/millrace/quarantine"
FIELD = "field."  # in front of a column's name in the form
LONGEST = 500  # characters of a field

Operator = Annotated[Person, needs(Right.OPERATE)]
Reader = Annotated[Person, needs(Right.READ)]
State = Literal["NEW", "FIXED", "DISCARDED", "REINJECTED"]
Words = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True)
class Field:
    """One column of a refused row. ``came`` and ``mended`` are masked where it says who somebody is; ``value`` never shows that."""

    name: str
    kind: str
    personal: bool
    came: str | None
    mended: str | None
    value: str
    wrong: bool


@router.get("", dependencies=[needs(Right.READ)])
def listed(
    request: Request,
    dataset: Literal["applications", "repayments", ""] = "",
    state: Literal["NEW", "FIXED", "DISCARDED", "REINJECTED", ""] = "",
    day: Annotated[OptionalDay, Query(alias="date")] = None,
    rule: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """The refused rows that fit, latest first; without a state those that still wait."""
    paging = Paging(number)
    asked = {"dataset": dataset or None, "state": state or None, "business_date": day, "rule": rule.strip() or None}
    with engine().connect() as connection:
        found = rows(connection, "quarantine", **asked, size=paging.rows, offset=paging.offset)
        counts = rows(connection, "quarantine_counts")
    for one in found:
        one["reasons"] = json.loads(one["reasons"])
    parameters = {"dataset": dataset, "state": state, "date": day, "rule": rule}
    totals = {name: sum(int(one["refused"]) for one in counts if one["state"] == name) for name in quarantine.STATES}
    return page(
        request,
        "quarantine.html",
        rows=paging.cut(found),
        more=paging.more(found),
        paging=paging,
        parameters=parameters,
        totals=totals,
        states=quarantine.STATES,
        datasets=sorted(DATASETS),
    )


@router.get("/{number}")
def one_row(request: Request, number: int, person: Reader) -> Response:
    """One row as it came and as it was mended, with every reason."""
    with engine().begin() as connection:
        row = _read(connection, number)
    return page(
        request,
        "quarantine_row.html",
        row=row,
        fields=_fields(row),
        may_mend=row["state"] in ("NEW", "FIXED") and person.may(Right.OPERATE),
        may_reopen=row["state"] in ("FIXED", "DISCARDED"),
    )


async def _form(request: Request) -> dict[str, str]:
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    for name, value in given.items():
        if len(value) > LONGEST:
            raise Refusal(status.HTTP_422_UNPROCESSABLE_CONTENT, "too_long", field=name.removeprefix(FIELD)[:50], most=LONGEST)
    return given


@router.post("/{number}/fix")
def fix(number: int, person: Operator, form: Annotated[dict[str, str], Depends(_form)]) -> Response:
    """Mend a row: the fields that were changed, and a note."""
    with engine().begin() as connection:
        row = _read(connection, number)
        changes = _changes(DATASETS[row["dataset"]], row["fixed_row"] or row["source_row"], form)
        _act(lambda: quarantine.fix(connection, number, changes, form.get("note", "").strip()[:500] or None, person.name))
    return _done(number, "fixed")


@router.post("/{number}/discard")
def discard(number: int, person: Operator, reason: Words = "") -> Response:
    """Give a row up, with a reason."""
    _reason(reason)
    with engine().begin() as connection:
        _act(lambda: quarantine.discard(connection, number, reason.strip(), person.name))
    return _done(number, "discarded")


@router.post("/{number}/reopen")
def reopen(number: int, person: Operator, reason: Words = "") -> Response:
    """Take a fix or a discard back, with a reason."""
    _reason(reason)
    with engine().begin() as connection:
        _act(lambda: quarantine.reopen(connection, number, reason.strip(), person.name))
    return _done(number, "reopened")


def _changes(dataset: Dataset, now: Mapping[str, str | None], form: Mapping[str, str]) -> dict[str, str | None]:
    """The fields whose value the form changes. Empty means not given; of a personal field, which is not shown, unchanged."""
    changes: dict[str, str | None] = {}
    for name in dataset.names:
        if FIELD + name not in form:
            continue
        value = form[FIELD + name].strip() or None
        if value != now.get(name) and not (value is None and name in dataset.personal):
            changes[name] = value
    return changes


def _fields(row: Mapping[str, Any]) -> list[Field]:
    dataset, wrong = DATASETS[row["dataset"]], {reason.get("column") for reason in row["reasons"]}
    fields = []
    for column in dataset.columns:
        came, now = row["source_row"].get(column.name), (row["fixed_row"] or row["source_row"]).get(column.name)
        shown = [mask(value) if column.personal and value else value for value in (came, now)]
        value = "" if column.personal else now or ""
        fields.append(Field(column.name, column.kind.value, column.personal, shown[0], shown[1], value, column.name in wrong))
    return sorted(fields, key=lambda field: not field.wrong)  # what is wrong stands on top


def _read(connection: Any, number: int) -> dict[str, Any]:
    try:
        return quarantine.read_row(connection, number)
    except QuarantineError:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_quarantine_row", number=number) from None
    except PrivacyError as error:
        raise Refusal(status.HTTP_503_SERVICE_UNAVAILABLE, "no_key", why=str(error)) from None


def _act(act: Any) -> None:
    try:
        act()
    except QuarantineError as error:
        raise Refusal(status.HTTP_409_CONFLICT, "quarantine", why=str(error)) from None


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(status.HTTP_422_UNPROCESSABLE_CONTENT, "say_why")


def _done(number: int, what: str) -> Response:
    return RedirectResponse(f"{PATH}/{number}?done={what}", status.HTTP_303_SEE_OTHER)
