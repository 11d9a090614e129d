"""What a step is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from include.places import Places


@dataclass(frozen=True)
class Shard:
    """A closed range of loan ids, frozen by ``servicing.cut_off``. Shard 0 of an unsharded step spans all loans."""

    number: int = 0
    loan_from: int = 0
    loan_to: int = 2**62


@dataclass(frozen=True)
class StepContext:
    """The day a step works on and the places it may use.

    ``engine`` is for what must survive a rollback (a refused batch, say); a step's work goes through the
    connection that it is handed, which commits together with its row in ``step_run``.
    """

    business_date: date
    engine: Engine
    places: Places
    shard: Shard = field(default_factory=Shard)
    run_id: str = ""


@dataclass(frozen=True)
class StepResult:
    """What a step did: rows, an amount in currency units where one makes sense, and JSON-able details."""

    rows: int = 0
    amount: Decimal | None = None
    details: dict[str, Any] = field(default_factory=dict)


class StepError(Exception):
    """Wrong data or a wrong moment: running the same step again without doing what the message says will not help."""


class DayOrderError(StepError):
    """A step was asked to run for a date whose turn it is not."""


class BatchRefusedError(StepError):
    """A whole file is unusable. ``reopen`` names the steps to be done anew once a corrected file is in place."""

    def __init__(self, message: str, reopen: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.reopen = reopen
