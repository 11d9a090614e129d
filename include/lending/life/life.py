"""The state of a loan while its days are lived again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from include.lending.life.events import Event
from include.lending.life.orders import Share
from include.lending.life.rows import Amounts, Portion, Row, RowKind, nothing
from include.lending.life.rules import Rules


@dataclass(frozen=True)
class Movement:
    """What an event did to a row: one entry of the ledger.

    Attributes
    ----------
    kind : the ledger's entry type.
    on : value date.
    number : of the row; 0 for the loan as a whole.
    amounts : cents by Portion.
    overpayment : cents that the customer's held money rose by.
    sequence : of the event; 0 where time itself did it.
    source : of the event.
    """

    kind: str
    on: date
    number: int
    amounts: tuple[int, int, int, int]
    overpayment: int = 0
    sequence: int = 0
    source: int | None = None


@dataclass
class Held:
    """What a receipt brought beyond what was owed: the customer's money, cents."""

    sequence: int
    on: date
    order: str
    amount: int
    source: int | None = None


@dataclass
class Life:
    """Rows, movements so far, and the customer's held money.

    Attributes
    ----------
    held : the customer's money, by receipt, oldest first.
    principal : cents disbursed and charged back, less what was paid; below 0 while later tranches were paid in advance.
    balances : principal after each event, by sequence, never below 0.
    charged_back : (sequence of the payment, cents by Portion) of each chargeback.
    instalment : cents of a level row, where interest follows the balance.
    written_off : whether the rest has left the books already: what comes in beyond the rows is recovered.
    """

    rules: Rules
    rows: list[Row]
    movements: list[Movement] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    principal: int = 0
    balances: dict[int, int] = field(default_factory=dict)
    charged_back: list[tuple[int, Amounts]] = field(default_factory=list)
    instalment: int = 0
    written_off: bool = False

    @property
    def overpayment(self) -> int:
        """Cents of the customer's money that the loan holds."""
        return sum(held.amount for held in self.held)

    def use_held(self, amount: int) -> None:
        """Take ``amount`` cents of the customer's money, the oldest first."""
        for held in self.held:
            used = min(amount, held.amount)
            held.amount -= used
            amount -= used
        self.held = [held for held in self.held if held.amount]

    @property
    def outstanding(self) -> int:
        """Cents that the rows owe."""
        return sum(row.outstanding for row in self.rows)

    def move(self, kind: str, on: date, row: Row | None, amounts: Amounts, overpayment: int = 0, event: Event | Held | None = None) -> None:
        """Write a movement of ``event``; of time itself where there is none."""
        penalty, fee, interest, principal = amounts
        number = row.number if row else 0
        sequence, source = (event.sequence, event.source) if event else (0, None)
        self.movements.append(Movement(kind, on, number, (penalty, fee, interest, principal), overpayment, sequence, source))

    def move_shares(self, kind: str, on: date, shares: list[Share], event: Event | Held | None = None, held: bool = False) -> None:
        """Write what was paid: one movement a row, in the order in which rows were first paid."""
        by_row: dict[int, tuple[Row, Amounts]] = {}
        for share in shares:
            by_row.setdefault(id(share.row), (share.row, nothing()))[1][share.portion] += share.amount
        for row, amounts in by_row.values():
            self.move(kind, on, row, amounts, -sum(amounts) if held else 0, event)

    def paid_by(self, sequence: int) -> Amounts:
        """What the event paid, by Portion."""
        totals = nothing()
        for movement in self.movements:
            if movement.sequence == sequence:
                for portion in Portion:
                    totals[portion] += movement.amounts[portion]
        return totals

    def taken_back(self, sequence: int) -> Amounts:
        """What of a payment was charged back so far, by Portion."""
        return [sum(amounts[portion] for of, amounts in self.charged_back if of == sequence) for portion in Portion]

    def row(self, number: int) -> Row:
        """The row of that number."""
        return next(row for row in self.rows if row.number == number)

    def row_of_charge(self, due_date: date) -> Row:
        """The row in whose period a charge falls due; beyond the last one, the additional row."""
        regular = sorted((row for row in self.rows if row.kind is RowKind.REGULAR), key=_by_date)
        return next((row for row in regular if row.due_date >= due_date), None) or self._additional(due_date)

    def row_of_credit(self, on: date) -> Row:
        """The row that makes a chargeback owed again: the first due later; on the last due date the last; else the additional one."""
        planned = sorted((row for row in self.rows if row.kind is not RowKind.ADDITIONAL), key=_by_date)
        planned = [row for row in planned if row.kind is not RowKind.CARRIED] or planned
        later = next((row for row in planned if row.due_date > on), None)
        if later is not None:
            return later
        has_additional = any(row.kind is RowKind.ADDITIONAL for row in self.rows)
        return planned[-1] if planned[-1].due_date == on and not has_additional else self._additional(on)

    def _additional(self, on: date) -> Row:
        for row in self.rows:
            if row.kind is RowKind.ADDITIONAL:
                row.due_date = max(row.due_date, on)
                return row
        last = max(self.rows, key=_by_date)
        row = Row(max(row.number for row in self.rows) + 1, last.due_date, on, kind=RowKind.ADDITIONAL)
        self.rows.append(row)
        return row


def _by_date(row: Row) -> tuple[date, int]:
    return row.due_date, row.number
