"""Decide on every scored application: rules, bands, offer, and why, as one row of ``application_decision`` each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from include import policy
from include.database import run_sql, run_sql_many
from include.lending.credit_policy import shipped
from include.lending.decision import Applicant, Decision, ProductLimits, decide_all
from include.steps.context import StepContext, StepResult

DECIDED_BY = "step:origination.decide_applications"
_LIMITS = ("annual_rate", "min_amount", "max_amount", "min_tenor", "max_tenor")
_APPLICANT = (
    "application_id", "customer_id", "amount", "tenor", "points", "age", "seniority", "income", "expenses", "adverse_record",
    "exposure_limit", "exposure", "days_past_due",
)  # fmt: skip


def decide_applications(connection: Connection, context: StepContext) -> StepResult:
    """Decide on what is UNDER_REVIEW with a champion's score; what has none waits for the next date."""
    found = run_sql(connection, "origination/decide_applications_select")
    queue = {row["application_id"]: dict(row) for row in found.mappings()}  # type: ignore[union-attr]
    decisions = decide_all((applicant_of(row) for row in queue.values()), shipped(), context.business_date)
    rows = [_row(decision, queue[decision.application_id], context) for decision in decisions]
    run_sql_many(connection, "origination/decide_applications_insert", rows)
    run_sql(
        connection,
        "origination/decide_applications_move",
        {"business_date": context.business_date, "policy_version": policy.version(), "decided_by": DECIDED_BY},
    )
    outcomes = Counter(decision.outcome.lower() for decision in decisions)
    approved = sum((decision.amount or Decimal(0) for decision in decisions if decision.outcome == "APPROVED"), Decimal(0))
    return StepResult(len(decisions), approved, dict(sorted(outcomes.items())))


def applicant_of(row: Mapping[str, Any]) -> Applicant:
    """A row of decide_applications_select or review_applicant as the decision takes it."""
    product = None if row["annual_rate"] is None else ProductLimits(*(row[name] for name in _LIMITS))
    return Applicant(product=product, **{name: row[name] for name in _APPLICANT})


def _row(decision: Decision, scored: Mapping[str, Any], context: StepContext) -> dict[str, Any]:
    return {
        "application_id": decision.application_id,
        "business_date": context.business_date,
        "outcome": str(decision.outcome),
        "policy_version": policy.version(),
        "model_name": scored["model_name"],
        "model_version": scored["model_version"],
        "points": scored["points"],
        "rules_fired": json.dumps(decision.rules_as_json(), ensure_ascii=False),
        "offer_amount": decision.amount,
        "offer_rate": decision.rate,
        "offer_tenor": decision.tenor,
        "offer_expires_on": decision.expires_on,
        "decided_by": DECIDED_BY,
        "why": decision.why,
    }
