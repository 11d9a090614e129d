"""The rules that a loan's money follows: its product's orders, early money, penalty and rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from include.lending.life.orders import Order
from include.lending.life.rows import Portion
from include.lending.money import Rounding


class Rest(StrEnum):
    """From when money changes the balance that interest is counted on: its own day, or the start of the next period."""

    DAILY = "DAILY"
    PERIOD = "PERIOD"


class Excess(StrEnum):
    """What money beyond the instalment does to the instalments to come."""

    RESPREAD = "RESPREAD"
    SHORTEN = "SHORTEN"


@dataclass(frozen=True)
class Recalculation:
    """How a loan's interest follows its balance.

    Attributes
    ----------
    annual_rate : millionths.
    day_count : DayCount, but for PERIOD.
    days_a_period : of a usual period, for the level instalment.
    days_a_year : of the day count.
    multiple : instalments are multiples of so many cents.
    rest, excess : see there.
    compounds : overdue interest bears interest too.
    """

    annual_rate: int
    day_count: str
    days_a_period: int = 30
    days_a_year: int = 365
    multiple: int = 1
    rest: Rest = Rest.DAILY
    excess: Excess = Excess.RESPREAD
    compounds: bool = False


@dataclass(frozen=True)
class Penalty:
    """Daily penalty on what is overdue.

    Attributes
    ----------
    rate : annual, millionths.
    basis : days in a year.
    grace_days : nothing is charged until more days than these have gone since the due date.
    only_after_grace : the grace days themselves stay free.
    compounds : overdue interest bears penalty too.
    """

    rate: int
    basis: int = 360
    grace_days: int = 0
    only_after_grace: bool = False
    compounds: bool = False


@dataclass(frozen=True)
class Rules:
    """What replay needs to know of a loan's product.

    Attributes
    ----------
    orders : the order of each kind of money by its name; "" is for all that have none of their own.
    penalty : daily penalty, None where there is none.
    due_fee : cents charged with every row on its due date.
    late_fee, late_fee_after_days : cents charged once a row that is not paid so many days after its due date.
    rounding : of penalty to the cent.
    credit_order : in which order a chargeback makes portions owed again, at most what the payment had paid of each;
        empty where all of it becomes principal.
    multiple : instalments raised by a tranche are multiples of so many cents, all but the last.
    payoff_interest : what an early payoff owes interest for: the days up to it (DAILY), or the period begun (PERIOD).
    recalculation : how interest follows the actual balance; None where the schedule's interest stands.
    """

    orders: Mapping[str, Order] = field(default_factory=lambda: {"": Order()})
    penalty: Penalty | None = None
    due_fee: int = 0
    late_fee: int = 0
    late_fee_after_days: int = 0
    rounding: str = Rounding.HALF_UP
    credit_order: tuple[Portion, ...] = ()
    multiple: int = 1
    payoff_interest: Rest = Rest.DAILY
    recalculation: Recalculation | None = None

    def order(self, name: str) -> Order:
        """The order of money of that name."""
        return self.orders.get(name, self.orders[""])
