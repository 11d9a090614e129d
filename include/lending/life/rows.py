"""The rows of a schedule: what is due on a date, of what, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum


class Portion(IntEnum):
    """What money is owed for. The numbers index the amounts of a row."""

    PENALTY = 0
    FEE = 1
    INTEREST = 2
    PRINCIPAL = 3


PORTIONS = tuple(Portion)
Amounts = list[int]


def nothing() -> Amounts:
    """Four times 0 cents."""
    return [0, 0, 0, 0]


class RowKind(StrEnum):
    """REGULAR: an instalment. DOWN_PAYMENT: due on the day of a pay-out. ADDITIONAL: what came up after the last one.

    CARRIED: what a new schedule version brought in beside its instalments: interest earned before it, an early repayment.
    """

    REGULAR = "REGULAR"
    DOWN_PAYMENT = "DOWN_PAYMENT"
    ADDITIONAL = "ADDITIONAL"
    CARRIED = "CARRIED"


@dataclass(frozen=True)
class Paid:
    """One amount that a row was relieved of, or burdened with again: the day it counts from, what for, cents."""

    on: date
    portion: Portion
    amount: int


@dataclass
class Row:
    """One row of a schedule.

    Attributes
    ----------
    number : 1, 2, ...
    start : the day its interest counts from, itself not counted.
    due_date : when it is due.
    due : cents owed in all, by Portion: scheduled, charged and charged back.
    penalty_from : daily penalty counts from here; the due date unless given.
    penalty_rate : annual, millionths, where it is not that of the rules.
    paid, released : cents paid; cents waived, written off or moved to a later schedule.
    payments : every payment in order.
    charged_back : every chargeback that raised it.
    relieved : every release.
    in_advance, late : cents paid before and after the due date as it stood then.
    charged : what of ``due`` fell due on a day of its own: (day, portion, cents).
    added : cents that a chargeback or a refund made owed again, by Portion.
    penalty_booked : cents of daily penalty charged so far.
    fees_booked : entry types of the fees that time has charged so far, each once.
    met_on : the day on which nothing was left.
    """

    number: int
    start: date
    due_date: date
    due: Amounts = field(default_factory=nothing)
    kind: RowKind = RowKind.REGULAR
    penalty_from: date | None = None
    penalty_rate: int | None = None
    paid: Amounts = field(default_factory=nothing)
    released: Amounts = field(default_factory=nothing)
    payments: list[Paid] = field(default_factory=list)
    charged: list[tuple[date, Portion, int]] = field(default_factory=list)
    added: Amounts = field(default_factory=nothing)
    charged_back: list[Paid] = field(default_factory=list)
    relieved: list[Paid] = field(default_factory=list)
    in_advance: int = 0
    late: int = 0
    penalty_booked: int = 0
    fees_booked: set[str] = field(default_factory=set)
    met_on: date | None = None

    def owed(self, portion: Portion) -> int:
        """Cents of ``portion`` not paid and not released."""
        return self.due[portion] - self.paid[portion] - self.released[portion]

    @property
    def outstanding(self) -> int:
        """Cents not paid and not released."""
        return sum(self.due) - sum(self.paid) - sum(self.released)

    def charge(self, portion: Portion, amount: int, due_date: date) -> None:
        """``amount`` cents more are owed from ``due_date`` on."""
        self.due[portion] += amount
        self.charged.append((due_date, portion, amount))
        self._meet(None)

    def owe(self, portion: Portion, amount: int) -> None:
        """``amount`` cents more are owed with the row."""
        self.due[portion] += amount
        self._meet(None)

    def owe_again(self, portion: Portion, amount: int, on: date) -> None:
        """``amount`` cents that had been paid are owed once more."""
        self.added[portion] += amount
        self.charged_back.append(Paid(on, portion, amount))
        self.owe(portion, amount)

    @property
    def overdue_since(self) -> date:
        """The due date; before it, the day of the oldest chargeback that money since then has not made good."""
        for back in self.charged_back:
            if back.on < self.due_date and sum(payment.amount for payment in self.payments if payment.on >= back.on) < back.amount:
                return back.on
        return self.due_date

    def pay(self, portion: Portion, amount: int, on: date) -> None:
        """``amount`` cents of ``portion`` are paid on ``on``."""
        self.paid[portion] += amount
        self.in_advance += amount if on < self.due_date else 0
        self.late += amount if on > self.due_date else 0
        self.payments.append(Paid(on, portion, amount))
        self._meet(on)

    def release(self, portion: Portion, amount: int, on: date) -> None:
        """``amount`` cents of ``portion`` are owed no more, unpaid."""
        self.released[portion] += amount
        self.relieved.append(Paid(on, portion, amount))
        self._meet(on)

    def owed_already(self, portion: Portion, on: date) -> int:
        """Cents of charges whose own due date has come, unpaid, though the row's has not."""
        fallen_due = sum(amount for due, what, amount in self.charged if what is portion and due <= on)
        return min(self.owed(portion), max(0, fallen_due - self.paid[portion] - self.released[portion]))

    def _meet(self, on: date | None) -> None:
        if self.outstanding:
            self.met_on = None
        elif self.met_on is None:
            self.met_on = on or (self.payments[-1].on if self.payments else None)
