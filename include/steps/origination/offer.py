"""What an officer may offer: the same rules as the day's decision, at the term and price that the officer chooses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from include import policy
from include.lending.credit_policy import CreditPolicy, Effect
from include.lending.decision import Applicant, Decision, decide
from include.steps.refusal import DeskError

RATE_STEP = Decimal("0.0001")
ANY_DAY = date(2000, 1, 1)  # a decision's expiry is not used here


@dataclass(frozen=True)
class Offer:
    """Amount in CNY, rate as a fraction a year, tenor in months."""

    amount: Decimal
    rate: Decimal
    tenor: int


@dataclass(frozen=True)
class Room:
    """What policy leaves room for. ``price`` is the rate that it asks; ``blocked`` names rules that nobody can overrule."""

    decision: Decision
    max_amount: Decimal
    min_amount: Decimal
    price: Decimal
    min_rate: Decimal
    max_rate: Decimal
    min_tenor: int
    max_tenor: int
    amount_step: Decimal
    blocked: tuple[str, ...]


def room_for(applicant: Applicant, credit_policy: CreditPolicy) -> Room:
    """What may be offered at the term that was asked for, at policy's price."""
    assert applicant.product is not None
    rules = policy.read("desk")["review"]
    product = applicant.product
    decision = decide(applicant, credit_policy, ANY_DAY)
    price = product.annual_rate + credit_policy.band(applicant.points).rate_add_on
    return Room(
        decision=decision,
        max_amount=decision.amount or Decimal(0),
        min_amount=product.min_amount,
        price=price,
        min_rate=max(price - Decimal(str(rules["rate_below"])), Decimal(0)),
        max_rate=price + Decimal(str(rules["rate_above"])),
        min_tenor=product.min_tenor,
        max_tenor=product.max_tenor,
        amount_step=credit_policy.amount_step,
        blocked=tuple(rule.code for rule in decision.rules if rule.effect == Effect.REJECT),
    )


def check_offer(offer: Offer, applicant: Applicant, credit_policy: CreditPolicy) -> None:
    """Refuse an offer that policy has no room for.

    Raises
    ------
    DeskError : names the limit and its value.
    """
    room = room_for(applicant, credit_policy)
    if not room.min_rate <= offer.rate <= room.max_rate or offer.rate % RATE_STEP:
        low, high = (f"{rate * 100:.2f}%" for rate in (room.min_rate, room.max_rate))
        raise DeskError("offer_rate", f"The rate must be from {low} to {high}, in hundredths of a percent.", low=low, high=high)
    if not room.min_tenor <= offer.tenor <= room.max_tenor:
        low, high = str(room.min_tenor), str(room.max_tenor)
        raise DeskError("offer_tenor", f"The term must be from {low} to {high} months.", low=low, high=high)
    assert applicant.product is not None
    list_rate = offer.rate - credit_policy.band(applicant.points).rate_add_on
    at_terms = replace(applicant, tenor=offer.tenor, product=replace(applicant.product, annual_rate=list_rate))
    there = room_for(at_terms, credit_policy)
    if there.blocked:
        rules = ", ".join(there.blocked)
        raise DeskError("offer_blocked", f"Policy forbids it ({rules}): it can only be rejected.", rules=rules)
    if not room.min_amount <= offer.amount <= there.max_amount:
        low, high = f"{room.min_amount:,.2f}", f"{there.max_amount:,.2f}"
        if there.max_amount < room.min_amount:
            raise DeskError("offer_no_room", f"At this term and rate policy has room for {high}, less than the product's least.", high=high)
        raise DeskError("offer_amount", f"At this term and rate the amount must be from {low} to {high}.", low=low, high=high)
    if offer.amount != applicant.amount and offer.amount % room.amount_step:
        step = f"{room.amount_step:,.0f}"
        raise DeskError("offer_step", f"The amount must be what was asked or a multiple of {step}.", step=step)
