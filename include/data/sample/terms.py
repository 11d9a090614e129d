"""Which product an application asks for. Generated: the source knows amount and tenor, not the product."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from include import policy
from include.data.sample.streams import weighted

# How often each product is asked for where policy's limits of amount and tenor allow it.
WEIGHTS = {"WC-INSTALMENT": 6, "WC-PRINCIPAL": 3, "WC-INTEREST-ONLY": 3, "WC-BULLET": 9}


@cache
def product(code: str) -> dict[str, Any]:
    """The product as include/policy/products.yaml has it."""
    found: dict[str, Any] = policy.read("products")["products"][code]
    return found


def choose_product(rng: np.random.Generator, amount: int, tenor: int) -> str:
    """A product whose limits hold ``amount`` (cents) and ``tenor`` (months), by weight."""
    fitting = {code: weight for code, weight in WEIGHTS.items() if _within(product(code), amount, tenor)}
    return weighted(rng, fitting)


def _within(terms: dict[str, Any], amount: int, tenor: int) -> bool:
    (least, most), (shortest, longest) = terms["amount"], terms["tenor"]
    return bool(least * 100 <= amount <= most * 100 and shortest <= tenor <= longest)
