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


def same_day(_context: StepContext, asked: Sequence[str]) -> list[Answer]:
    """What was instructed counts as paid on the same date: a bank that answers at once, as in the sample."""
    return [Answer(reference, CONFIRMED) for reference in asked]


def from_file(context: StepContext, asked: Sequence[str]) -> list[Answer]:
    """The answers in ``<source>/payout_confirmations/<date>/confirmations.csv``; what it does not name stays unanswered.

    The columns are reference, result (PAID or RETURNED), bank_ref, reason. Banks answer when they answer: a date without
    a file has no answers.

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
    if strange := sorted(set(references) - set(asked)):
        raise StepError(f"{path} answers {', '.join(strange[:5])}, which no payout is waiting for: take those rows out or ask the bank.")
    if len(set(references)) < len(references):
        raise StepError(f"{path} answers a payout twice: ask the bank which answer holds.")
    return answers


SOURCES: dict[str, Callable[[StepContext, Sequence[str]], list[Answer]]] = {"same_day": same_day, "file": from_file}
