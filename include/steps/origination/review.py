"""Referred applications are decided by people: one officer, and above policy's limit a second person.

Every act locks the application first, so that of two officers who open the same case one decides and the other is told.
What is decided while a date is closing takes effect with the next one. The caller commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from include import policy
from include.database import run_sql
from include.lending.credit_policy import Outcome, shipped
from include.steps.origination.decide import applicant_of
from include.steps.origination.offer import Offer, check_offer
from include.steps.origination.review_effect import Became, Case, case_of, end_review, take_effect
from include.steps.refusal import DeskError

REASON_LENGTH = 500


def second_person_above() -> Decimal:
    """Approvals above this amount take two people."""
    return Decimal(policy.read("desk")["review"]["second_person_above"])


def decide(
    connection: Connection,
    application_id: int,
    officer: str,
    reason: str,
    offer: Offer | None,
    seen: int | None = None,
) -> Became:
    """Approve with ``offer``, or reject where it is None.

    Parameters
    ----------
    seen : the latest review of the application when the officer looked at it (0: none); another one since is a conflict.

    Raises
    ------
    DeskError : somebody was faster, the offer is outside of policy, or the reason is missing.
    """
    reason = _checked(reason)
    case = _hold(connection, application_id)
    if (other := open_review(connection, application_id)) is not None:
        raise DeskError(
            "review_open",
            f"{other['officer']} has decided {case.number} already.",
            conflict=True,
            officer=other["officer"],
            number=case.number,
        )
    if seen is not None and seen != latest_review(connection, application_id):
        raise DeskError("review_seen", f"{case.number} has changed since you opened it: look again.", conflict=True, number=case.number)
    if offer is not None:
        check_offer(offer, applicant_of(case.row), shipped())
    today, is_open = _today(connection)
    two_people = offer is not None and offer.amount > second_person_above()
    became = Became.OPEN if two_people else Became.DONE if is_open else Became.WAITING
    outcome = Outcome.REJECTED if offer is None else Outcome.APPROVED
    review = {
        "application_id": application_id,
        "outcome": str(outcome),
        "amount": offer.amount if offer else None,
        "annual_rate": offer.rate if offer else None,
        "tenor": offer.tenor if offer else None,
        "reason": reason,
        "officer": officer,
        "second_person": None,
    }
    # what is done at once is recorded as waiting first, then ended with its date
    recorded = run_sql(connection, "origination/review_record", {**review, "state": "OPEN" if two_people else "WAITING"})
    assert recorded is not None
    if became is Became.DONE:
        take_effect(connection, {**review, "review_id": recorded.lastrowid}, case, today)
    return became


def confirm(connection: Connection, application_id: int, second_person: str, note: str | None = None) -> Became:
    """Confirm as the second person what an officer proposed.

    Raises
    ------
    DeskError : nothing waits, the proposal is one's own, or it has come outside of policy meanwhile.
    """
    case = _hold(connection, application_id)
    review = _proposal(connection, case, second_person)
    offer = Offer(review["amount"], review["annual_rate"], review["tenor"])
    check_offer(offer, applicant_of(case.row), shipped())
    today, is_open = _today(connection)
    note = (note or "").strip()[:REASON_LENGTH] or None
    if is_open:
        take_effect(connection, {**review, "second_person": second_person, "note": note}, case, today)
        return Became.DONE
    end_review(connection, review["review_id"], Became.WAITING, second_person, note)
    return Became.WAITING


def send_back(connection: Connection, application_id: int, second_person: str, note: str) -> None:
    """Send a proposal back to be decided anew, with the reason. Raises DeskError as ``confirm`` does."""
    note = _checked(note)
    case = _hold(connection, application_id)
    review = _proposal(connection, case, second_person)
    end_review(connection, review["review_id"], Became.RETURNED, second_person, note)


def take_back(connection: Connection, application_id: int, officer: str) -> None:
    """Withdraw one's own proposal that no second person has seen to. Raises DeskError where there is none."""
    _hold(connection, application_id)
    review = open_review(connection, application_id)
    if review is None or review["state"] != Became.OPEN or review["officer"] != officer:
        raise DeskError("review_none", "You have no proposal here that waits for a second person.", conflict=True)
    end_review(connection, review["review_id"], Became.LAPSED)


def open_review(connection: Connection, application_id: int) -> Mapping[str, Any] | None:
    """What somebody decided about the application and is not over yet."""
    found = run_sql(connection, "origination/review_open", {"application_id": application_id})
    review = found.mappings().one_or_none() if found is not None else None
    return None if review is None else dict(review)


def latest_review(connection: Connection, application_id: int) -> int:
    """The number of the application's latest review, 0 where there is none."""
    query = text("select max(review_id) from application_review where application_id = :application_id")
    return int(connection.scalar(query, {"application_id": application_id}) or 0)


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not 3 <= len(reason) <= REASON_LENGTH:
        raise DeskError("reason_missing", f"Say why, in 3 to {REASON_LENGTH} characters.", length=REASON_LENGTH)
    return reason


def _hold(connection: Connection, application_id: int) -> Case:
    query = text("select application_no, state from application where application_id = :application_id for update")
    held = connection.execute(query, {"application_id": application_id}).one_or_none()
    if held is None:
        raise DeskError("no_application", "There is no such application.")
    if held.state != "REFERRED":
        raise DeskError(
            "not_referred",
            f"{held.application_no} is {held.state} already: there is nothing to decide.",
            conflict=True,
            number=held.application_no,
            state=held.state,
        )
    case = case_of(connection, application_id)
    if case is None:
        raise DeskError("no_score", f"{held.application_no} has no score or no product: it can't be decided.", number=held.application_no)
    return case


def _proposal(connection: Connection, case: Case, second_person: str) -> Mapping[str, Any]:
    review = open_review(connection, case.row["application_id"])
    if review is None or review["state"] != Became.OPEN:
        raise DeskError("review_none_waits", f"Nothing about {case.number} waits for a second person.", conflict=True, number=case.number)
    if review["officer"] == second_person:
        raise DeskError("review_own", "This is your own decision: somebody else has to confirm it.")
    return review


def _today(connection: Connection) -> tuple[date, bool]:
    """The current date and whether it is open; the shared lock lets it stay so until the commit."""
    query = text("select business_date, state from business_day where is_current = 1 lock in share mode")
    found = connection.execute(query).one_or_none()
    if found is None:
        raise DeskError("no_day", "No business date is open.")
    return found.business_date, found.state == "OPEN"
