"""The credit policy as typed values: include/policy/credit_policy.yaml read once, money and rates as Decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from include import policy


class Outcome(StrEnum):
    """What is decided about an application."""

    APPROVED = "APPROVED"
    REFERRED = "REFERRED"
    REJECTED = "REJECTED"


class Effect(StrEnum):
    """What a rule that fires does to the outcome."""

    REJECT = "reject"
    REFER = "refer"
    LIMIT = "limit"
    APPROVE = "approve"


@dataclass(frozen=True)
class Band:
    """A band of the score: from so many points, this outcome, price and limit."""

    code: str
    from_points: Decimal
    effect: Effect
    rate_add_on: Decimal
    max_amount: Decimal


@dataclass(frozen=True)
class Rule:
    """A hard rule: its code, what it does where it fires, how it reads, and its parameters as in the policy."""

    code: str
    effect: Effect
    en: str
    zh: str
    parameters: Mapping[str, Any]

    def number(self, name: str) -> Decimal:
        """A parameter as Decimal."""
        return Decimal(str(self.parameters[name]))


@dataclass(frozen=True)
class CreditPolicy:
    """Bands from the best down, hard rules in order, and what an offer may be."""

    bands: tuple[Band, ...]
    rules: tuple[Rule, ...]
    validity_days: int
    referral_days: int
    amount_step: Decimal
    smallest_share: Decimal

    def band(self, points: Decimal) -> Band:
        """The first band, from the best, that begins at or below ``points``."""
        return next(band for band in self.bands if points >= band.from_points)


@cache
def shipped() -> CreditPolicy:
    """The policy in force."""
    return parse(policy.read("credit_policy"))


def parse(document: Mapping[str, Any]) -> CreditPolicy:
    """A policy from its YAML document.

    Raises
    ------
    ValueError : bands that do not fall, or a last band that does not take everybody else.
    """
    bands = tuple(
        Band(item["code"], Decimal(item["from"]), Effect(item["outcome"]), Decimal(str(item["rate_add_on"])), Decimal(item["max_amount"]))
        for item in document["bands"]
    )
    begins = [band.from_points for band in bands]
    if begins != sorted(begins, reverse=True) or begins[-1] > -10000:
        raise ValueError("bands must fall from the best to a last one from -10000 points")
    rules = tuple(Rule(item["code"], Effect(item["effect"]), item["text"]["en"], item["text"]["zh"], item) for item in document["rules"])
    offer = document["offer"]
    return CreditPolicy(
        bands,
        rules,
        offer["validity_days"],
        offer["referral_days"],
        Decimal(offer["amount_step"]),
        Decimal(str(offer["smallest_share"])),
    )
