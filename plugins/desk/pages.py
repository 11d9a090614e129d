"""What every page shares: templates, how figures are written, and the headers that keep other sites out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

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


def page(template: str, **values: Any) -> HTMLResponse:
    """A template, filled in; everything is escaped."""
    return HTMLResponse(_templates.get_template(template).render(**values))


def money(value: Decimal | None) -> str:
    """``1,234.50``; nothing for nothing."""
    return "" if value is None else f"{value:,.2f}"


def count(value: int | None) -> str:
    """``1,234``; nothing for nothing."""
    return "" if value is None else f"{value:,}"


def clock(value: datetime | None) -> str:
    """``02 Mar 01:07:33``, in the session's time zone."""
    return "" if value is None else f"{value:%d %b %H:%M:%S}"


def seconds(value: float | Decimal | None) -> str:
    """``0.4 s``, ``3 min 20 s``."""
    if value is None:
        return ""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value) // 60} min {int(value) % 60} s"


_templates = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
_templates.filters |= {"money": money, "count": count, "clock": clock, "seconds": seconds}
