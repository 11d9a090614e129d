"""A reference case as read from its file, with amounts in integer cents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "loan_cases.json"


@dataclass(frozen=True)
class Case:
    """One scenario: settings, what was done, and what the other system's test asserts. ``raw`` is the file's own object."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def kind(self) -> str:
        return str(self.raw["kind"])

    @property
    def tier(self) -> str:
        return str(self.raw["tier"])

    @property
    def verified(self) -> bool:
        return self.raw.get("verified_by_recomputation") is True

    @property
    def must_pass(self) -> bool:
        return self.tier == "core" or self.verified

    @property
    def product(self) -> Mapping[str, Any]:
        return self.raw["product"]  # type: ignore[no-any-return]

    @property
    def actions(self) -> list[Mapping[str, Any]]:
        return list(self.raw.get("transactions") or [])

    @property
    def agreed_periods(self) -> tuple[date, list[date]] | None:
        """Start and ends of the periods, where the case hands them to the other system's calculator instead of having it count them."""
        expected = self.raw.get("expected_schedule") or []
        if "test" not in str(self.product.get("fineract_product", "")):
            return None
        paid_out = min(date.fromisoformat(item["date"]) for item in self.raw["disbursements"])
        ends = [date.fromisoformat(row["due_date"]) for row in expected if row.get("row") != "disbursement"]
        ends = [end for end in ends if end > paid_out]
        given = self.product.get("schedule_start_date") or next((row["from_date"] for row in expected if row.get("from_date")), None)
        start = date.fromisoformat(given) if given else _a_month_before(ends[0])
        return start, ends

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.raw["as_of_date"])

    @property
    def has_rate(self) -> bool:
        return Decimal(self.product.get("annual_rate_pct") or 0) > 0

    @property
    def has_reversal(self) -> bool:
        return any(action["type"] == "UNDO" for action in self.actions)

    @property
    def has_chargeback(self) -> bool:
        return any(action["type"] == "CHARGEBACK" for action in self.actions)


def _a_month_before(day: date) -> date:
    return day.replace(year=day.year - (day.month == 1), month=day.month - 1 or 12)


def read(path: Path = CASES) -> list[Case]:
    """All cases of a file of that format."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return [Case(raw) for raw in document["cases"]]
