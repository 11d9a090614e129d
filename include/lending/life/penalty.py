"""Daily penalty: cumulative and unrounded by formula, booked as rounded differences; and the late fee, once a row."""

from __future__ import annotations

from datetime import date, timedelta

from include.lending.life.life import Life
from include.lending.life.rows import Paid, Portion, Row, RowKind, nothing
from include.lending.life.rules import Penalty
from include.lending.money import MILLION, Rounding, round_ratio


def charge_penalties(life: Life, on: date) -> None:
    """Book what each overdue row's penalty has grown by up to ``on``."""
    penalty = life.rules.penalty
    if penalty is None:
        return
    for row in life.rows:
        if (on - row.due_date).days <= penalty.grace_days or not _bearing(row, penalty):
            continue
        grown = _cents(row, penalty, life.rules.rounding, on) - row.penalty_booked
        if grown:
            row.penalty_booked += grown
            row.owe(Portion.PENALTY, grown)
            amounts = nothing()
            amounts[Portion.PENALTY] = grown
            life.move("PENALTY_CHARGE", on, row, amounts)


def charge_late_fees(life: Life, on: date) -> None:
    """The fee for every row that has been overdue for just so many days and is not paid."""
    rules = life.rules
    for row in life.rows if rules.late_fee else ():
        if row.kind is RowKind.CARRIED or row.late_fee_charged:
            continue
        if (on - row.due_date).days == rules.late_fee_after_days > 0 and row.owed(Portion.PRINCIPAL) + row.owed(Portion.INTEREST) > 0:
            row.owe(Portion.FEE, rules.late_fee)
            row.late_fee_charged = True
            amounts = nothing()
            amounts[Portion.FEE] = rules.late_fee
            life.move("LATE_FEE", on, row, amounts)


def _bearing(row: Row, penalty: Penalty) -> int:
    """Cents unpaid that bear penalty."""
    return sum(row.owed(portion) for portion in _base(penalty))


def _base(penalty: Penalty) -> tuple[Portion, ...]:
    return (Portion.PRINCIPAL, Portion.INTEREST) if penalty.compounds else (Portion.PRINCIPAL,)


def _cents(row: Row, penalty: Penalty, rounding: str, on: date) -> int:
    """rate / basis x (due x days - sum(paid x days since paid)), rounded; days count from ``penalty_from`` or the end of grace.

    What was released counts as paid, what was charged back as owed from its day on.
    """
    start = row.due_date + timedelta(days=penalty.grace_days if penalty.only_after_grace else 0)
    counts_from = max(row.penalty_from or row.due_date, start)
    base = _base(penalty)

    def weight(amounts: list[Paid]) -> int:
        return sum(one.amount * max(0, (on - max(one.on, counts_from)).days) for one in amounts if one.portion in base)

    cent_days = sum(row.due[portion] - row.added[portion] for portion in base) * max(0, (on - counts_from).days)
    cent_days += weight(row.charged_back) - weight(row.payments) - weight(row.relieved)
    rate = penalty.rate if row.penalty_rate is None else row.penalty_rate
    return int(round_ratio(rate * cent_days, penalty.basis * MILLION, rounding == Rounding.HALF_EVEN).item())
