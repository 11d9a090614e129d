"""Daily penalty: cumulative and unrounded by formula, booked as rounded differences; and the fees that time charges."""

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


def charge_fees(life: Life, on: date) -> None:
    """The fee of every row that falls due, while anything is owed; the late fee of every row overdue for just so many days."""
    rules = life.rules
    for row in life.rows:
        if row.kind is RowKind.CARRIED:
            continue
        days_late = (on - row.due_date).days
        if days_late == 0 and rules.due_fee and life.outstanding and _is_scheduled(row):
            _charge_fee(life, on, row, "DUE_FEE", rules.due_fee)
        if days_late == rules.late_fee_after_days > 0 and rules.late_fee and row.owed(Portion.PRINCIPAL) + row.owed(Portion.INTEREST) > 0:
            _charge_fee(life, on, row, "LATE_FEE", rules.late_fee)


def _is_scheduled(row: Row) -> bool:
    """Whether principal or interest was ever to be paid with it, and was not moved away or cut."""
    scheduled = sum(row.due[portion] - row.added[portion] for portion in (Portion.PRINCIPAL, Portion.INTEREST))
    return scheduled > max(0, row.released[Portion.PRINCIPAL] + row.released[Portion.INTEREST])


def _charge_fee(life: Life, on: date, row: Row, kind: str, amount: int) -> None:
    if kind in row.fees_booked:
        return
    row.fees_booked.add(kind)
    row.owe(Portion.FEE, amount)
    amounts = nothing()
    amounts[Portion.FEE] = amount
    life.move(kind, on, row, amounts)


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
