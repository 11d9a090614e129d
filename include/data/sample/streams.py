"""Where every drawn number comes from.

One seed, and a stream of its own for each thing that is drawn: ``stream("customer", "C000123")`` gives the same
numbers whatever else is drawn and however many days are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar
from zlib import crc32

import numpy as np

SEED = 20260302

# The book is taken over as of the end of this day; business begins on the next.
CUT_OVER = date(2026, 3, 1)
FIRST_DATE = date(2026, 3, 2)

Choice = TypeVar("Choice")


def stream(*key: object) -> np.random.Generator:
    """The generator of one thing, named by ``key``."""
    words = [crc32(str(part).encode()) for part in key]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED, *words])))


def weighted(rng: np.random.Generator, weights: Mapping[Choice, float]) -> Choice:
    """One key of ``weights``, with a probability in proportion to its weight."""
    choices = list(weights)
    marks = np.cumsum([weights[choice] for choice in choices])
    return choices[int(np.searchsorted(marks, rng.random() * marks[-1], side="right"))]


def any_of(rng: np.random.Generator, choices: Sequence[Choice]) -> Choice:
    """One of ``choices``, each equally likely."""
    return choices[int(rng.integers(len(choices)))]


def between(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``, both included."""
    return int(rng.integers(low, high + 1))
