"""The review desk: referred applications in a queue, one case with all that speaks for and against it, and its decision."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, text

from include import policy
from include.desk.personal import masked, shown
from include.desk.rights import Person, Right
from include.steps.origination.offer import Offer
from include.steps.origination.review import confirm, decide, latest_review, open_review, second_person_above, send_back, take_back
from include.steps.origination.review_effect import Became, case_of

from . import forms
from .access import needs
from .database import engine, row, rows
from .pages import Paging, page
from .refusals import Refusal

router = APIRouter(prefix="/review")

Number = Annotated[str, Form(max_length=32)]
Words = Annotated[str, Form(max_length=500)]
Officer = Annotated[Person, needs(Right.DECIDE)]
SecondPerson = Annotated[Person, needs(Right.CONFIRM)]
SORTS = ("age", "amount", "points", "expires")
STEPS = ("undecided", "second", "waiting")


@router.get("", dependencies=[needs(Right.READ)])
def queue(
    request: Request,
    step: Literal["", "undecided", "second", "waiting"] = "",
    product: Annotated[str, Query(max_length=32)] = "",
    least: Annotated[str, Query(max_length=20)] = "",
    sort: Annotated[str, Query(max_length=16)] = "expires",
    number: Annotated[int, Query(alias="page", ge=1, le=forms.PAGES)] = 1,
) -> Response:
    """The queue: filtered, sorted, one page of it."""
    sort = forms.sort_of(sort, SORTS, "expires")
    paging = Paging(number)
    with engine().connect() as connection:
        today = row(connection, "today")
        found: list[dict[str, Any]] = []
        counts = None
        if today is not None:
            filters = {"step": step or None, "product": product or None, "least": forms.amount(least) if least else None}
            day = today["business_date"]
            found = rows(connection, "review_queue", today=day, sort=sort, rows=paging.rows, offset=paging.offset, **filters)
            counts = row(connection, "review_counts", today=day)
        products = rows(connection, "products")
    for case in found:
        case["fired"] = [rule for rule in json.loads(case["rules_fired"] or "[]") if rule["effect"] in ("refer", "limit")]
    return page(
        request,
        "review.html",
        cases=paging.cut(found),
        more=paging.more(found),
        paging=paging,
        counts=counts,
        today=today,
        products=products,
        names={product["product_code"]: product for product in products},
        parameters={"step": step, "product": product, "least": least, "sort": sort},
        sort=sort,
        steps=STEPS,
    )


@router.get("/{application_no}", dependencies=[needs(Right.READ)])
def one(request: Request, application_no: str) -> Response:
    """One application: what was asked, what speaks for and against it, what was decided, and the form to decide it."""
    with engine().connect() as connection:
        application = _find(connection, application_no)
        return _case(request, connection, application, masked(application), None)


@router.post("/{application_no}/show")
def show(request: Request, application_no: str, person: Annotated[Person, needs(Right.UNMASK)], reason: Words) -> Response:
    """The case with its customer's personal data in full, once; that they were seen is kept."""
    with engine().begin() as connection:
        application = _find(connection, application_no)
        personal = shown(connection, application, person.name, reason)
    with engine().connect() as connection:
        return _case(request, connection, application, personal, reason)


@router.post("/{application_no}/decide")
def judge(
    person: Officer,
    application_no: str,
    act: Annotated[Literal["approve", "reject"], Form()],
    reason: Words,
    seen: Annotated[int, Form(ge=0)],
    amount: Annotated[str, Form(max_length=40)] = "",
    rate: Annotated[str, Form(max_length=20)] = "",
    tenor: Annotated[int, Form(ge=0, le=1200)] = 0,
) -> Response:
    """Approve with these terms, or reject."""
    offer = Offer(forms.amount(amount), forms.percent(rate), tenor) if act == "approve" else None
    with engine().begin() as connection:
        application = _find(connection, application_no)
        became = decide(connection, application["application_id"], person.name, reason, offer, seen)
    said = {Became.OPEN: "proposed", Became.WAITING: "review_waits"}.get(became, "approved" if offer else "rejected")
    return _back(application_no, said)


@router.post("/{application_no}/confirm")
def second(person: SecondPerson, application_no: str, act: Annotated[Literal["confirm", "return"], Form()], note: Words = "") -> Response:
    """Confirm what an officer proposed, or send it back."""
    with engine().begin() as connection:
        application = _find(connection, application_no)
        if act == "return":
            send_back(connection, application["application_id"], person.name, note)
            return _back(application_no, "sent_back")
        became = confirm(connection, application["application_id"], person.name, note)
    return _back(application_no, "review_waits" if became is Became.WAITING else "approved")


@router.post("/{application_no}/take-back")
def undo(person: Officer, application_no: str) -> Response:
    """Withdraw one's own proposal."""
    with engine().begin() as connection:
        take_back(connection, _find(connection, application_no)["application_id"], person.name)
    return _back(application_no, "taken_back")


def _back(application_no: str, done: str) -> Response:
    return RedirectResponse(f"/millrace/review/{application_no}?done={done}", status.HTTP_303_SEE_OTHER)


def _find(connection: Connection, application_no: str) -> dict[str, Any]:
    found = row(connection, "application", application_no=application_no[:32])
    if found is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_application", number=application_no[:32])
    return found


def _case(request: Request, connection: Connection, application: dict[str, Any], personal: dict[str, str], why: str | None) -> Response:
    number = {"application_id": application["application_id"]}
    today = row(connection, "today")
    day = today["business_date"] if today else application["business_date"]
    decisions = rows(connection, "application_decisions", **number)
    for decision in decisions:
        decision["fired"] = json.loads(decision["rules_fired"])
    referred = application["state"] == "REFERRED"
    similar = []
    if application["points"] is not None:
        width = policy.read("desk")["review"]["similar_points"]
        found = {"points": application["points"], "width": width, "product_code": application["product_code"], **number}
        similar = rows(connection, "similar_cases", **found)
    return page(
        request,
        "case.html",
        application=application,
        personal=personal,
        shown_for=why,
        today=today,
        age=(day - application["business_date"]).days,
        case=case_of(connection, application["application_id"]) if referred else None,
        review=open_review(connection, application["application_id"]) if referred else None,
        seen=latest_review(connection, application["application_id"]),
        limit=second_person_above(),
        decisions=decisions,
        reviews=rows(connection, "application_reviews", **number),
        history=rows(connection, "application_history", **number),
        loans=rows(connection, "customer_loans", customer_id=application["customer_id"], today=day),
        others=[
            other
            for other in rows(connection, "customer_applications", customer_id=application["customer_id"])
            if other["application_no"] != application["application_no"]
        ],
        similar=similar,
        points=_points(connection, application),
        reasons=[
            reason | policy.read("score")["reasons"].get(reason["code"], {}) for reason in json.loads(application["reason_codes"] or "[]")
        ],
        seen_by=rows(connection, "shown", customer_id=application["customer_id"]),
    )


def _points(connection: Connection, application: dict[str, Any]) -> list[Any]:
    """Points by feature under the model that scored it; nothing where that table is not recorded or no longer fits the code."""
    from models.explain import points_by_feature
    from models.scorecard import BadScorecardError, Scorecard

    query = text("select coefficients from score_model where model_name = :model_name and model_version = :model_version")
    table = connection.scalar(query, {name: application[name] for name in ("model_name", "model_version")})
    if not table or not application["features"]:
        return []
    try:
        return points_by_feature(Scorecard.from_json(table), application["features"])
    except (BadScorecardError, KeyError, ValueError):
        return []
