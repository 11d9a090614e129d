"""Where everybody begins: the first page that is theirs, the stylesheet, the choice of a language."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import FileResponse, RedirectResponse

from .language import COOKIE
from .pages import FOLDER, SECTIONS

router = APIRouter()

YEAR = 365 * 24 * 3600
ROOT = "/millrace/"


@router.get("/")
def start(request: Request) -> Response:
    """The first section that the user may see."""
    someone = request.state.person
    return RedirectResponse(next(section.path for section in SECTIONS if section.right is None or someone.may(section.right)), 302)


@router.get("/desk.css")
def stylesheet() -> Response:
    """The desk's own stylesheet."""
    return FileResponse(FOLDER / "static" / "desk.css", media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


@router.get("/operations.css")
def operations_stylesheet() -> Response:
    """What the operations pages have beside it."""
    return FileResponse(FOLDER / "static" / "operations.css", media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


@router.post("/language")
def choose_language(request: Request, language: Annotated[Literal["en", "zh"], Form()], back: Annotated[str, Form()] = ROOT) -> Response:
    """Keep the choice in a cookie and go back to where it was made."""
    inside = back.startswith(ROOT) and "\\" not in back and not set(back) & set("\r\n")
    response = RedirectResponse(back if inside else ROOT, status.HTTP_303_SEE_OTHER)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, language, max_age=YEAR, path="/millrace", httponly=True, samesite="lax", secure=secure)
    return response
