"""The model card: written from the evaluation, complete on its own, and plain about what was not measured or missed."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from models import registry
from models.card import ModelCard, Section
from models.card_page import as_html, as_markdown
from models.champion import TamperedArtifactError
from models.comparison import HELD_OUT_FILE
from models.features import switched_on
from models.gates import COMPARED_WITH, DIFFERENCE_LOW, check
from models.history import read
from models.logged import evaluate_run
from models.reader import SCORECARD_FILE
from models.train import build_training_set
from tests.models.conftest import artifact_file
from tests.models.test_gates import GOOD

TITLES = [
    "What the gates say", "What it is for", "What it was made from", "How good it is", "Where to cut",
    "Does it work everywhere", "Unequal treatment", "Drift", "What is inside",
]  # fmt: skip


class _Page(HTMLParser):
    """Tags that were opened and not closed, and sources of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(str(dict(attrs)["src"]))
        elif tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _artifact(run_id: str, file: str) -> str:
    registry.client()
    return str(mlflow.artifacts.load_text(f"runs:/{run_id}/{file}"))


def test_the_page_needs_no_other_file(trained_run: str) -> None:
    page = _artifact(trained_run, "model_card.html")
    parsed = _Page()
    parsed.feed(page)
    assert parsed.open == []
    assert len(parsed.pictures) == 6
    assert all(source.startswith("data:image/png;base64,iVBOR") for source in parsed.pictures)
    assert "http" not in re.sub(r"base64,[^\"]+", "", page)
    assert re.findall(r"<h2>(.*?)</h2>", page) == TITLES


def test_the_card_says_what_the_evaluation_found(trained_run: str) -> None:
    run = registry.client().get_run(trained_run).data
    card = _artifact(trained_run, "model_card.md")
    assert re.findall(r"^## (.*)$", card, re.MULTILINE) == TITLES
    assert f"| auc | {run.metrics['auc']:.3f} | at least 0.8 | held |" in card
    assert f"Passes all {len(check(run.metrics))} gates." in card
    assert run.params["training_sha256"] in card
    assert run.params["policy_version"] in card
    assert "There is no out-of-time figure" in card
    assert "| switched off by policy | gender |" in card
    coefficients = pd.read_csv(io.StringIO(_artifact(trained_run, "tables/coefficients.csv")))
    assert f"{coefficients['coefficient'][0]:.3f}" in card


def _card(metrics: dict[str, float]) -> list[Section]:
    parameters = {"features": "x", "left_out": "none", "penalty": "0.3", "policy_version": "p"}
    return [ModelCard(metrics, {}, parameters, {"rows": 10, "bad": 3, "sha256": "s", "path": "h.csv"}, "r").verdict()]


def test_a_missed_gate_and_a_worse_challenger_stand_first() -> None:
    metrics = GOOD | {"psi": 0.4, COMPARED_WITH: 2.0, DIFFERENCE_LOW: -0.03, "champion_auc": 0.86, "auc_less_champion": -0.01}
    (verdict,) = _card(metrics | {"auc_less_champion_high": 0.001})
    assert verdict.words[0] == "Misses psi, auc_against_champion: it cannot be promoted."
    assert "version 2, AUC 0.8600" in verdict.words[1]
    assert '<td class="missed">missed by 0.1500</td>' in as_html("t", [verdict], {})


def test_what_data_hold_cannot_break_the_page() -> None:
    table = pd.DataFrame({"segment": ["<script>|", None], "auc": [0.5, float("nan")]})
    section = Section("t", ["a < b"], [("", table)])
    assert "<script>" not in as_html("t", [section], {})
    assert "<td>–</td>" in as_html("t", [section], {}).replace(' class=""', "")
    assert "| <script>\\| | 0.500 |" in as_markdown("t", [section])


def _fitted_again(trained_run: str, rows: pd.DataFrame, database: Engine | None) -> tuple[str, dict[str, float]]:
    """(run, figures) of the same model in a run of its own, evaluated beside the champion."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.logged.assemble", lambda *_: _known(trained_run))
        again = registry.client().create_run(registry.client().get_run(trained_run).info.experiment_id).info.run_id
        for key, value in registry.client().get_run(trained_run).data.params.items():
            registry.client().log_param(again, key, value)
        with registry.run(again):
            mlflow.log_text(_artifact(trained_run, "scorecard.json"), "scorecard.json")
        return again, evaluate_run(again, rows, read()[1], switched_on(), build_training_set(), database)


@pytest.mark.parametrize("more", [{}, {"open_loans": 0.0}])
def test_a_challenger_is_held_against_the_champion(
    model_database: Engine, champion_version: str, trained_run: str, more: dict[str, float]
) -> None:
    """The same model fitted again is not worse than itself: both by held-out scores, whatever columns the set has gained."""
    again, metrics = _fitted_again(trained_run, read()[0].assign(**more), model_database)
    assert metrics[COMPARED_WITH] == float(champion_version)
    assert metrics["auc_less_champion"] == metrics[DIFFERENCE_LOW] == 0
    assert [gate.passed for gate in check(metrics, champion_version)][-1]
    assert "version " + champion_version in _artifact(again, "model_card.md")


@pytest.mark.parametrize("file", [SCORECARD_FILE, HELD_OUT_FILE])
def test_a_champion_that_was_changed_in_mlflow_is_not_compared_with(
    model_database: Engine, champion_version: str, trained_run: str, own_mlflow: Path, file: str
) -> None:
    artifact = artifact_file(own_mlflow, trained_run, file)
    honest = artifact.read_text()
    try:
        artifact.write_text(honest + "\n")
        with pytest.raises(
            TamperedArtifactError, match=rf"version {champion_version} in MLflow is not the one .* `python -m models.promote"
        ):
            _fitted_again(trained_run, read()[0], model_database)
    finally:
        artifact.write_text(honest)


def test_a_champion_whose_rows_cannot_be_known_again_misses_the_gate_and_the_card_says_why(
    model_database: Engine, champion_version: str, trained_run: str
) -> None:
    without_keys = "update score_model set metrics = json_remove(metrics, '$.held_out_sha256')"
    for database, rows, why in (
        (model_database, read()[0].drop(columns="gender"), "its rows are known by gender, which this training set does not have."),
        (None, read()[0], "without a database nothing says whether it is unchanged."),
        (model_database, read()[0], "no SHA-256 of its held-out scores was recorded."),
    ):
        if why.startswith("no SHA-256"):
            with model_database.begin() as connection:
                connection.execute(text(without_keys))
        again, metrics = _fitted_again(trained_run, rows, database)
        assert [gate.name for gate in check(metrics, champion_version) if not gate.passed] == ["auc_against_champion"]
        card = _artifact(again, "model_card.md")
        assert "Misses auc_against_champion: it cannot be promoted." in card
        assert f"It was not compared with the champion, version {champion_version}: {why}" in card


def _known(run_id: str) -> object:
    """The dossier of the run without another cross-validation."""
    from models.dossier import Dossier
    from models.scorecard import Scorecard

    client = registry.client()
    tables = {
        item.path.removeprefix("tables/").removesuffix(".csv"): pd.read_csv(io.StringIO(_artifact(run_id, item.path)))
        for item in client.list_artifacts(run_id, "tables")
    }
    scores = pd.read_csv(io.StringIO(_artifact(run_id, HELD_OUT_FILE)), dtype=str)["log_odds"].map(float).to_numpy()
    scorecard = Scorecard.from_json(_artifact(run_id, "scorecard.json"))
    return Dossier(dict(client.get_run(run_id).data.metrics), tables, scores, read()[1], scorecard)
