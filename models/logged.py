"""An evaluation in MLflow: figures as metrics, tables as CSV, curves as pictures, and the model card, all kept with the run."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import mlflow
import pandas as pd
from sqlalchemy import Engine

from include import policy
from models import reader, registry
from models.card import ModelCard
from models.card_page import as_html, as_markdown
from models.champion import NoChampionError, TamperedArtifactError, recorded, verified
from models.comparison import HELD_OUT_FILE, NotComparableError, champion_scores, compare, held_out_text, key_columns, row_keys
from models.dossier import Dossier, assemble
from models.evaluate import Outcomes
from models.features import Feature
from models.pipeline import FitSettings
from models.registry import HELD_OUT_COLUMNS, HELD_OUT_SHA256
from models.scorecard import Scorecard, sha256

log = logging.getLogger("millrace.model")


def evaluate_run(
    run_id: str,
    applications: pd.DataFrame,
    repaid: Outcomes,
    features: Sequence[Feature],
    training: Mapping[str, Any],
    database: Engine | None = None,
) -> dict[str, float]:
    """Evaluate the model of a run and log all of it to the run. Safe to repeat: files and figures are replaced.

    Parameters
    ----------
    database : its record says whether the champion is unchanged; without it there is no comparison.

    Raises
    ------
    TamperedArtifactError : the champion's table or its held-out scores are not those that were recorded.
    """
    with registry.run(run_id):
        parameters = registry.client().get_run(run_id).data.params
        scorecard = Scorecard.from_json(mlflow.artifacts.load_text(f"runs:/{run_id}/{reader.SCORECARD_FILE}"))
        dossier = assemble(applications, repaid, features, FitSettings.from_policy(), scorecard, float(parameters["penalty"]))
        champion = _champion_beside(run_id)
        compared, why_not = _against(champion, dossier, applications, database) if champion else ({}, None)
        metrics = dossier.metrics | compared
        mlflow.log_metrics(metrics)
        columns = key_columns(applications)
        held_out = held_out_text(row_keys(applications, columns), dossier.log_odds)
        mlflow.log_text(held_out, HELD_OUT_FILE)
        mlflow.set_tags({HELD_OUT_SHA256: sha256(held_out), HELD_OUT_COLUMNS: " ".join(columns)})
        for name, table in dossier.tables.items():
            mlflow.log_text(table.to_csv(index=False, lineterminator="\n"), f"tables/{name}.csv")
        curves = dossier.curves()
        for file, figure in curves.items():
            mlflow.log_figure(figure, f"curves/{file}")
        card = ModelCard(metrics, dossier.tables, parameters, training, run_id, champion, why_not)
        mlflow.log_text(as_markdown(card.title, card.sections()), "model_card.md")
        mlflow.log_text(as_html(card.title, card.sections(), curves), "model_card.html")
    return metrics


def _champion_beside(run_id: str) -> str | None:
    """The version that scores now; None where nothing does, or this run's own."""
    name = policy.read("score")["model"]
    version = reader.alias_version(name, reader.CHAMPION)
    return None if version is None or registry.run_of(name, version)[0] == run_id else version


def _against(version: str, dossier: Dossier, applications: pd.DataFrame, database: Engine | None) -> tuple[dict[str, float], str | None]:
    """Figures of the comparison with the champion; or none, and why: its gate then counts as not measured."""
    try:
        champion, held_out, columns = _recorded_champion(policy.read("score")["model"], version, database)
        scores, known = champion_scores(champion, held_out, applications, row_keys(applications, columns))
    except NotComparableError as error:
        log.warning("not compared with the champion, version %s: %s", version, error)
        return {}, str(error)
    log.info("champion, version %s: %s of %s rows by its held-out scores, the others by its table", version, known, len(scores))
    return compare(dossier.repaid, dossier.log_odds, scores, version), None


def _recorded_champion(name: str, version: str, database: Engine | None) -> tuple[Scorecard, str, list[str]]:
    """(table, held-out scores, columns of their keys) of the champion, each as the database recorded it."""
    if database is None:
        raise NotComparableError("without a database nothing says whether it is unchanged")
    with database.connect() as connection:
        try:
            champion = verified(connection, name, version)
        except NoChampionError as error:
            raise NotComparableError(str(error).rstrip(".")) from error
        row = recorded(connection, name, version)
    figures = json.loads(row.metrics) if row is not None else {}
    if HELD_OUT_SHA256 not in figures:
        raise NotComparableError("no SHA-256 of its held-out scores was recorded")
    held_out = reader.scorecard_text(name, version, HELD_OUT_FILE)
    if (found := sha256(held_out)) != figures[HELD_OUT_SHA256]:
        raise TamperedArtifactError(
            f"{HELD_OUT_FILE} of {name} version {version} in MLflow is not the one that was registered: its SHA-256 is {found[:16]}...,"
            f" recorded is {figures[HELD_OUT_SHA256][:16]}.... Nothing is compared with it. Find out who changed it, restore it"
            " from MLflow's backup and evaluate again, or promote another version:"
            " `python -m models.promote --version N --by NAME --reason WHY`."
        )
    return champion, held_out, figures[HELD_OUT_COLUMNS].split()
