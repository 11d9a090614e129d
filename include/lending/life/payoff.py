"""Paying a loan off early: what it takes on a day, and what becomes of the rows."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

from include.lending.life.life import Life
from include.lending.life.rows import Portion, Row, RowKind
from include.lending.life.rules import Rest
from include.lending.money import round_ratio


def quote(life: Life, on: date) -> int:
    """Cents that pay the loan off on ``on``: principal, charges, and interest up to that day. The life stays as it is."""
    trial = deepcopy(life)
    end_interest(trial, on)
    return trial.outstanding


def end_interest(life: Life, on: date) -> None:
    """From ``on`` on no interest is earned: rows to come keep their totals, principal in place of interest, the last one the rest."""
    rows = sorted((row for row in life.rows if row.kind is RowKind.REGULAR and row.due_date > on), key=lambda row: row.due_date)
    principal = sum(row.due[Portion.PRINCIPAL] for row in rows)
    for row in rows:
        total = row.due[Portion.INTEREST] + row.due[Portion.PRINCIPAL]
        interest = max(_earned(row, on, life.rules.payoff_interest), row.paid[Portion.INTEREST])
        part = principal if row is rows[-1] else min(principal, total - interest)
        row.owe(Portion.INTEREST, interest - row.due[Portion.INTEREST])
        row.owe(Portion.PRINCIPAL, part - row.due[Portion.PRINCIPAL])
        principal -= part


def _earned(row: Row, on: date, until: Rest) -> int:
    """Interest of the row's period that is earned by ``on``, evenly over its days; all of it where the period counts as a whole."""
    if on <= row.start:
        return 0
    whole = (row.due_date - row.start).days
    days = whole if until is Rest.PERIOD else (on - row.start).days
    return int(round_ratio(row.due[Portion.INTEREST] * days, whole, half_even=True).item())
