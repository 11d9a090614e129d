"""Words and figures as people write them, in English and Chinese."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
MINUS = "\u2212"

# a short amount has a unit of its language: thousand, million, billion; 万, 亿
_UNITS: dict[Language, tuple[tuple[int, str], ...]] = {
    "en": ((10**9, " bn"), (10**6, " M"), (10**3, " k")),
    "zh": ((10**8, " 亿"), (10**4, " 万")),
}


@dataclass(frozen=True)
class Words:
    """The words of one language, and how it writes amounts, shares and dates."""

    language: Language

    def __call__(self, key: str, **values: Any) -> str:
        """The word for ``key`` with ``{name}`` filled in; a code without a word is its own word."""
        pair = _words().get(key)
        if pair is None:
            return key
        text = str(pair[LANGUAGES.index(self.language)])
        return text.format(**values) if values else text

    def money(self, amount: Decimal | None) -> str:
        """``1,234.50``; a dash for nothing."""
        return "–" if amount is None else _signed(f"{amount:,.2f}")

    def short(self, amount: Decimal | int | None) -> str:
        """``108.46 M``, ``1.08 亿``: three or more figures that count, for tiles and axes."""
        if amount is None:
            return "–"
        size = abs(Decimal(amount))
        for factor, name in _UNITS[self.language]:
            if size >= factor:
                scaled = Decimal(amount) / factor
                return _signed(f"{_rounded(scaled, 0 if abs(scaled) >= 1000 else 1 if abs(scaled) >= 100 else 2):,}") + name
        return _signed(f"{_rounded(Decimal(amount), 0):,}")

    def axis(self, amount: Decimal | float) -> str:
        """An amount at a tick, without decimals that say nothing."""
        text = self.short(Decimal(str(amount)))
        number, space, name = text.partition(" ")
        return (number.rstrip("0").rstrip(".") if "." in number else number) + space + name

    def count(self, number: int | Decimal | None) -> str:
        """``1,234``."""
        return "–" if number is None else _signed(f"{int(number):,}")

    def share(self, share: Decimal | None, digits: int = 2) -> str:
        """A fraction of 1 as ``12.34%``."""
        return "–" if share is None else _signed(f"{_rounded(Decimal(share) * 100, digits):,}") + "%"

    def date(self, day: datetime.date | None) -> str:
        """``14 Apr 2026``, ``2026年4月14日``."""
        if day is None:
            return "–"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if self.language == "en" else f"{day.year}年{day.month}月{day.day}日"

    def short_date(self, day: datetime.date) -> str:
        """``14 Apr``, ``4月14日``."""
        return f"{day.day} {_MONTHS[day.month - 1]}" if self.language == "en" else f"{day.month}月{day.day}日"

    def month(self, day: datetime.date) -> str:
        """``Apr 2026``, ``2026年4月``."""
        return f"{_MONTHS[day.month - 1]} {day.year}" if self.language == "en" else f"{day.year}年{day.month}月"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _signed(text: str) -> str:
    return text.replace("-", MINUS, 1)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@cache
def _words() -> dict[str, list[str]]:
    return dict(yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")))
