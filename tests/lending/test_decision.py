"""The credit decision as a table of cases, under the shipped policy and under small ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include import policy as policy_files
from include.lending.credit_policy import Outcome, parse, shipped
from include.lending.decision import RULES, Applicant, ProductLimits, decide, decide_all
from include.lending.schedule import Terms, build

TODAY = date(2026, 3, 2)
PRODUCT = ProductLimits(Decimal("0.085000"), Decimal("2000.00"), Decimal("500000.00"), 6, 72)
GOOD = Applicant(
    application_id=1,
    customer_id=1,
    product=PRODUCT,
    amount=Decimal("60000.00"),
    tenor=24,
    points=Decimal("585"),
    age=35,
    seniority=Decimal("6"),
    income=Decimal("15000.00"),
    expenses=Decimal("5000.00"),
    adverse_record="no",
    exposure_limit=Decimal("1000000.00"),
    exposure=Decimal("0.00"),
    days_past_due=0,
)

# what is different from GOOD, outcome, rules that fired beside the score's, offered amount
CASES: dict[str, tuple[dict[str, Any], Outcome, set[str], str | None]] = {
    "a good one": ({}, Outcome.APPROVED, set(), "60000.00"),
    "score in the middle": ({"points": Decimal("495")}, Outcome.REFERRED, set(), "60000.00"),
    "score too low": ({"points": Decimal("487.9999")}, Outcome.REJECTED, set(), None),
    "score just enough to refer": ({"points": Decimal("488")}, Outcome.REFERRED, set(), "60000.00"),
    "too young": ({"age": 17}, Outcome.REJECTED, {"AGE_RANGE"}, None),
    "too old": ({"age": 66}, Outcome.REJECTED, {"AGE_RANGE"}, None),
    "too old at maturity": ({"age": 65, "tenor": 61}, Outcome.REJECTED, {"AGE_RANGE"}, None),
    "adverse record": ({"adverse_record": "yes"}, Outcome.REFERRED, {"ADVERSE_RECORD"}, "60000.00"),
    "behind with us": ({"days_past_due": 1}, Outcome.REJECTED, {"OPEN_ARREARS"}, None),
    "no such product": ({"product": None}, Outcome.REJECTED, {"UNKNOWN_PRODUCT"}, None),
    "too much for the product": (
        {"amount": Decimal("500000.01")},
        Outcome.REJECTED,
        {"AMOUNT_RANGE", "INSTALMENT_BURDEN", "OFFER_TOO_SMALL"},
        None,
    ),
    "too short for the product": ({"tenor": 5}, Outcome.REJECTED, {"TENOR_RANGE", "INSTALMENT_BURDEN"}, None),
    "an answer is missing": ({"seniority": None}, Outcome.REFERRED, {"MISSING_MANDATORY"}, "60000.00"),
    "income unknown": ({"income": None}, Outcome.REFERRED, {"INCOME_UNKNOWN"}, "60000.00"),
    "nothing left of the income": ({"income": Decimal("5000.00")}, Outcome.REJECTED, {"NO_DISPOSABLE_INCOME"}, None),
    "instalment cut to what is affordable": ({"income": Decimal("8000.00")}, Outcome.APPROVED, {"INSTALMENT_BURDEN"}, "49700.00"),
    "affordable is too little": ({"income": Decimal("6000.00")}, Outcome.REFERRED, {"INSTALMENT_BURDEN", "OFFER_TOO_SMALL"}, "16500.00"),
    "too many months' income": (
        {"income": Decimal("6900.00"), "expenses": Decimal("0.00"), "amount": Decimal("250000.00"), "tenor": 72},
        Outcome.REFERRED,
        {"AMOUNT_TO_INCOME"},
        "250000.00",
    ),
    "cut to the room under the limit": ({"exposure": Decimal("950000.00")}, Outcome.APPROVED, {"EXPOSURE_LIMIT"}, "50000.00"),
    "no room under the limit": ({"exposure": Decimal("1000000.00")}, Outcome.REFERRED, {"EXPOSURE_LIMIT", "OFFER_TOO_SMALL"}, "0"),
    "odd amounts are not cut to steps": ({"amount": Decimal("60012.34")}, Outcome.APPROVED, set(), "60012.34"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decision(name: str) -> None:
    changes, outcome, rules, amount = CASES[name]
    decision = decide(replace(GOOD, **changes), shipped(), TODAY)
    assert (decision.outcome, {rule.code for rule in decision.rules} - {"SCORE_BAND"}) == (outcome, rules)
    assert decision.amount == (None if amount is None else Decimal(amount))
    assert all(rule.en and rule.zh for rule in decision.rules)


@pytest.mark.parametrize(
    ("points", "band", "rate", "expires_on"),
    [
        ("600", "A", "0.080000", date(2026, 3, 9)),
        ("579.9999", "B", "0.085000", date(2026, 3, 9)),
        ("530", "C", "0.100000", date(2026, 3, 9)),
        ("503", "D", "0.115000", date(2026, 3, 9)),
        ("502", "E", "0.125000", date(2026, 3, 7)),
    ],
)
def test_the_band_sets_the_price_and_how_long_it_holds(points: str, band: str, rate: str, expires_on: date) -> None:
    decision = decide(replace(GOOD, points=Decimal(points)), shipped(), TODAY)
    assert (decision.band, decision.rate, decision.expires_on) == (band, Decimal(rate), expires_on)


def test_why_names_what_was_decisive() -> None:
    decision = decide(replace(GOOD, age=17, adverse_record="yes", points=Decimal("400")), shipped(), TODAY)
    assert decision.why == "band F: SCORE_BAND, AGE_RANGE"


def test_the_affordable_amount_has_an_instalment_within_the_share() -> None:
    decision = decide(replace(GOOD, income=Decimal("8000.00")), shipped(), TODAY)
    assert decision.amount is not None and decision.rate is not None

    def instalment(amount: Decimal) -> int:
        schedule = build(Terms(int(amount * 100), int(decision.rate * 10**6), 24, TODAY))  # type: ignore[operator]
        return int(schedule.principal[0] + schedule.interest[0])

    assert instalment(decision.amount) <= 2250_00 < instalment(decision.amount + 100)


def test_every_rule_of_the_policy_has_a_check_and_every_check_a_rule() -> None:
    assert {rule.code for rule in shipped().rules} == set(RULES)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(2_000_00, 500_000_00), st.integers(6, 72), st.integers(400, 650), st.integers(0, 40_000)),
        max_size=8,
    )
)
def test_an_offer_is_never_more_than_asked_affordable_or_allowed(batch: list[tuple[int, int, int, int, int]]) -> None:
    limit = Decimal("400000.00")
    applicants = [
        replace(
            GOOD,
            application_id=n,
            customer_id=customer,
            amount=Decimal(cents) / 100,
            tenor=tenor,
            points=Decimal(points),
            income=Decimal(income),
            exposure_limit=limit,
        )
        for n, (customer, cents, tenor, points, income) in enumerate(batch)
    ]
    decisions = decide_all(applicants, shipped(), TODAY)
    assert decisions == decide_all(applicants, shipped(), TODAY)
    promised: dict[int, Decimal] = {}
    for applicant, decision in zip(applicants, decisions, strict=True):
        assert (decision.amount is None) == (decision.outcome is Outcome.REJECTED)
        assert 0 <= (decision.amount or 0) <= min(applicant.amount, shipped().band(applicant.points).max_amount or Decimal("Infinity"))
        promised[applicant.customer_id] = promised.get(applicant.customer_id, Decimal(0)) + (decision.amount or 0)
    assert all(total <= limit for total in promised.values())


def test_bands_that_do_not_fall_are_refused() -> None:
    document = dict(policy_files.read("credit_policy"))
    document["bands"] = list(reversed(document["bands"]))
    with pytest.raises(ValueError, match="bands must fall"):
        parse(document)
