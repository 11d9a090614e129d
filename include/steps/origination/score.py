"""Score the day's new applications in one frame: the champion decides, the challenger is scored in shadow."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from include.database import read_sql, run_sql
from include.steps.context import StepContext, StepError, StepResult

if TYPE_CHECKING:
    import pandas as pd

    from models.champion import ApprovedModel

log = logging.getLogger("millrace.steps")


def score_applications(connection: Connection, context: StepContext) -> StepResult:
    """Score every NEW application and move it to UNDER_REVIEW.

    Raises
    ------
    StepError : no approved model, or its artifact is not what was approved; the message says what to do.
    """
    import pandas as pd

    waiting = pd.DataFrame(list(run_sql(connection, "credit_model/score_select").mappings()))  # type: ignore[union-attr]
    if waiting.empty:
        return StepResult(0, details={"note": "no new applications"})
    from models.champion import NoChampionError, TamperedArtifactError, champion

    try:
        model = champion(connection)
    except (NoChampionError, TamperedArtifactError) as error:
        raise StepError(str(error)) from error
    _write(connection, context, model, "CHAMPION", waiting)
    details: dict[str, Any] = {"model": model.name, "version": model.version, "source": model.source, "notice": model.notice}
    details |= _shadow(connection, context, model, waiting)
    move = {"model_name": model.name, "model_version": model.version, "reason": f"scored by {model.name} version {model.version}"}
    run_sql(connection, "credit_model/score_move", move)
    return StepResult(len(waiting), details={key: value for key, value in details.items() if value is not None})


def _shadow(connection: Connection, context: StepContext, champion: ApprovedModel, waiting: pd.DataFrame) -> dict[str, Any]:
    """Score with the challenger. Whatever is wrong with it is told, and does not stop the day."""
    from models.champion import CACHE, NoChampionError, TamperedArtifactError, challenger
    from models.reader import RegistryDownError

    if champion.source == CACHE:
        return {}
    try:
        model = challenger(connection)
        if model is None or model.version == champion.version:
            return {}
        _write(connection, context, model, "CHALLENGER", waiting)
    except (NoChampionError, TamperedArtifactError, RegistryDownError, StepError) as error:
        log.warning("the challenger was not scored: %s", error)
        return {"challenger_refused": str(error)}
    return {"challenger": model.version}


def _write(connection: Connection, context: StepContext, model: ApprovedModel, role: str, waiting: pd.DataFrame) -> None:
    from models.score import score

    try:
        scores = score(model.scorecard, waiting)
    except KeyError as error:
        raise StepError(
            f"{model.name} version {model.version} does not fit this code: {error.args[0]}. Train and promote a new one."
        ) from error
    rows = zip(waiting["application_id"], scores.prob_good, scores.points, scores.reasons, scores.features, strict=True)
    insert = text(read_sql("credit_model/score_insert")[0])
    connection.execute(
        insert,
        [
            {
                "application_id": int(application_id),
                "model_name": model.name,
                "model_version": model.version,
                "role": role,
                "business_date": context.business_date,
                "prob_good": float(prob_good),
                "points": f"{points:.4f}",
                "reason_codes": json.dumps(reasons),
                "features": json.dumps(features, ensure_ascii=False),
                "model_source": model.source,
            }
            for application_id, prob_good, points, reasons, features in rows
        ],
    )
