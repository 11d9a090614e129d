"""An evaluation in MLflow: figures as metrics, tables as CSV, curves as pictures, and the model card, all kept with the run."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import mlflow
import pandas as pd

from include import policy
from models import reader, registry
from models.card import ModelCard
from models.card_page import as_html, as_markdown
from models.comparison import HELD_OUT_FILE, champion_scores, compare, held_out_text, row_keys
from models.dossier import Dossier, assemble
from models.evaluate import Outcomes
from models.features import Feature
from models.pipeline import FitSettings
from models.scorecard import Scorecard

log = logging.getLogger("millrace.model")


def evaluate_run(
    run_id: str, applications: pd.DataFrame, repaid: Outcomes, features: Sequence[Feature], training: Mapping[str, Any]
) -> dict[str, float]:
    """Evaluate the model of a run and log all of it to the run. Safe to repeat: files and figures are replaced."""
    with registry.run(run_id):
        parameters = registry.client().get_run(run_id).data.params
        scorecard = Scorecard.from_json(mlflow.artifacts.load_text(f"runs:/{run_id}/{reader.SCORECARD_FILE}"))
        dossier = assemble(applications, repaid, features, FitSettings.from_policy(), scorecard, float(parameters["penalty"]))
        keys = row_keys(applications, repaid)
        metrics = dossier.metrics | _against_champion(run_id, dossier, applications, keys)
        mlflow.log_metrics(metrics)
        mlflow.log_text(held_out_text(keys, dossier.log_odds), HELD_OUT_FILE)
        for name, table in dossier.tables.items():
            mlflow.log_text(table.to_csv(index=False, lineterminator="\n"), f"tables/{name}.csv")
        curves = dossier.curves()
        for file, figure in curves.items():
            mlflow.log_figure(figure, f"curves/{file}")
        card = ModelCard(metrics, dossier.tables, parameters, training, run_id)
        mlflow.log_text(as_markdown(card.title, card.sections()), "model_card.md")
        mlflow.log_text(as_html(card.title, card.sections(), curves), "model_card.html")
    return metrics


def _against_champion(run_id: str, dossier: Dossier, applications: pd.DataFrame, keys: list[str]) -> dict[str, float]:
    """Figures of the comparison; none where nothing scores yet, or the champion cannot score these rows."""
    name = policy.read("score")["model"]
    version = reader.alias_version(name, reader.CHAMPION)
    if version is None:
        return {}
    champion_run, _ = registry.run_of(name, version)
    if champion_run == run_id:
        return {}
    champion = Scorecard.from_json(reader.scorecard_text(name, version))
    try:
        scores = champion_scores(champion, _held_out(champion_run), applications, keys)
    except KeyError as error:
        log.warning("no comparison with the champion, version %s: %s", version, error)
        return {}
    return compare(dossier.repaid, dossier.log_odds, scores, version)


def _held_out(run_id: str) -> str | None:
    """The held-out scores of a run; those of before there was such a file have none."""
    if not any(item.path == HELD_OUT_FILE for item in registry.client().list_artifacts(run_id)):
        return None
    return str(mlflow.artifacts.load_text(f"runs:/{run_id}/{HELD_OUT_FILE}"))
