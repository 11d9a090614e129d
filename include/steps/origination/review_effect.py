"""What a review is about and what becomes of it: the case as it stands, the decision put into effect, the end of the review."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from include import policy
from include.database import run_sql
from include.lending.credit_policy import Outcome, shipped
from include.steps.origination.decide import applicant_of
from include.steps.origination.offer import Room, room_for


class Became(StrEnum):
    """What became of an officer's decision."""

    DONE = "DONE"
    OPEN = "OPEN"
    WAITING = "WAITING"
    RETURNED = "RETURNED"
    LAPSED = "LAPSED"


@dataclass(frozen=True)
class Case:
    """A referred application, held for the length of the transaction, with what policy leaves room for."""

    row: Mapping[str, Any]
    room: Room

    @property
    def number(self) -> str:
        return str(self.row["application_no"])


def case_of(connection: Connection, application_id: int) -> Case | None:
    """An application as it would be decided now; None where there is no such application, product or score."""
    found = run_sql(connection, "origination/review_applicant", {"application_id": application_id})
    first = found.mappings().one_or_none() if found is not None else None
    if first is None or first["points"] is None or first["annual_rate"] is None:
        return None
    row = dict(first)
    return Case(row, room_for(applicant_of(row), shipped()))


def take_effect_of_waiting(connection: Connection, today: date) -> int:
    """Put into effect what was decided while the date before ``today`` was closing; return how many decisions.

    An application that went elsewhere meanwhile stays there: its review lapses.
    """
    found = run_sql(connection, "origination/review_waiting", {})
    done = 0
    for review in found.mappings().all() if found is not None else ():
        case = case_of(connection, review["application_id"])
        if review["application_state"] != "REFERRED" or case is None:
            end_review(connection, review["review_id"], Became.LAPSED)
            continue
        take_effect(connection, dict(review), case, today)
        done += 1
    run_sql(connection, "origination/review_lapse", {})
    return done


def take_effect(connection: Connection, review: Mapping[str, Any], case: Case, today: date) -> None:
    """The decision, the application's new state, the end of the review: by the people who decided."""
    people = " / ".join(name for name in (review["officer"], review["second_person"]) if name)
    approved = review["outcome"] == Outcome.APPROVED
    connection.execute(text("set @actor = :people, @reason = :reason"), {"people": people, "reason": review["reason"]})
    decision = {
        "application_id": review["application_id"],
        "business_date": today,
        "outcome": review["outcome"],
        "policy_version": policy.version(),
        "model_name": case.row["model_name"],
        "model_version": case.row["model_version"],
        "points": case.row["points"],
        "rules_fired": json.dumps(case.room.decision.rules_as_json(), ensure_ascii=False),
        "offer_amount": review["amount"],
        "offer_rate": review["annual_rate"],
        "offer_tenor": review["tenor"],
        "offer_expires_on": today + timedelta(days=shipped().validity_days) if approved else None,
        "decided_by": people[:100],
        "why": review["reason"],
    }
    run_sql(connection, "origination/decide_applications_insert", decision)
    connection.execute(
        text("update application set state = :outcome where application_id = :application_id and state = 'REFERRED'"), decision
    )
    end_review(connection, review["review_id"], Became.DONE, review["second_person"], review.get("note"), today)


def end_review(
    connection: Connection,
    review_id: int,
    became: Became,
    second_person: str | None = None,
    note: str | None = None,
    effective_on: date | None = None,
) -> None:
    """Record what became of a review, and who was the second person."""
    values = {"review_id": review_id, "state": str(became), "second_person": second_person, "note": note, "effective_on": effective_on}
    run_sql(connection, "origination/review_end", values)
