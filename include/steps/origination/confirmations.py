"""What the bank did with the payouts: where its answers come from is policy's choice (``payout.confirmation``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from include.steps.context import StepContext, StepError

CONFIRMED = "CONFIRMED"
FAILED = "FAILED"
DATASET = "payout_confirmations"
COLUMNS = ("reference", "result", "bank_ref", "reason")
_RESULTS = {"PAID": CONFIRMED, "RETURNED": FAILED}


@dataclass(frozen=True)
class Answer:
    """The bank's answer to one payout reference."""

    reference: str
    state: str
    bank_ref: str | None = None
    reason: str | None = None


Paid = Callable[[str], bool]
"""Whether a reference is that of a payout that the bank has confirmed before."""


def nothing_paid(_reference: str) -> bool:
    """No payout was confirmed before."""
    return False


def same_day(context: StepContext, asked: Sequence[str], paid: Paid = nothing_paid) -> list[Answer]:
    """What was instructed counts as paid on the same date, unless the bank's file says otherwise; as in the sample."""
    answers = from_file(context, asked, paid)
    answered = {answer.reference for answer in answers}
    return answers + [Answer(reference, CONFIRMED) for reference in asked if reference not in answered]


def from_file(context: StepContext, asked: Sequence[str], paid: Paid = nothing_paid) -> list[Answer]:
    """The answers in ``<source>/payout_confirmations/<date>/confirmations.csv``; what it does not name stays unanswered.

    The columns are reference, result (PAID or RETURNED), bank_ref, reason. Banks answer when they answer: a date without
    a file has no answers. A payout that was PAID before may come back: RETURNED.

    Raises
    ------
    StepError : the file cannot be read, answers one reference twice, or answers what was never asked.
    """
    path = context.places.source / DATASET / context.business_date.isoformat() / "confirmations.csv"
    if not path.exists():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")), strict=True))
        answers = [Answer(row["reference"], _RESULTS[row["result"]], row["bank_ref"] or None, row["reason"] or None) for row in rows]
    except (UnicodeDecodeError, csv.Error, KeyError) as error:
        raise StepError(
            f"{path}: not a CSV in UTF-8 with {', '.join(COLUMNS)} and a result of {' or '.join(_RESULTS)} on every row ({error!r})."
        ) from error
    references = [answer.reference for answer in answers]
    waiting = set(asked)
    if strange := sorted(a.reference for a in answers if a.reference not in waiting and not (a.state == FAILED and paid(a.reference))):
        raise StepError(f"{path} answers {', '.join(strange[:5])}, which no payout is waiting for: take those rows out or ask the bank.")
    if len(set(references)) < len(references):
        raise StepError(f"{path} answers a payout twice: ask the bank which answer holds.")
    return answers


SOURCES: dict[str, Callable[[StepContext, Sequence[str], Paid], list[Answer]]] = {"same_day": same_day, "file": from_file}
