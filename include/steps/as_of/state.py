"""What a loan was on a date, computed from its rows and what had become of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from include.lending.delinquency import Delinquency, PastDue
from include.lending.money import Rounding, round_ratio

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Instalment:
    """A row of the schedule and what had become of it. Amounts in currency units; ``*_charged`` beside what was scheduled.

    ``is_moved``: a newer schedule version had taken over what it owed. ``interest_cut``: of ``interest_released``, never to be earned here.
    """

    instalment_no: int
    version: int
    period_start: date
    period_end: date
    due_date: date
    is_moved: int
    principal_due: Decimal
    interest_due: Decimal
    fee_due: Decimal
    fee_charged: Decimal
    penalty_charged: Decimal
    principal_paid: Decimal
    interest_paid: Decimal
    fee_paid: Decimal
    penalty_paid: Decimal
    principal_released: Decimal
    interest_released: Decimal
    interest_cut: Decimal
    fee_released: Decimal
    penalty_released: Decimal

    @property
    def principal(self) -> Decimal:
        """Principal unpaid."""
        return self.principal_due - self.principal_paid - self.principal_released

    @property
    def interest(self) -> Decimal:
        """Interest unpaid, due or not."""
        return self.interest_due - self.interest_paid - self.interest_released

    @property
    def fee(self) -> Decimal:
        """Fees unpaid."""
        return self.fee_due + self.fee_charged - self.fee_paid - self.fee_released

    @property
    def penalty(self) -> Decimal:
        """Penalty unpaid."""
        return self.penalty_charged - self.penalty_paid - self.penalty_released

    @property
    def outstanding(self) -> Decimal:
        """All that is unpaid of it."""
        return self.principal + self.interest + self.fee + self.penalty

    @property
    def paid(self) -> Decimal:
        """All that was paid on it."""
        return self.principal_paid + self.interest_paid + self.fee_paid + self.penalty_paid


@dataclass(frozen=True)
class LoanAsOf:
    """A loan on a date. Amounts in currency units; the names are those of the dated book, ``loan_day``."""

    business_date: date
    loan_id: int
    loan_no: str
    customer_id: int
    customer_no: str
    product_id: int
    product_code: str
    currency: str
    annual_rate: Decimal
    penalty_rate: Decimal
    principal: Decimal
    tenor: int
    disbursed_on: date
    matures_on: date
    state: str
    class_code: int
    stage: int
    days_past_due: int
    delinquent_days: int
    bucket_code: str | None
    next_due_date: date | None
    accrual_stopped_on: date | None
    unlikely_to_pay_on: date | None
    principal_disbursed: Decimal
    principal_balance: Decimal
    interest_outstanding: Decimal
    interest_prepaid: Decimal
    fee_outstanding: Decimal
    penalty_outstanding: Decimal
    interest_accrued: Decimal
    interest_suspended: Decimal
    accrued_suspended: Decimal
    penalty_suspended: Decimal
    arrears: Decimal
    overpayment: Decimal
    recovered: Decimal
    exposure: Decimal
    provision: Decimal
    due_today: Decimal
    due_open: Decimal
    received_today: Decimal
    instalments: tuple[Instalment, ...]


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Their sum, 0.00 of none."""
    return sum(amounts, ZERO)


def past_due(rows: Iterable[Instalment], on: date) -> list[PastDue]:
    """What is unpaid of rows due before ``on``, in cents."""
    return [PastDue(row.due_date, int(row.outstanding * 100)) for row in rows if row.due_date < on]


def accrued(rows: Iterable[Instalment], on: date, rounding: str) -> Decimal:
    """Interest earned by ``on`` and not yet due: each period's interest x days gone / days of the period, rounded as one sum.

    Of a row that a newer version took over, what it kept was earned.
    """
    earned, due = Fraction(0), ZERO
    for row in rows:
        whole = (row.period_end - row.period_start).days
        gone = min(max((on - row.period_start).days, 0), whole)
        interest = row.interest_due - row.interest_cut
        earned += Fraction(interest) * (Fraction(gone, whole) if whole and not row.is_moved else 1)
        due += interest if row.due_date <= on else 0
    cents = round_ratio(earned.numerator * 100, earned.denominator, half_even=rounding == Rounding.HALF_EVEN)
    return Decimal(int(cents.item())) / 100 - due


def state_by_value(
    recorded: str | None, written_off: Decimal, owed: Decimal, late: Delinquency, is_judged: bool, default_after: int
) -> str:
    """The state that follows from what was owed. A default that was recorded by then stands while its probation runs."""
    if written_off:
        return "WRITTEN_OFF"
    if not owed:
        return "PAID_OFF"
    if late.past_due_days > default_after or is_judged or recorded == "DEFAULTED":
        return "DEFAULTED"
    return "OVERDUE" if late.past_due_days else "ACTIVE"
