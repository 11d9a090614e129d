"""What a request for a new schedule version says, read from its JSON details, and policy's limits on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from include import policy
from include.lending.amortise import Method
from include.steps.changes.errors import ChangeError

SCHEDULE_KINDS = ("EXTENSION", "RESTRUCTURE", "RATE_CHANGE", "EARLY_REPAYMENT", "PAYOFF")
ARREARS = ("KEEP", "DEFER", "CAPITALISE")
EFFECTS = ("REDUCE", "SHORTEN")


def limits(kind: str) -> Any:
    """Policy's limits on a kind."""
    return policy.read("changes")["limits"][kind.lower()]


def check(kind: str, details: Mapping[str, Any]) -> None:
    """Raise ChangeError where a request for a new schedule version is incomplete or says what nobody can do."""
    takes_effect_on(kind, details)
    if kind == "EXTENSION":
        whole(kind, details, "months")
    elif kind == "RESTRUCTURE":
        count, most = whole(kind, details, "instalments"), limits(kind)["max_instalments"]
        if count > most:
            raise ChangeError(f"RESTRUCTURE is into at most {most} instalments, not {count}.")
        chosen(kind, details, "arrears", ARREARS)
        chosen(kind, details, "method", tuple(Method), default=Method.EQUAL_INSTALMENT)
        day(kind, details, "first_due")
        if "annual_rate" in details:
            rate(kind, details)
    elif kind == "RATE_CHANGE":
        rate(kind, details)
    elif kind == "EARLY_REPAYMENT":
        chosen(kind, details, "effect", EFFECTS, default="REDUCE")


def takes_effect_on(kind: str, details: Mapping[str, Any]) -> date | None:
    """The date at whose close the change is asked for; None for the next one."""
    return day(kind, details, "from")


def whole(kind: str, details: Mapping[str, Any], name: str) -> int:
    """A whole number above 0."""
    value = details[name]
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ChangeError(f"{kind} needs {name} as a whole number above 0, not {value!r}.")
    return value


def chosen(kind: str, details: Mapping[str, Any], name: str, among: tuple[str, ...], default: str | None = None) -> str:
    """One of a few words."""
    value = details.get(name, default)
    if value not in among:
        raise ChangeError(f"{kind} knows {name} {', '.join(among)}, not {value!r}.")
    return str(value)


def day(kind: str, details: Mapping[str, Any], name: str) -> date | None:
    """A date as 2026-03-31, or None where there is none."""
    if name not in details:
        return None
    try:
        return date.fromisoformat(details[name])
    except (TypeError, ValueError):
        raise ChangeError(f"{kind} needs {name} as a date like 2026-03-31, not {details[name]!r}.") from None


def rate(kind: str, details: Mapping[str, Any]) -> Decimal:
    """An annual rate within policy's limits, of at most six digits."""
    lowest, highest = (Decimal(str(limit)) for limit in limits(kind)["annual_rate"])
    try:
        value = Decimal(str(details["annual_rate"]))
        usable = value == value.quantize(Decimal("0.000001")) and lowest <= value <= highest
    except InvalidOperation:
        usable = False
    if not usable:
        raise ChangeError(f"{kind} needs annual_rate from {lowest} to {highest} with at most six digits, not {details['annual_rate']!r}.")
    return value
