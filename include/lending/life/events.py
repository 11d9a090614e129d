"""What can happen to a loan after its schedule is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from include.lending.life.rows import Portion


class Kind(StrEnum):
    """What an event is.

    DISBURSEMENT pays out ``amount``, which the rows hold already; TRANCHE pays out ``amount`` on a running schedule, whose
    rows to come are raised. PAYMENT brings money in, REFUND pays held money back out. CHARGE makes ``amount`` of
    ``portion`` owed on ``due_date``. CHARGEBACK takes ``amount`` of payment ``of`` back: the loan owes it again. WAIVER
    releases up to ``amount`` of ``portion`` (on row ``number``, or wherever it is owed). WRITE_OFF takes the whole rest
    off the books while the claim goes on; money received later still pays it. PAYOFF pays all that is owed, with interest
    up to the day alone. PAY_BACK returns money to the customer: what was paid last is owed again.
    """

    DISBURSEMENT = "DISBURSEMENT"
    TRANCHE = "TRANCHE"
    PAYMENT = "PAYMENT"
    REFUND = "REFUND"
    CHARGE = "CHARGE"
    CHARGEBACK = "CHARGEBACK"
    WAIVER = "WAIVER"
    WRITE_OFF = "WRITE_OFF"
    PAYOFF = "PAYOFF"
    PAY_BACK = "PAY_BACK"


@dataclass(frozen=True)
class Event:
    """One fact.

    Attributes
    ----------
    kind : Kind.
    on : the day it counts from.
    sequence : order within a day: the order in which they were booked.
    amount : cents.
    order : name of the order that a payment follows.
    portion, due_date : of a CHARGE; a WAIVER names its portion.
    of : sequence of the payment that a CHARGEBACK takes back, or of the charge that a WAIVER releases.
    number : the row that a WAIVER or a CHARGE is for; 0 for any, or for the one in whose period it falls due.
    down_payment : of a TRANCHE, cents due on its day.
    source : the caller's own name for the money, handed on to its movements.
    """

    kind: Kind
    on: date
    sequence: int
    amount: int = 0
    order: str = ""
    portion: Portion = Portion.PENALTY
    due_date: date | None = None
    of: int = 0
    number: int = 0
    down_payment: int = 0
    source: int | None = None
