"""Who holds which role: administrators give and take them here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from include.desk.rights import Person, Right, grant, rights_of, roles
from include.desk.rights import revoke as take_back

from .access import needs
from .database import engine, rows
from .pages import page

router = APIRouter(prefix="/rights")

Administrator = Annotated[Person, needs(Right.GRANT)]
Name = Annotated[str, Form(max_length=100)]
Role = Annotated[str, Form(max_length=16)]


@router.get("", dependencies=[needs(Right.GRANT)])
def held(request: Request) -> Response:
    """Who holds what, what each role may, and what changed lately."""
    with engine().connect() as connection:
        people: dict[str, list[dict[str, object]]] = {}
        for row in rows(connection, "rights_held"):
            people.setdefault(row["user_name"], []).append(row)
        history = rows(connection, "rights_history")
    return page(request, "rights.html", people=people, history=history, roles=roles(), rights_of=rights_of)


@router.post("/grant")
def give(person: Administrator, user: Name, role: Role) -> Response:
    """Give a role."""
    with engine().begin() as connection:
        grant(connection, user, role, person.name)
    return RedirectResponse("/millrace/rights?done=granted", status.HTTP_303_SEE_OTHER)


@router.post("/revoke")
def take(person: Administrator, user: Name, role: Role) -> Response:
    """Take a role back."""
    with engine().begin() as connection:
        take_back(connection, user, role, person.name)
    return RedirectResponse("/millrace/rights?done=revoked", status.HTTP_303_SEE_OTHER)
