"""English and Chinese: the catalogues in ``locales``, and how figures, dates and times are written in each.

A key is ``<file>.<name>``. Which language: the user's choice (a cookie), else the browser's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import Request

FOLDER = Path(__file__).parent / "locales"
COOKIE = "millrace_language"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# what stands for nothing in a table
NOTHING = "–"


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Every sentence of a language by its key."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / code).glob("*.yaml")):
        for name, words in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}.{name}"] = words
    return found


@dataclass(frozen=True)
class Language:
    """One language: its words, and its way to write figures."""

    code: str
    tag: str
    name: str

    def t(self, key: str, **values: Any) -> str:
        """The words of ``key`` with ``values`` put in."""
        return catalogue(self.code)[key].format(**values)

    def term(self, kind: str, value: Any) -> str:
        """The word for a code of the database (a state, an entry type); the code itself where the catalogue has none."""
        return "" if value is None else catalogue(self.code).get(f"{kind}.{value}", str(value).replace("_", " ").capitalize())

    def of(self, row: Mapping[str, Any], column: str = "name") -> Any:
        """``name_en`` or ``name_zh`` of a row; ``en`` or ``zh`` of a policy's text."""
        return row.get(self.code) or row.get(f"{column}_{self.code}")

    def date(self, value: date | None) -> str:
        """``2 Mar 2026``, ``2026年3月2日``."""
        if value is None:
            return NOTHING
        return f"{value.year}年{value.month}月{value.day}日" if self.code == "zh" else f"{value.day} {MONTHS[value.month - 1]} {value.year}"

    def month(self, value: date) -> str:
        """``Mar 2026``, ``2026年3月``."""
        return f"{value.year}年{value.month}月" if self.code == "zh" else f"{MONTHS[value.month - 1]} {value.year}"

    def clock(self, value: datetime | None) -> str:
        """``2 Mar 01:07:33``, ``3月2日 01:07:33``, in the lender's time zone."""
        if value is None:
            return ""
        day = f"{value.month}月{value.day}日" if self.code == "zh" else f"{value.day} {MONTHS[value.month - 1]}"
        return f"{day} {value:%H:%M:%S}"

    def seconds(self, value: float | Decimal | None) -> str:
        """``0.4 s``, ``3 min 20 s``."""
        if value is None:
            return ""
        minute, second = ("分", "秒") if self.code == "zh" else (" min", " s")
        return f"{value:.1f}{second}" if value < 60 else f"{int(value) // 60}{minute} {int(value) % 60}{second}"

    def number(self, value: Decimal) -> str:
        """An amount within a sentence: ``12,500``, with cents only where there are some."""
        return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"

    def figure(self, value: Any) -> str:
        """What a feature's value or an answer may be: a number without needless digits, a word, nothing."""
        if value is None:
            return NOTHING
        if isinstance(value, int | float | Decimal):
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        return self.term("answer", value)

    def compact(self, value: Decimal | int | None) -> str:
        """A large amount in few digits: ``1.23 M``, ``123.45万``."""
        if value is None:
            return NOTHING
        steps = ((10**8, "亿"), (10**4, "万")) if self.code == "zh" else ((10**9, " bn"), (10**6, " M"), (10**3, " k"))
        for size, unit in steps:
            if abs(value) >= size:
                return f"{Decimal(value) / size:,.2f}{unit}"
        return f"{value:,.0f}"


LANGUAGES = {"en": Language("en", "en", "English"), "zh": Language("zh", "zh-CN", "中文")}


def of_request(request: Request) -> Language:
    """The user's choice, else the first language of the browser that we have, else English."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    wanted = []
    for position, part in enumerate(request.headers.get("accept-language", "").split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), position, tag[:2].lower()))
        except ValueError:
            continue
    return next((LANGUAGES[code] for _, _, code in sorted(wanted) if code in LANGUAGES), LANGUAGES["en"])
