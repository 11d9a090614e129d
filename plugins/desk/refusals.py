"""What a page answers when it cannot do what was asked: one sentence, in the reader's language, that says what to do."""

from __future__ import annotations

import logging
from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException as AnyHTTPException

from include.database import is_transient
from include.desk.rights import Right, rights_of, roles
from include.steps.context import StepError
from include.steps.refusal import DeskError

from .language import of_request
from .pages import page

log = logging.getLogger("millrace.desk")

GUARD = 1644  # a trigger's SIGNAL: its message says which rule


class Refusal(HTTPException):
    """An HTTP error with a sentence of the catalogue: ``refusal.<code>``."""

    def __init__(self, status_code: int, code: str, **values: Any) -> None:
        super().__init__(status_code, code)
        self.code, self.values = code, values


def answer_refusals(app: FastAPI) -> None:
    """Let every error of ``app`` become a page."""
    app.add_exception_handler(AnyHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StepError, _step)
    app.add_exception_handler(DBAPIError, _database)


def _answer(request: Request, status_code: int, message: str, details: list[str] | None = None) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"detail": message, "details": details or []}, status_code)
    sign_in = get_auth_manager().get_url_login(next_url=str(request.url)) if status_code == status.HTTP_401_UNAUTHORIZED else None
    return page(request, "error.html", status_code, code=status_code, message=message, details=details or [], sign_in=sign_in)


async def _http(request: Request, error: Any) -> Response:
    t = of_request(request).t
    if isinstance(error, Refusal):
        values = dict(error.values)
        if error.code == "no_right":
            right, language = values["right"], of_request(request)
            values = {
                "right": t(f"right.{right}"),
                "roles": t("list.separator").join(
                    names[language.code] for code, names in roles().items() if Right(right) in rights_of(code)
                ),
            }
        message = t(f"refusal.{error.code}", **values)
    elif error.status_code in (401, 403, 404, 405):
        message = t(f"refusal.http_{error.status_code}")
    else:
        message = str(error.detail)
    return _answer(request, error.status_code, message)


async def _invalid(request: Request, error: Any) -> Response:
    details = [f"{'.'.join(str(part) for part in found['loc'][1:])}: {found['msg']}" for found in error.errors()]
    return _answer(request, 422, of_request(request).t("refusal.invalid"), details)


async def _step(request: Request, error: Any) -> Response:
    if isinstance(error, DeskError):
        language = of_request(request)
        values = {name: language.term("state", value) if name == "state" else value for name, value in error.values.items()}
        return _answer(request, 409 if error.conflict else 422, language.t(f"refusal.{error.code}", **values))
    return _answer(request, 422, of_request(request).t("refusal.step"), [str(error)])


async def _database(request: Request, error: Any) -> Response:
    t = of_request(request).t
    if getattr(error.orig, "args", (None,))[0] == GUARD:
        return _answer(request, 409, t("refusal.guard"), [str(error.orig.args[1])])
    log.error("%s %s: %s", request.method, request.url.path, error.orig)
    return _answer(request, 503, t("refusal.database_away" if is_transient(error) else "refusal.database"))
