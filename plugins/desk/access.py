"""Who may see and do what. Airflow puts no authentication in front of a plugin's pages: it is all here.

Airflow says who somebody is; what they may do at the desk stands in the table desk_right. Every route that shows or
changes something of a customer names the right it takes: ``dependencies=[needs(Right.READ)]``, or
``person: Annotated[Person, needs(Right.DECIDE)]`` where the act is recorded with its name.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from fastapi import Depends, Request, status

from include.desk.rights import Person, Right, person

from .database import engine
from .refusals import Refusal

READING = {"GET", "HEAD", "OPTIONS"}

# whoever may see the DAG of the day in Airflow may see its days here: viewers and up
may_read = Depends(requires_access_dag("GET", param_dag_id="business_day"))


def same_origin(request: Request) -> None:
    """Refuse a write that a page of another site sent with the user's cookie (SameSite=Lax alone lets some through)."""
    if request.method in READING:
        return
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None or urlsplit(source).netloc != request.headers.get("host"):
        raise Refusal(status.HTTP_403_FORBIDDEN, "foreign_origin")


def signed_in(request: Request, user: Annotated[Any, Depends(get_user)]) -> Person:
    """The signed-in user with the roles held at the desk at this moment."""
    with engine().connect() as connection:
        request.state.person = person(connection, user.get_name())
    return request.state.person


def needs(right: Right) -> Any:
    """A dependency that refuses whoever does not hold ``right``, and gives the person who does."""

    def check(someone: Annotated[Person, Depends(signed_in)]) -> Person:
        if not someone.may(right):
            raise Refusal(status.HTTP_403_FORBIDDEN, "no_right", right=right)
        return someone

    return Depends(check)
