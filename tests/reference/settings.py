"""The other system's product settings, in this one's terms."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from include.lending.life import PORTIONS, Bucket, Early, Excess, Order, Portion, Recalculation, Rest, Rules
from include.lending.money import Rounding, round_ratio, to_millionths

EARLY = {"NEXT_INSTALLMENT": Early.NEXT, "LAST_INSTALLMENT": Early.LAST, "REAMORTIZATION": Early.EVENLY}

# penalty, interest, principal, fee and so on: on or after the due date, and in advance of it
BY_NAME = {
    "mifos-standard-strategy": (PORTIONS, PORTIONS, False),
    "due-penalty-interest-principal-fee-in-advance-penalty-interest-principal-fee-strategy": (
        (Portion.PENALTY, Portion.INTEREST, Portion.PRINCIPAL, Portion.FEE),
        (Portion.PENALTY, Portion.INTEREST, Portion.PRINCIPAL, Portion.FEE),
        True,
    ),
    "due-penalty-fee-interest-principal-in-advance-principal-penalty-fee-interest-strategy": (
        PORTIONS,
        (Portion.PRINCIPAL, Portion.PENALTY, Portion.FEE, Portion.INTEREST),
        True,
    ),
    "principal-interest-penalties-fees-order-strategy": (
        (Portion.PRINCIPAL, Portion.INTEREST, Portion.PENALTY, Portion.FEE),
        (Portion.PRINCIPAL, Portion.INTEREST, Portion.PENALTY, Portion.FEE),
        False,
    ),
    "interest-principal-penalties-fees-order-strategy": (
        (Portion.INTEREST, Portion.PRINCIPAL, Portion.PENALTY, Portion.FEE),
        (Portion.INTEREST, Portion.PRINCIPAL, Portion.PENALTY, Portion.FEE),
        False,
    ),
}


class Settings:
    """What follows from a case's product."""

    def __init__(self, product: Mapping[str, Any]) -> None:
        self.product = product
        self.is_progressive = product["schedule_type"] == "PROGRESSIVE"
        self.multiple = 100 * int(product.get("installment_amount_in_multiples_of") or 0) or 1
        self.has_rate = Decimal(product.get("annual_rate_pct") or 0) > 0
        down = product.get("down_payment") or {}
        self.pays_down_by_itself = bool(down.get("auto_repayment"))
        self._down_percent = down.get("percent") if down.get("enabled") else None

    def down_payment(self, amount: int) -> int:
        """Cents of a pay-out that are due at once."""
        if self._down_percent is None:
            return 0
        share = Decimal(self._down_percent)
        return int(round_ratio(int(amount * share * 10000), 1000000, half_even=True, multiple=self.multiple).item())

    def percentage(self, percent: str, of: int) -> int:
        """``percent`` of so many cents."""
        return int(round_ratio(int(of * Decimal(percent) * 10000), 1000000, half_even=True).item())

    def rules(self) -> Rules:
        """The rules of allocation."""
        credit = self.product.get("credit_allocation") or []
        return Rules(
            orders=self._orders(),
            rounding=Rounding.HALF_EVEN,
            credit_order=tuple(Portion[name] for name in credit[0]["order"]) if credit else (),
            multiple=self.multiple,
            recalculation=self._recalculation(),
            payoff_interest=self._payoff_interest(),
        )

    def _payoff_interest(self) -> Rest:
        until = (self.product.get("interest_recalculation") or {}).get("pre_closure_interest")
        return Rest.PERIOD if until == "TILL_REST_FREQUENCY_DATE" else Rest.DAILY

    def _recalculation(self) -> Recalculation | None:
        """Interest on the actual balance, where the product counts it so and its first instalment is known."""
        how = self.product.get("interest_recalculation") or {}
        if not how.get("enabled") or self.is_progressive:
            return None
        strategy = how["reschedule_strategy"]
        return Recalculation(
            annual_rate=to_millionths(Decimal(self.product["annual_rate_pct"]) / 100),
            day_count="ACTUAL/365",
            multiple=self.multiple,
            rest=Rest.PERIOD if how["rest_frequency"] == "SAME_AS_REPAYMENT" else Rest.DAILY,
            excess=Excess.SHORTEN if strategy == "REDUCE_NUMBER_OF_INSTALLMENTS" else Excess.RESPREAD,
            compounds=how["compounding"] == "INTEREST",
        )

    def _orders(self) -> dict[str, Order]:
        allocations = self.product.get("payment_allocation")
        if not allocations:
            due, in_advance, charges_when_due = BY_NAME[self.product.get("transaction_processing_strategy") or "mifos-standard-strategy"]
            steps = ((Bucket.PAST_DUE, due), (Bucket.DUE, due), (Bucket.IN_ADVANCE, in_advance))
            return {"": Order(steps, charges_when_due=charges_when_due)}
        by_instalment = self.product.get("schedule_processing_type") != "VERTICAL"
        return {
            "" if rule["transaction_type"] == "DEFAULT" else rule["transaction_type"]: Order(
                _steps(rule["order"]), by_instalment, EARLY[rule["future_installment_rule"]]
            )
            for rule in allocations
        }


def _steps(names: list[str]) -> tuple[tuple[Bucket, tuple[Portion, ...]], ...]:
    """PAST_DUE_PENALTY, PAST_DUE_FEE, ... as buckets with their portions, both in order of first mention."""
    steps: dict[Bucket, list[Portion]] = {}
    for name in names:
        bucket, _, portion = name.rpartition("_")
        steps.setdefault(Bucket(bucket), []).append(Portion[portion])
    return tuple((bucket, tuple(portions)) for bucket, portions in steps.items())
