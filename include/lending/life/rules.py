"""The rules that a loan's money follows: its product's orders, early money, penalty and rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from include.lending.life.orders import Order
from include.lending.life.rows import Portion
from include.lending.money import Rounding


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
    rounding : of penalty to the cent.
    credit_order : in which order a chargeback makes portions owed again, at most what the payment had paid of each;
        empty where all of it becomes principal.
    multiple : instalments raised by a tranche are multiples of so many cents, all but the last.
    """

    orders: Mapping[str, Order] = field(default_factory=lambda: {"": Order()})
    penalty: Penalty | None = None
    rounding: str = Rounding.HALF_UP
    credit_order: tuple[Portion, ...] = ()
    multiple: int = 1

    def order(self, name: str) -> Order:
        """The order of money of that name."""
        return self.orders.get(name, self.orders[""])
