"""What every page shares: templates, how figures are written, and the headers that keep other sites out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from include.desk.rights import Person, Right

from .language import LANGUAGES, NOTHING, Language, catalogue, of_request

FOLDER = Path(__file__).parent

# no script, no style but our own file, no other site's frame, nothing kept in a shared cache
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Section:
    """An entry of the navigation: its name in the catalogue, where it leads, and the right it takes (None: any signed-in user)."""

    name: str
    path: str
    right: Right | None
    also: tuple[str, ...] = ()  # other paths that belong to it

    def holds(self, here: str) -> bool:
        """Whether the page at ``here`` is one of its own."""
        return here.startswith((self.path, *self.also))


SECTIONS = (
    Section("review", "/millrace/review", Right.READ),
    Section("loans", "/millrace/loans", Right.READ),
    Section("changes", "/millrace/changes", Right.READ),
    Section("reports", "/millrace/reports", Right.READ),
    Section("operations", "/millrace/days", None, ("/millrace/quarantine", "/millrace/files", "/millrace/invariants")),
    Section("rights", "/millrace/rights", Right.GRANT),
)


def page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A template, filled in for the reader's language and rights; everything is escaped."""
    language = of_request(request)
    someone: Person | None = getattr(request.state, "person", None)
    shown = [section for section in SECTIONS if someone and (section.right is None or someone.may(section.right))]
    frame = {
        "lang": language,
        "languages": LANGUAGES,
        "t": language.t,
        "term": language.term,
        "me": someone,
        "Right": Right,
        "sections": shown,
        "here": request.url.path,
        "back": _back(request),
        "done": _done(language, request.query_params.get("done")),
    }
    return HTMLResponse(_templates.get_template(template).render(frame | values), status_code)


def _done(language: Language, code: str | None) -> str | None:
    """What was just done, in words; a code that is not ours says nothing."""
    return catalogue(language.code).get(f"done.{code}")


def _back(request: Request) -> str:
    """Where a change of language leads: this page, or the one with the form that led here."""
    shown = urlsplit(str(request.url) if request.method == "GET" else request.headers.get("referer", "/millrace/"))
    return shown.path + ("?" + shown.query if shown.query else "")


@dataclass(frozen=True)
class Paging:
    """One page of a long list: ``number`` counts from 1; whoever reads it asks for ``size + 1`` rows to know if more follow."""

    number: int
    size: int = 25

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def rows(self) -> int:
        return self.size + 1

    def cut(self, found: list[Any]) -> list[Any]:
        """The rows of this page."""
        return found[: self.size]

    def more(self, found: list[Any]) -> bool:
        """Whether another page follows."""
        return len(found) > self.size


def address(path: str, parameters: Mapping[str, Any], **changed: Any) -> str:
    """``path`` with a query of ``parameters``, some of them ``changed``; what is empty is left out."""
    query = {name: value for name, value in {**parameters, **changed}.items() if value not in (None, "")}
    return f"{path}?{urlencode(query)}" if query else path


def money(value: Decimal | None) -> str:
    """``1,234.50``; nothing for nothing."""
    return "" if value is None else f"{value:,.2f}"


def amount_or_nothing(value: Decimal | None) -> str:
    """``1,234.50``; nothing for nought either: a column of noughts hides the figures."""
    return f"{value:,.2f}" if value else ""


def count(value: int | None) -> str:
    """``1,234``; nothing for nothing."""
    return "" if value is None else f"{value:,}"


def percent(value: Decimal | None, digits: int = 2) -> str:
    """``12.50%`` of a fraction of 1."""
    return NOTHING if value is None else f"{value * 100:.{digits}f}%"


def _in_language(method: str) -> Callable[..., str]:
    @pass_context
    def written(context: Context, value: Any) -> str:
        return str(getattr(context["lang"], method)(value))

    return written


_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.filters |= {"money": money, "count": count, "percent": percent}
_templates.filters |= {name: _in_language(name) for name in ("date", "month", "clock", "seconds", "compact")}
_templates.filters |= {"money": money, "amount_or_nothing": amount_or_nothing, "count": count, "percent": percent}
_templates.filters |= {name: _in_language(name) for name in ("date", "clock", "seconds", "compact", "figure")}
_templates.globals |= {"address": address}
