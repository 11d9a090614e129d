"""Score the day's new applications: the champion decides, the challenger is scored in shadow.

A chunk is computed while the chunk before it is written: the database and this process work side by side.
"""

from __future__ import annotations

import logging
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from include.database import run_sql, run_sql_many
from include.steps.context import StepContext, StepError, StepResult
from include.steps.origination.score_rows import Marks, as_lines, waiting_applications, write_scores

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from models.champion import ApprovedModel
    from models.reference import Bin

log = logging.getLogger("millrace.steps")


@dataclass
class Scorer:
    """A model at work on a date, and how many applications it met in each bin of its training set."""

    model: ApprovedModel
    marks: Marks
    bins: list[Bin]
    met: Counter[tuple[str, int]] = field(default_factory=Counter)

    def lines(self, waiting: pd.DataFrame) -> pa.Array:
        """Score a chunk; its scores as they are written.

        Raises
        ------
        StepError : the model needs what these applications do not have.
        """
        from models.champion import CACHE
        from models.reference import SOURCE, count
        from models.score import score

        try:
            scores = score(self.model.scorecard, waiting)
        except KeyError as error:
            raise StepError(
                f"{self.model.name} version {self.model.version} does not fit this code: {error.args[0]}. Train and promote a new one."
            ) from error
        self.met.update(count(self.bins, scores.frame, scores.points))
        self.met[SOURCE, int(self.model.source == CACHE)] += len(waiting)
        return as_lines(waiting["application_id"].to_numpy(), scores)


def score_applications(connection: Connection, context: StepContext) -> StepResult:
    """Score every NEW application and move it to UNDER_REVIEW.

    Raises
    ------
    StepError : no approved model, or its artifact is not what was approved; the message says what to do.
    """
    chunks = waiting_applications(connection)
    first = next(chunks, None)
    if first is None:
        return StepResult(0, details={"note": "no new applications"})
    from models.champion import NoChampionError, TamperedArtifactError, champion

    try:
        model = champion(connection)
    except (NoChampionError, TamperedArtifactError) as error:
        raise StepError(str(error)) from error
    scorers = [scorer_of(connection, context, model, "CHAMPION")]
    details: dict[str, Any] = {"model": model.name, "version": model.version, "source": model.source, "notice": model.notice}
    if model.notice:
        details["alert"] = f"{model.notice}. Scored with {model.name} version {model.version}, the champion that was verified last."
    shadow, told = _challenger(connection, context, model, first)
    rows = score_all(connection, [*scorers, *shadow], first, chunks)
    move = {"model_name": model.name, "model_version": model.version, "reason": f"scored by {model.name} version {model.version}"}
    run_sql(connection, "credit_model/score_move", move)
    return StepResult(rows, details={key: value for key, value in (details | told).items() if value is not None})


def scorer_of(connection: Connection, context: StepContext, model: ApprovedModel, role: str) -> Scorer:
    from models.reference import from_rows

    found = run_sql(connection, "credit_model/reference_select", {"model_name": model.name, "model_version": model.version})
    marks = Marks(model.name, model.version, role, context.business_date, model.source)
    return Scorer(model, marks, from_rows(dict(row) for row in found.mappings()) if found is not None else [])


def _challenger(
    connection: Connection, context: StepContext, champion: ApprovedModel, first: pd.DataFrame
) -> tuple[list[Scorer], dict[str, Any]]:
    """The challenger, tried on one application. Whatever is wrong with it is told, and does not stop the day."""
    from models.champion import CACHE, NoChampionError, TamperedArtifactError, challenger
    from models.reader import RegistryDownError

    if champion.source == CACHE:
        return [], {}
    try:
        model = challenger(connection)
        if model is None or model.version == champion.version:
            return [], {}
        scorer = scorer_of(connection, context, model, "CHALLENGER")
        scorer.lines(first.head(1))
        scorer.met.clear()
    except (NoChampionError, TamperedArtifactError, RegistryDownError, StepError) as error:
        log.warning("the challenger was not scored: %s", error)
        return [], {"challenger_refused": str(error)}
    return [scorer], {"challenger": model.version}


def score_all(connection: Connection, scorers: list[Scorer], first: pd.DataFrame, others: Any) -> int:
    """Score chunk by chunk and write. Returns the number of applications."""
    rows = 0
    with ThreadPoolExecutor(1) as computing:
        pending: list[tuple[Scorer, Future[pa.Array]]] = []
        for chunk in _first_and(first, others):
            rows += len(chunk)
            following = [(scorer, computing.submit(scorer.lines, chunk)) for scorer in scorers]
            _write(connection, pending)
            pending = following
        _write(connection, pending)
    for scorer in scorers:
        counted = [
            {**vars(scorer.marks), "feature": feature, "bin_no": number, "applications": applications}
            for (feature, number), applications in sorted(scorer.met.items())
        ]
        run_sql_many(connection, "credit_model/score_bins", counted)
    return rows


def _first_and(first: pd.DataFrame, others: Any) -> Any:
    yield first
    yield from others


def _write(connection: Connection, pending: list[tuple[Scorer, Future[pa.Array]]]) -> None:
    for scorer, lines in pending:
        write_scores(connection, lines.result(), scorer.marks)
