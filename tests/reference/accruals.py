"""When income is booked: interest day by day at a close, a charge on its due date, everything left at payoff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from include.lending.life import Life, Portion, Row
from include.lending.money import round_ratio

INCOME = (Portion.PENALTY, Portion.FEE, Portion.INTEREST)


class Accruals:
    """Accruals of one loan so far. Once booked they stay, whatever is reversed later."""

    def __init__(self, config: Mapping[str, str]) -> None:
        self.by_submission = config.get("charge-accrual-date") == "submitted-date"
        self.booked: list[tuple[date, dict[Portion, int]]] = []
        self._by_row: dict[tuple[date, Portion], int] = {}

    def at_close(self, life: Life, facts: Sequence[Any], today: date, is_job: bool) -> None:
        """The close that runs on ``today`` books up to the day before; the accrual job up to today itself."""
        until = today if is_job else today - timedelta(days=1)
        visible = {id(fact): fact for fact in facts if fact.is_charge and (fact.booked if self.by_submission else fact.due_date) <= until}
        for row in life.rows:
            earned = {Portion.INTEREST: _interest(row, until)}
            for portion in (Portion.PENALTY, Portion.FEE):
                charges = [fact for fact in visible.values() if fact.portion is portion and life.row_of_charge(fact.due_date) is row]
                earned[portion] = sum(fact.amount for fact in charges)
            self._book(row, earned, until)

    def at_payoff(self, life: Life, facts: Sequence[Any], on: date) -> None:
        """Nothing is owed any more: whatever was not accrued is, in one."""
        growth = {portion: sum(row.due[portion] - row.released[portion] - row.added[portion] for row in life.rows) for portion in INCOME}
        for portion in INCOME:
            growth[portion] -= sum(amounts.get(portion, 0) for _, amounts in self.booked)
        if any(growth.values()):
            self.booked.append((on, growth))
            for row in life.rows:
                for portion in INCOME:
                    self._by_row[row.due_date, portion] = row.due[portion]

    def accrued(self, row: Row, portion: Portion) -> int:
        """Cents of the row's portion that were booked as income."""
        return self._by_row.get((row.due_date, portion), 0)

    def transactions(self) -> list[dict[str, Any]]:
        """As the other system lists them."""
        return [
            {
                "date": on,
                "type": "Accrual",
                "amount": sum(amounts.values()),
                "principal": 0,
                "interest": amounts.get(Portion.INTEREST, 0),
                "fees": amounts.get(Portion.FEE, 0),
                "penalties": amounts.get(Portion.PENALTY, 0),
                "overpayment": 0,
                "balance": 0,
                "reverted": False,
            }
            for on, amounts in self.booked
        ]

    def _book(self, row: Row, earned: Mapping[Portion, int], on: date) -> None:
        growth = {portion: amount - self._by_row.get((row.due_date, portion), 0) for portion, amount in earned.items()}
        growth = {portion: amount for portion, amount in growth.items() if amount > 0}
        if growth:
            self.booked.append((min(on, row.due_date), growth))
            for portion, amount in growth.items():
                self._by_row[row.due_date, portion] = self._by_row.get((row.due_date, portion), 0) + amount


def _interest(row: Row, until: date) -> int:
    """Interest of the row's period that is earned by the end of ``until``, evenly over its days."""
    days = (row.due_date - row.start).days
    gone = min(max(0, (until - row.start).days), days)
    return int(round_ratio(row.due[Portion.INTEREST] * gone, days, half_even=True).item()) if days else 0
