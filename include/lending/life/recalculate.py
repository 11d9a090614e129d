"""Interest on the actual balance: early money lowers it from its day on, late money raises it, and the rest of the rows follows.

Rows that are past due stay as they are. The current row's interest is counted by days on what was really owed, up to the
day of the money, and from then on as planned. Money that comes before the row's due date pays principal first, because
interest is owed only when the period ends. What is paid beyond the instalment swells the row and, by product, lowers the
instalments to come (RESPREAD), or leaves them and ends the loan sooner (SHORTEN).
"""

from __future__ import annotations

from datetime import date

import numpy as np

from include.lending.amortise import annuity
from include.lending.day_count import year_fraction
from include.lending.life.life import Life
from include.lending.life.orders import Share, allocate
from include.lending.life.rows import PORTIONS, Portion, Row, RowKind
from include.lending.life.rules import Excess, Recalculation, Rest
from include.lending.money import MILLION, round_ratio


def plan(life: Life, how: Recalculation) -> None:
    """Level instalments of the principal that the rows hold, with interest on what will be owed."""
    rows = [row for row in life.rows if row.kind is RowKind.REGULAR]
    amount = sum(row.due[Portion.PRINCIPAL] for row in rows)
    for row in rows:
        _set(row, Portion.PRINCIPAL, 0)
    life.instalment = _instalment(how, amount, len(rows))
    _set(rows[0], Portion.PRINCIPAL, amount)
    _set(rows[0], Portion.INTEREST, _interest(how, rows[0], rows[0].start, rows[0].due_date, amount))
    _make_anew(life, how, rows[0])


def receive(life: Life, how: Recalculation, amount: int, on: date, order: str) -> list[Share]:
    """Pay ``amount`` cents on ``on`` and make the rows that are not past due anew."""
    current = next((row for row in life.rows if row.kind is RowKind.REGULAR and row.due_date >= on), None)
    if current is None:
        return allocate(life.rows, amount, on, life.rules.order(order))
    overdue = [row for row in life.rows if row.due_date < on]
    late = _balances(how, overdue, current.start, on)
    shares = allocate(overdue, amount, on, life.rules.order(order))
    rest = amount - sum(share.amount for share in shares)
    planned = sum(row.owed(Portion.PRINCIPAL) for row in life.rows) - sum(row.owed(Portion.PRINCIPAL) for row in overdue)
    _set(current, Portion.PRINCIPAL, planned + current.paid[Portion.PRINCIPAL])
    comes_early = how.rest is Rest.DAILY and on < current.due_date
    portions = (Portion.PRINCIPAL,) if comes_early else PORTIONS
    if not comes_early:
        _set(current, Portion.INTEREST, _earned(how, current, late, on))
    for portion in portions:
        paid = min(rest, current.owed(portion))
        if paid > 0:
            current.pay(portion, paid, on)
            shares.append(Share(current, portion, paid))
            rest -= paid
    if comes_early:
        _set(current, Portion.INTEREST, _earned(how, current, late, on))
    _make_anew(life, how, current)
    return shares


def _earned(how: Recalculation, current: Row, late: list[tuple[date, int]], on: date) -> int:
    """Interest of the current row: of what is planned, over its whole period; of what is overdue, up to ``on``."""
    if how.rest is Rest.PERIOD:
        balance = current.due[Portion.PRINCIPAL] + (late[0][1] if late else 0)
        return _interest(how, current, current.start, current.due_date, balance)
    planned = _balances(how, [current], current.start, current.due_date)
    return _sum(how, current, planned, current.due_date) + _sum(how, current, late, on)


def _balances(how: Recalculation, rows: list[Row], start: date, until: date) -> list[tuple[date, int]]:
    """What ``rows`` owed from ``start`` on, and from each day on which some of it was paid."""
    bearing = (Portion.PRINCIPAL, Portion.INTEREST) if how.compounds and len(rows) != 1 else (Portion.PRINCIPAL,)
    paid = [payment for row in rows for payment in row.payments if payment.portion in bearing]
    days = sorted({start, *(payment.on for payment in paid if start < payment.on < until)})
    total = sum(row.due[portion] - row.released[portion] for row in rows for portion in bearing)
    return [(day, total - sum(payment.amount for payment in paid if payment.on <= day)) for day in days]


def _sum(how: Recalculation, row: Row, balances: list[tuple[date, int]], until: date) -> int:
    ends = [day for day, _ in balances[1:]] + [until]
    return sum(_interest(how, row, day, end, balance) for (day, balance), end in zip(balances, ends, strict=True))


def _make_anew(life: Life, how: Recalculation, current: Row) -> None:
    """The current row's principal, and every row after it."""
    rows = [row for row in life.rows if row.kind is RowKind.REGULAR and row.due_date >= current.due_date]
    paid = current.paid[Portion.PRINCIPAL]
    balance = current.due[Portion.PRINCIPAL]
    wanted = max(life.instalment - current.due[Portion.INTEREST], 0)
    swells = paid > wanted
    principal = paid if swells else min(wanted, balance)
    if len(rows) == 1:
        principal = balance
    _set(current, Portion.PRINCIPAL, principal)
    balance -= principal
    if swells and how.excess is Excess.RESPREAD and len(rows) > 1 and balance:
        life.instalment = _instalment(how, balance, len(rows) - 1)
    for row in rows[1:]:
        interest = _interest(how, row, row.start, row.due_date, balance)
        principal = balance if row is rows[-1] else min(balance, max(life.instalment - interest, 0))
        _set(row, Portion.INTEREST, interest)
        _set(row, Portion.PRINCIPAL, principal)
        balance -= principal
    life.rows = [row for row in life.rows if any(row.due) or row.due_date <= current.due_date]


def _instalment(how: Recalculation, balance: int, periods: int) -> int:
    """The level instalment of ``balance`` cents over so many usual periods."""
    growth, total = annuity(how.annual_rate * how.days_a_period, periods, how.days_a_year)
    return int(round_ratio(balance * growth, total, half_even=True, multiple=how.multiple).item())


def _interest(how: Recalculation, row: Row, start: date, end: date, balance: int) -> int:
    """Cents of interest on ``balance`` for the days from ``start`` to ``end`` within the row's period."""
    numerator, denominator = year_fraction(np.array([row.start]), np.array([row.due_date]), how.day_count)
    days, whole = (end - start).days, (row.due_date - row.start).days
    top = balance * how.annual_rate * int(numerator[0]) * days
    return int(round_ratio(top, int(denominator) * MILLION * whole, half_even=True).item())


def _set(row: Row, portion: Portion, amount: int) -> None:
    row.owe(portion, amount - row.due[portion])
