"""A later pay-out on a running loan without interest: a row for its down payment, the rest spread over what is still to come."""

from __future__ import annotations

from include.lending.life.events import Event
from include.lending.life.life import Life
from include.lending.life.rows import Portion, Row, RowKind, nothing
from include.lending.money import Rounding, round_ratio


def spread(life: Life, event: Event) -> None:
    """Raise the rows that are due after ``event.on`` to equal principals, the residue in the last one."""
    if event.down_payment:
        due = nothing()
        due[Portion.PRINCIPAL] = event.down_payment
        number = max((row.number for row in life.rows), default=0) + 1
        life.rows.append(Row(number, event.on, event.on, due, RowKind.DOWN_PAYMENT))
    to_come = [row for row in life.rows if row.kind is RowKind.REGULAR and row.due_date > event.on]
    if not to_come:
        raise ValueError(f"A pay-out on {event.on} comes after the last instalment: it needs a new schedule.")
    total = sum(row.due[Portion.PRINCIPAL] for row in to_come) + event.amount - event.down_payment
    half_even = life.rules.rounding == Rounding.HALF_EVEN
    part = int(round_ratio(total, len(to_come), half_even, life.rules.multiple).item())
    for row in to_come:
        principal = total if row is to_come[-1] else min(part, total)
        row.owe(Portion.PRINCIPAL, principal - row.due[Portion.PRINCIPAL])
        total -= principal
