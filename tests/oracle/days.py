"""A loan's life day by day: penalty by the day, held money, allocation cent after cent, days past due, accrued interest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tests.lending.exact_schedule import rounded
from tests.oracle.plan import Period

ONE_DAY = timedelta(days=1)
BUCKETS = ("PAST_DUE", "DUE", "IN_ADVANCE")
STANDARD = ("PENALTY", "FEE", "INTEREST", "PRINCIPAL")


@dataclass(frozen=True)
class Rules:
    """Of penalty, allocation and rounding.

    Attributes
    ----------
    rate, basis : penalty a year and days in it.
    due_fee, late_fee : cents, with an instalment and once it is overdue for ``late_fee_after`` days.
    components : in order, by bucket.
    holds : early money waits until something is due; else it pays in advance.
    """

    rate: Fraction = Fraction(0)
    basis: int = 360
    grace_days: int = 0
    only_after_grace: bool = False
    compounds: bool = False
    half_even: bool = False
    due_fee: int = 0
    late_fee: int = 0
    late_fee_after: int = 1
    components: tuple[tuple[str, ...], ...] = (STANDARD,) * 3
    by_instalment: bool = True
    holds: bool = True


@dataclass(frozen=True)
class Money:
    """A payment: cents, the day it counts from, the day it came, and the day it bounced."""

    amount: int
    value_date: date
    came: date
    bounced: date | None = None

    def known(self, on: date) -> bool:
        """Whether it had come by then and not bounced."""
        return self.came <= on and (self.bounced is None or self.bounced > on)


@dataclass
class Instalment:
    """One instalment: what it owes by component, and the penalty that its days have cost so far, unrounded."""

    period: Period
    owes: dict[str, int] = field(default_factory=dict)
    penalty: Fraction = Fraction(0)
    charged: int = 0

    @property
    def unpaid(self) -> int:
        return sum(self.owes.values())

    def bears(self, rules: Rules) -> int:
        """Cents unpaid that bear penalty."""
        return self.owes["PRINCIPAL"] + (self.owes["INTEREST"] if rules.compounds else 0)


@dataclass
class Loan:
    """A loan as of the end of a day, cents."""

    rules: Rules
    instalments: list[Instalment]
    held: int = 0

    def owed(self, component: str, due_by: date = date.max) -> int:
        """What instalments due by a day owe of a component."""
        return sum(one.owes[component] for one in self.instalments if one.period.due <= due_by)

    @property
    def charged(self) -> int:
        return sum(one.charged for one in self.instalments)

    def arrears(self, on: date) -> int:
        """Past due and unpaid."""
        return sum(one.unpaid for one in self.instalments if one.period.due < on)

    def days_past_due(self, on: date, tolerance: int = 100) -> int:
        """Since the due date of the oldest instalment that is not fully paid, where more than the tolerance is past due."""
        if self.arrears(on) <= tolerance:
            return 0
        return (on - min(one.period.due for one in self.instalments if one.unpaid)).days

    def state(self, on: date) -> str:
        """Of a loan that never came near default."""
        if not any(one.unpaid for one in self.instalments):
            return "PAID_OFF"
        return "OVERDUE" if self.days_past_due(on) else "ACTIVE"


def live(rules: Rules, periods: Iterable[Period], money: Iterable[Money], until: date, known_on: date) -> Loan:
    """The loan at the end of ``until``, by the money known on ``known_on``, in order of value date and arrival."""
    loan = Loan(
        rules,
        [Instalment(period, {"PENALTY": 0, "FEE": 0, "INTEREST": period.interest, "PRINCIPAL": period.principal}) for period in periods],
    )
    coming = [one for one in sorted(money, key=lambda one: (one.value_date, one.came)) if one.known(known_on)]
    day = min([loan.instalments[0].period.start, *(one.value_date for one in coming)])
    while day <= until:
        _begin(loan, day)
        if loan.held and any(one.unpaid for one in loan.instalments if one.period.due <= day):
            loan.held = _pay(loan, loan.held, day)
        for one in coming:
            if one.value_date == day:
                loan.held += _pay(loan, one.amount, day)
        day += ONE_DAY
    return loan


def _begin(loan: Loan, day: date) -> None:
    """What the day before cost: a day's penalty on what was overdue at its end, booked once the grace days are over; then fees."""
    rules, yesterday = loan.rules, day - ONE_DAY
    for one in loan.instalments:
        due, bears = one.period.due, one.bears(rules)
        free_until = due + rules.grace_days * ONE_DAY if rules.only_after_grace else due
        if yesterday >= free_until:
            one.penalty += bears * rules.rate / rules.basis
        if (day - due).days > rules.grace_days and bears:
            charge = rounded(one.penalty, rules.half_even) - one.charged
            one.charged += charge
            one.owes["PENALTY"] += charge
        if day == due and any(other.unpaid for other in loan.instalments) and one.period.principal + one.period.interest:
            one.owes["FEE"] += rules.due_fee
        if (day - due).days == rules.late_fee_after and one.owes["PRINCIPAL"] + one.owes["INTEREST"]:
            one.owes["FEE"] += rules.late_fee


def _pay(loan: Loan, amount: int, day: date) -> int:
    """Pay what is owed in the order of the rules; return what is left over."""
    for instalment, component in _order(loan, day):
        paid = min(amount, instalment.owes[component])
        instalment.owes[component] -= paid
        amount -= paid
    return amount


def _order(loan: Loan, day: date) -> list[tuple[Instalment, str]]:
    order: list[tuple[Instalment, str]] = []
    for bucket, components in zip(BUCKETS, loan.rules.components, strict=True):
        if bucket == "IN_ADVANCE" and loan.rules.holds:
            continue
        there = [one for one in loan.instalments if _bucket(one, day) == bucket]
        if loan.rules.by_instalment:
            order += [(one, component) for one in there for component in components]
        else:
            order += [(one, component) for component in components for one in there]
    return order


def _bucket(instalment: Instalment, day: date) -> str:
    if instalment.period.due == day:
        return "DUE"
    return "PAST_DUE" if instalment.period.due < day else "IN_ADVANCE"


def accrued(periods: Iterable[Period], on: date, half_even: bool) -> int:
    """Interest earned and not yet due at the end of a day, cents: every day of a period earns as much, the sum is rounded."""
    earned, fallen_due = Fraction(0), 0
    for period in periods:
        day = period.start
        while day < min(period.end, on):
            day += ONE_DAY
            earned += Fraction(period.interest, (period.end - period.start).days)
        fallen_due += period.interest if period.due <= on else 0
    return rounded(earned, half_even) - fallen_due
