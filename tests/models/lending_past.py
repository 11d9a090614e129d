"""A lender with a past: applications that were scored and decided on one date, and how their loans went since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from models.history import read
from tests.reports.book import insert

DECIDED = date(2025, 1, 10)
YEAR_LATER = date(2026, 1, 10)
TERMS = {"annual_rate": "0.1", "penalty_rate": "0.15", "principal": "1000", "tenor": "12", "matures_on": "2026-01-10"}


def features_of(number: int, **changes: Any) -> dict[str, Any]:
    """The ``number``-th applicant of the shipped history, as a score stores him."""
    row = _applicants()[number]
    plain = {name: value for name, value in row.items() if name not in ("customer_no", "is_bad")}
    loans = {"open_loans": 0.0, "open_principal": 0.0, "days_past_due": 0.0}
    return {**{name: None if value != value else value for name, value in plain.items()}, **loans, **changes}


_CACHE: list[dict[str, Any]] = []


def _applicants() -> list[dict[str, Any]]:
    if not _CACHE:
        frame, _ = read()
        _CACHE.extend(frame.astype(object).replace({np.nan: None, "": None}).to_dict("records"))
    return _CACHE


class Past:
    """Write applications and what became of them into a database whose date ``DECIDED`` is open."""

    def __init__(self, owner: Engine) -> None:
        self.owner = owner
        with owner.begin() as connection:
            connection.execute(text("insert into business_day (business_date) values (:d)"), {"d": DECIDED})

    def applied(
        self, number: int, outcome: str = "APPROVED", scored_on: date = DECIDED, points: str = "550", prob_good: float = 0.9, **changes: Any
    ) -> None:
        """Application ``number``, scored by version 1 and decided by policy on ``DECIDED``."""
        score = {"model_name": "credit_score", "model_version": "1", "points": points}
        stored = json.dumps(features_of(number, **changes))
        with self.owner.begin() as connection:
            customer = {"customer_id": str(number), "customer_no": f"C{number}", "kind": "PERSON", "exposure_limit": "100000"}
            insert(connection, "customer", [customer], created_on=DECIDED)
            application = {"application_id": str(number), "application_no": f"A{number}", "customer_id": str(number), "amount": "1000"}
            insert(connection, "application", [application], business_date=DECIDED)
            frozen = {"role": "CHAMPION", "prob_good": prob_good, "reason_codes": "[]", "features": stored, "business_date": scored_on}
            insert(connection, "application_score", [{"application_id": str(number), **score}], **frozen)
            decision = {"application_id": str(number), "outcome": outcome, **score, "decided_by": "step:origination.decide_applications"}
            insert(connection, "application_decision", [decision], business_date=DECIDED)

    def lent(self, number: int, dpd: Mapping[int, int] | None = None, state: str = "ACTIVE") -> None:
        """A loan for application ``number``; ``dpd`` is days past due by day after the disbursement, 0 elsewhere."""
        past_due = {1: 0, 200: 0, 365: 0} | dict(dpd or {})
        with self.owner.begin() as connection:
            loan = {"loan_id": str(number), "loan_no": f"L{number}", "application_id": str(number), "customer_id": str(number), **TERMS}
            insert(connection, "loan", [{**loan, "state": state}], disbursed_on=DECIDED)
            for day, late in past_due.items():
                dated = {"loan_id": str(number), "loan_no": f"L{number}", "days_past_due": str(late), "state": state}
                insert(connection, "loan_day", [dated], business_date=DECIDED + timedelta(days=day), disbursed_on=DECIDED)
