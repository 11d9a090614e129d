"""What a loan of the opening book is: its terms and what is still owed on it. Money in cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from include.data.sample.applicants import Applicant
from include.data.sample.streams import CUT_OVER
from include.data.sample.terms import product


@dataclass
class Owed:
    """One instalment and what is still to be paid of it."""

    number: int
    period_start: date
    period_end: date
    due_date: date
    principal: int
    interest: int
    penalty: int = 0

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.penalty

    def pay(self, money: int) -> None:
        """Take ``money`` off: penalty first, then interest, then principal."""
        for part in ("penalty", "interest", "principal"):
            paid = min(money, getattr(self, part))
            setattr(self, part, getattr(self, part) - paid)
            money -= paid


@dataclass
class BookLoan:
    """A loan of the book. ``number`` is that of its customer; ``trouble`` the instalment from which a bad loan is not paid as agreed."""

    number: int
    applicant: Applicant
    product_code: str
    disbursed_on: date
    matures_on: date = date.max
    trouble: int | None = None
    owed: list[Owed] = field(default_factory=list)
    held: int = 0

    @property
    def loan_no(self) -> str:
        return f"LB{self.number:06d}"

    @property
    def annual_rate(self) -> Decimal:
        return Decimal(str(product(self.product_code)["annual_rate"]))

    @property
    def penalty_rate(self) -> Decimal:
        """Annual: fixed by the product, or a multiple of the contract rate."""
        terms = product(self.product_code)["penalty"]
        return Decimal(str(terms["rate"])) if "rate" in terms else self.annual_rate * Decimal(str(terms["rate_factor"]))

    def past_due(self, day: date) -> list[Owed]:
        """Instalments that were due before ``day`` and are not paid."""
        return [owed for owed in self.owed if owed.due_date < day and owed.total]

    def penalty_from(self, owed: Owed) -> date:
        """Where penalty counts from that ``owed.penalty`` does not hold: the cut-over where it had begun by then, else the due date."""
        begun = (CUT_OVER - owed.due_date).days > product(self.product_code)["penalty"]["grace_days"]
        return CUT_OVER if begun else owed.due_date

    def penalty_between(self, owed: Owed, start: date, end: date) -> int:
        """Penalty that ``owed`` bears from ``start`` to ``end``: overdue principal (and interest where it compounds) x rate / basis."""
        terms = product(self.product_code)["penalty"]
        grace = terms["grace_days"]
        if (end - owed.due_date).days <= grace:
            return 0
        days = (end - start).days
        if terms["only_after_grace"]:
            days -= max(0, grace - (start - owed.due_date).days)
        base = owed.principal + (owed.interest if terms["compounds"] else 0)
        return int((Decimal(base * days) * self.penalty_rate / terms["basis"]).quantize(Decimal(1), ROUND_HALF_UP))
