"""What people type, read: amounts, rates, dates, with a refusal that says what was expected."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from include.steps.refusal import DeskError

LARGEST = Decimal("9999999999999.99")
PAGES = 10_000


def amount(text: str) -> Decimal:
    """An amount as people write it: ``12,500.50``, ``¥12500``."""
    found = _number(text.replace("¥", "").replace("￥", ""))
    if found is None or not 0 < found <= LARGEST or found != found.quantize(Decimal("0.01")):
        raise DeskError("bad_amount", f"{text[:40]!r} is not an amount: write it like 12,500.50.", text=text[:40])
    return found


def percent(text: str) -> Decimal:
    """A rate as people write it, ``12.5`` or ``12.5%``, as a fraction of 1."""
    found = _number(text.rstrip("%％ "))
    if found is None or not 0 <= found < 1000:
        raise DeskError("bad_rate", f"{text[:40]!r} is not a rate: write it like 12.5.", text=text[:40])
    return found / 100


def day(text: str) -> date:
    """A date as browsers send it: ``2026-03-02``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DeskError("bad_date", f"{text[:40]!r} is not a date: write it like 2026-03-02.", text=text[:40]) from None


def optional_day(text: str) -> date | None:
    """A date, or None where none was given."""
    return day(text) if text.strip() else None


def sort_of(text: str, known: tuple[str, ...], default: str) -> str:
    """The order of a list, with a minus in front when descending; the default for one that is not known."""
    return text if text.removeprefix("-") in known else default


def number_of(text: str) -> str:
    """A loan's, application's or customer's number, without what people put around it."""
    return re.sub(r"[\s\x00-\x1f]+", "", text)[:32]


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(re.sub(r"[,，\s]", "", text))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 20 else None
