"""Which model may score: the registry's alias says which, the database's record says whether it is what was approved."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from include import policy
from include.database import run_sql
from models import reader
from models.scorecard import BadScorecardError, Scorecard, sha256

log = logging.getLogger("millrace.model")

REGISTRY, CACHE = "REGISTRY", "CACHE"


class NoChampionError(Exception):
    """There is no approved model to score with; the message says what to do."""


class TamperedArtifactError(Exception):
    """An artifact is not the one that was recorded; the message says which and what to do."""


@dataclass(frozen=True)
class ApprovedModel:
    """A model that may score. ``source`` is CACHE where the registry did not answer; ``notice`` then says why."""

    name: str
    version: str
    scorecard: Scorecard
    source: str = REGISTRY
    notice: str | None = None


def champion(connection: Connection) -> ApprovedModel:
    """The champion, verified. Where the registry does not answer: the champion that was verified last.

    Raises
    ------
    NoChampionError : nothing was ever approved, or the alias stands on a version that was not.
    TamperedArtifactError : the artifact's hash is not the recorded one.
    """
    name = policy.read("score")["model"]
    try:
        version = reader.alias_version(name, reader.CHAMPION)
        if version is None:
            raise NoChampionError(
                f"No champion for {name}: run the DAG credit_model (or `python -m models.train`), which trains, registers and promotes the"
                f" first model; or set the alias {reader.CHAMPION} of an approved version in MLflow. Then clear this task."
            )
        scorecard = verified(connection, name, version)
    except reader.RegistryDownError as down:
        return _last_verified(connection, name, str(down))
    run_sql(connection, "credit_model/model_verified", {"model_name": name, "model_version": version})
    return ApprovedModel(name, version, scorecard)


def challenger(connection: Connection) -> ApprovedModel | None:
    """The model under the alias challenger, None where there is none. It need not be approved, but recorded and unchanged.

    Raises
    ------
    NoChampionError, TamperedArtifactError, RegistryDownError : it cannot be used; the day goes on without it.
    """
    name = policy.read("score")["model"]
    version = reader.alias_version(name, reader.CHALLENGER)
    if version is None:
        return None
    return ApprovedModel(name, version, verified(connection, name, version, approved=False))


def verified(connection: Connection, name: str, version: str, approved: bool = True) -> Scorecard:
    """The coefficient table of a version, as the registry has it and as it was recorded.

    Raises
    ------
    NoChampionError : it was never recorded here, or never ``approved``.
    TamperedArtifactError : the artifact's hash is not the recorded one.
    """
    row = recorded(connection, name, version)
    if row is None or (approved and row.promoted_at is None):
        raise NoChampionError(
            f"{name} version {version} is named in MLflow but was never {'approved' if approved else 'recorded'} here: promote it with"
            f" `python -m models.promote --version {version} --by NAME --reason WHY`, or move the alias back to an approved version."
        )
    artifact = reader.scorecard_text(name, version)
    if (found := sha256(artifact)) != row.sha256:
        raise TamperedArtifactError(
            f"The coefficient table of {name} version {version} in MLflow is not the one that was registered: its SHA-256 is"
            f" {found[:16]}..., recorded is {row.sha256[:16]}.... It is refused. Find out who changed it; score_model.coefficients has the"
            " true text. To go on, promote another version: `python -m models.promote --version N --by NAME --reason WHY`."
        )
    return _parsed(artifact, name, version)


def _last_verified(connection: Connection, name: str, notice: str) -> ApprovedModel:
    result = run_sql(connection, "credit_model/model_last_verified", {"model_name": name})
    row = result.one_or_none() if result is not None else None
    if row is None:
        raise NoChampionError(f"{notice}. And no champion of {name} was ever approved here: start MLflow and run the DAG credit_model.")
    log.warning("%s. Scoring goes on with %s version %s, the champion that was verified last.", notice, name, row.model_version)
    return ApprovedModel(name, row.model_version, recorded_scorecard(row), CACHE, notice)


def recorded_scorecard(row: Row[Any]) -> Scorecard:
    """The coefficient table of a row of score_model.

    Raises
    ------
    TamperedArtifactError : the text was changed after it was recorded.
    """
    if sha256(row.coefficients) != row.sha256:
        raise TamperedArtifactError(
            f"score_model.coefficients of {row.model_name} version {row.model_version} no longer has its recorded SHA-256. It is refused:"
            " restore the row from a backup or promote another version."
        )
    return _parsed(row.coefficients, row.model_name, row.model_version)


def recorded(connection: Connection, name: str, version: str) -> Row[Any] | None:
    """The row of score_model; None where the version is not known here."""
    result = run_sql(connection, "credit_model/model_by_version", {"model_name": name, "model_version": version})
    return result.one_or_none() if result is not None else None


def _parsed(artifact: str, name: str, version: str) -> Scorecard:
    try:
        return Scorecard.from_json(artifact)
    except BadScorecardError as error:
        raise TamperedArtifactError(f"{name} version {version} cannot be scored with: {error}") from error
