"""Amounts as the file writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def cents_of(value: Any) -> int:
    """Cents of an amount that the file writes as text or number."""
    scaled = Decimal(str(value)) * 100
    if scaled != int(scaled):
        raise ValueError(f"{value} has fractions of a cent")
    return int(scaled)
