"""Money: Decimal with two digits outside, integer cents inside, and the one place where it is rounded.

A rate is Decimal with six digits outside and integer millionths inside. Nothing here is a float.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

CENT = Decimal("0.01")
MILLION = 1_000_000
# integers of numpy are exact below this; what may come out larger is computed with Python's own
INT64_SAFE = 2**61

Integers = NDArray[Any]
"""Integers of dtype int64, or of dtype object (Python's, of any size)."""


class Rounding(StrEnum):
    """What happens to half a cent: HALF_UP goes away from zero, HALF_EVEN to the even cent."""

    HALF_UP = "HALF_UP"
    HALF_EVEN = "HALF_EVEN"


_DECIMAL_MODE = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN}


def to_cents(amount: Decimal | str | int) -> int:
    """Integer cents of an amount.

    Raises
    ------
    ValueError : it has fractions of a cent; round it first, knowingly.
    """
    return _scaled(amount, 100, "cents")


def from_cents(cents: int) -> Decimal:
    """Amount of integer cents, with two digits."""
    return Decimal(int(cents)).scaleb(-2)


def to_millionths(rate: Decimal | str) -> int:
    """Integer millionths of a rate. Raises ValueError where it has more than six digits."""
    return _scaled(rate, MILLION, "millionths")


def from_millionths(rate: int) -> Decimal:
    """Rate of integer millionths, with six digits."""
    return Decimal(int(rate)).scaleb(-6)


def cents_of(amounts: Iterable[Decimal | str | int]) -> NDArray[np.int64]:
    """Integer cents of many amounts."""
    return np.array([to_cents(amount) for amount in amounts], dtype=np.int64)


def round_money(amount: Decimal, rounding: str = Rounding.HALF_UP) -> Decimal:
    """``amount`` to the cent."""
    return round_digits(amount, 2, rounding)


def round_digits(value: Decimal, digits: int, rounding: str = Rounding.HALF_UP) -> Decimal:
    """``value`` to ``digits`` digits after the point: 2 for money, 6 for rates."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=_DECIMAL_MODE[Rounding(rounding)])


def round_ratio(numerator: ArrayLike, denominator: ArrayLike, half_even: ArrayLike = False, multiple: ArrayLike = 1) -> Integers:
    """The multiple of ``multiple`` that is nearest to ``numerator / denominator``, exactly, for integers of any shape.

    Parameters
    ----------
    numerator : integers, negative ones mirrored (half away from zero, or to the even multiple).
    denominator : positive integers.
    half_even : true where a tie goes to the even multiple, false where it goes away from zero.
    multiple : positive integers, 1 for cents, 100 for whole units.
    """
    # at least one dimension: numpy turns a lone integer of any size into one of 64 bits
    signed, below, step = (np.atleast_1d(_integers(values)) for values in (numerator, denominator, multiple))
    unit, size = below * step, np.abs(signed)
    whole, rest = size // unit, size % unit
    tie = 2 * rest == unit
    up = (2 * rest > unit) | (tie & (~np.asarray(half_even, dtype=bool) | (whole % 2 == 1)))
    rounded = np.where(signed < 0, -1, 1) * (whole + up.astype(np.int64)) * step
    return rounded.reshape(np.broadcast_shapes(*(np.shape(values) for values in (numerator, denominator, half_even, multiple))))


def _integers(values: ArrayLike) -> Integers:
    array = np.asarray(values)
    return array if array.dtype == object else array.astype(np.int64, copy=False)


def exact(largest: int) -> type:
    """The dtype in which integers up to ``largest`` stay exact: int64 while they fit, Python's own beyond."""
    return np.int64 if largest < INT64_SAFE else object


def _scaled(value: Decimal | str | int, scale: int, name: str) -> int:
    scaled = Decimal(str(value)) * scale
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{value} is not a whole number of {name}")
    return whole
