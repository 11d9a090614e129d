"""The decision on an application: hard rules beside score bands, a price and a limit, every reason recorded.

Pure: an application with its score and what we know of its customer goes in, a decision comes out. The same inputs and
the same policy give the same decision years later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from include.lending.amortise import annuity
from include.lending.credit_policy import Band, CreditPolicy, Effect, Outcome, Rule
from include.lending.money import to_millionths


@dataclass(frozen=True, slots=True)
class ProductLimits:
    """What a product allows, at which list rate."""

    annual_rate: Decimal
    min_amount: Decimal
    max_amount: Decimal
    min_tenor: int
    max_tenor: int


@dataclass(frozen=True, slots=True)
class Applicant:
    """A scored application and its customer. Money in CNY, income and expenses a month; None where it was not given."""

    application_id: int
    customer_id: int
    product: ProductLimits | None
    amount: Decimal
    tenor: int
    points: Decimal
    age: int | None
    seniority: Decimal | None
    income: Decimal | None
    expenses: Decimal | None
    adverse_record: str | None
    exposure_limit: Decimal
    exposure: Decimal
    """Principal owed to us, and offers that are on their way to a loan."""
    days_past_due: int
    """The worst of the customer's loans with us."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, and the value that made it."""

    code: str
    effect: str
    en: str
    zh: str
    value: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; the offer is None where the application is rejected."""

    application_id: int
    outcome: Outcome
    band: str
    rules: tuple[Fired, ...]
    amount: Decimal | None
    rate: Decimal | None
    tenor: int | None
    expires_on: date | None

    @property
    def why(self) -> str:
        """The codes that led to the outcome."""
        decisive = {Outcome.REJECTED: Effect.REJECT, Outcome.REFERRED: Effect.REFER, Outcome.APPROVED: Effect.APPROVE}[self.outcome]
        return f"band {self.band}: " + ", ".join(rule.code for rule in self.rules if rule.effect == decisive)

    def rules_as_json(self) -> list[dict[str, str]]:
        """For ``application_decision.rules_fired``."""
        return [asdict(rule) for rule in self.rules]


def decide_all(applicants: Iterable[Applicant], policy: CreditPolicy, today: date) -> list[Decision]:
    """Decide in the given order; what is offered to a customer counts as exposure for their later applications of the same batch."""
    offered: dict[int, Decimal] = {}
    decisions = []
    for applicant in applicants:
        earlier = offered.get(applicant.customer_id, Decimal(0))
        decision = decide(replace(applicant, exposure=applicant.exposure + earlier), policy, today)
        offered[applicant.customer_id] = earlier + (decision.amount or 0)
        decisions.append(decision)
    return decisions


def decide(applicant: Applicant, policy: CreditPolicy, today: date) -> Decision:
    """Decide on one application."""
    band = policy.band(applicant.points)
    offer = _Offer(applicant, band, policy)
    fired = [_score(band, applicant.points)]
    for rule in policy.rules:
        if (value := RULES[rule.code](applicant, rule, offer)) is not None:
            fired.append(Fired(rule.code, rule.effect, rule.en, rule.zh, value))
    effects = {rule.effect for rule in fired}
    if Effect.REJECT in effects:
        return Decision(applicant.application_id, Outcome.REJECTED, band.code, tuple(fired), None, None, None, None)
    referred = Effect.REFER in effects
    expires = today + timedelta(days=policy.referral_days if referred else policy.validity_days)
    outcome = Outcome.REFERRED if referred else Outcome.APPROVED
    return Decision(applicant.application_id, outcome, band.code, tuple(fired), offer.amount, offer.rate, applicant.tenor, expires)


def _score(band: Band, points: Decimal) -> Fired:
    words = {
        Effect.APPROVE: ("The score is in an approving band", "评分在通过区间"),
        Effect.REFER: ("The score asks for a person", "评分在人工复核区间"),
        Effect.REJECT: ("The score is below the cut-off", "评分低于准入线"),
    }
    return Fired("SCORE_BAND", band.effect, *words[band.effect], f"{band.code} {points:.1f}")


class _Offer:
    """The best offer that rules and band leave: rules lower ``amount`` as they fire."""

    def __init__(self, applicant: Applicant, band: Band, policy: CreditPolicy) -> None:
        self.asked, self.tenor, self.band, self.policy = applicant.amount, applicant.tenor, band, policy
        self.rate = (applicant.product.annual_rate if applicant.product else Decimal(0)) + band.rate_add_on
        self.amount = Decimal(0)
        self.limit(min(applicant.amount, band.max_amount), start=True)

    def limit(self, amount: Decimal, start: bool = False) -> None:
        """No more than ``amount``, in whole steps unless it is exactly what was asked."""
        step = self.policy.amount_step
        whole = amount if amount == self.asked else (amount / step).to_integral_value(ROUND_FLOOR) * step
        self.amount = max(whole if start else min(self.amount, whole), Decimal(0))

    def level_instalment(self, amount: Decimal) -> Decimal:
        """A month's burden if the amount were repaid in equal instalments: an unrounded measure, not a sum to pay."""
        growth, total = annuity(to_millionths(self.rate), max(self.tenor, 1))
        return amount * growth / total

    def affordable(self, instalment: Decimal) -> Decimal:
        """The amount whose equal instalment is ``instalment``."""
        growth, total = annuity(to_millionths(self.rate), max(self.tenor, 1))
        return instalment * total / growth


# A check gives the value that made its rule fire, or None.
Check = Callable[[Applicant, Rule, _Offer], str | None]


def _unknown_product(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    return "" if applicant.product is None else None


def _amount_range(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    product = applicant.product
    return None if product is None or product.min_amount <= applicant.amount <= product.max_amount else str(applicant.amount)


def _tenor_range(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    product = applicant.product
    return None if product is None or product.min_tenor <= applicant.tenor <= product.max_tenor else str(applicant.tenor)


def _missing_mandatory(applicant: Applicant, rule: Rule, _offer: _Offer) -> str | None:
    fields: Sequence[str] = rule.parameters["fields"]
    return ", ".join(field for field in fields if getattr(applicant, field) is None) or None


def _age_range(applicant: Applicant, rule: Rule, _offer: _Offer) -> str | None:
    if applicant.age is None:
        return None
    at_maturity = applicant.age + Decimal(applicant.tenor) / 12
    fits = rule.number("min") <= applicant.age <= rule.number("max") and at_maturity <= rule.number("max_at_maturity")
    return None if fits else str(applicant.age)


def _adverse_record(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    return "yes" if applicant.adverse_record == "yes" else None


def _open_arrears(applicant: Applicant, rule: Rule, _offer: _Offer) -> str | None:
    return str(applicant.days_past_due) if applicant.days_past_due > rule.number("max_days_past_due") else None


def _income_unknown(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    return "" if applicant.income is None else None


def _disposable(applicant: Applicant) -> Decimal | None:
    return None if applicant.income is None else applicant.income - (applicant.expenses or 0)


def _no_disposable_income(applicant: Applicant, _rule: Rule, _offer: _Offer) -> str | None:
    left = _disposable(applicant)
    return None if left is None or left > 0 else str(left)


def _instalment_burden(applicant: Applicant, rule: Rule, offer: _Offer) -> str | None:
    left = _disposable(applicant)
    if left is None or left <= 0 or applicant.tenor < 1:
        return None
    share = offer.level_instalment(offer.amount) / left
    if share <= rule.number("max_share"):
        return None
    offer.limit(offer.affordable(left * rule.number("max_share")))
    return f"{share:.2f}"


def _amount_to_income(applicant: Applicant, rule: Rule, offer: _Offer) -> str | None:
    if not applicant.income or applicant.income <= 0:
        return None
    months = offer.amount / applicant.income
    return f"{months:.1f}" if months > rule.number("max_months") else None


def _exposure_limit(applicant: Applicant, _rule: Rule, offer: _Offer) -> str | None:
    room = applicant.exposure_limit - applicant.exposure
    if offer.amount <= room:
        return None
    offer.limit(max(room, Decimal(0)))
    return str(applicant.exposure + applicant.amount)


def _offer_too_small(applicant: Applicant, _rule: Rule, offer: _Offer) -> str | None:
    if offer.band.effect is Effect.REJECT:
        return None
    least = applicant.amount * offer.policy.smallest_share
    if applicant.product is not None:
        least = max(least, applicant.product.min_amount)
    return str(offer.amount) if offer.amount < least else None


RULES: dict[str, Check] = {
    "UNKNOWN_PRODUCT": _unknown_product,
    "AMOUNT_RANGE": _amount_range,
    "TENOR_RANGE": _tenor_range,
    "MISSING_MANDATORY": _missing_mandatory,
    "AGE_RANGE": _age_range,
    "ADVERSE_RECORD": _adverse_record,
    "OPEN_ARREARS": _open_arrears,
    "INCOME_UNKNOWN": _income_unknown,
    "NO_DISPOSABLE_INCOME": _no_disposable_income,
    "INSTALMENT_BURDEN": _instalment_burden,
    "AMOUNT_TO_INCOME": _amount_to_income,
    "EXPOSURE_LIMIT": _exposure_limit,
    "OFFER_TOO_SMALL": _offer_too_small,
}
