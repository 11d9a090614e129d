"""The model card: written from the evaluation, complete on its own, and plain about what was not measured or missed."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import mlflow
import pandas as pd
import pytest
from sqlalchemy import Engine

from models import registry
from models.card import ModelCard, Section
from models.card_page import as_html, as_markdown
from models.comparison import HELD_OUT_FILE
from models.features import switched_on
from models.gates import COMPARED_WITH, DIFFERENCE_LOW, check
from models.history import read
from models.logged import evaluate_run
from models.train import build_training_set
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
    text = as_html("t", [verdict], {})
    assert '<td class="missed">missed by 0.1500</td>' in text


def test_what_data_hold_cannot_break_the_page() -> None:
    table = pd.DataFrame({"segment": ["<script>|", None], "auc": [0.5, float("nan")]})
    section = Section("t", ["a < b"], [("", table)])
    assert "<script>" not in as_html("t", [section], {})
    assert "<td>–</td>" in as_html("t", [section], {}).replace(' class=""', "")
    assert "| <script>\\| | 0.500 |" in as_markdown("t", [section])


def test_a_challenger_is_held_against_the_champion(model_database: Engine, champion_version: str, trained_run: str) -> None:
    """The same model fitted again is not worse than itself: both are compared by held-out scores, not by fitted ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.logged.assemble", lambda *_: _known(trained_run))
        again = registry.client().create_run(registry.client().get_run(trained_run).info.experiment_id).info.run_id
        for key, value in registry.client().get_run(trained_run).data.params.items():
            registry.client().log_param(again, key, value)
        with registry.run(again):
            mlflow.log_text(_artifact(trained_run, "scorecard.json"), "scorecard.json")
        metrics = evaluate_run(again, *read(), switched_on(), build_training_set())
    assert metrics[COMPARED_WITH] == float(champion_version)
    assert metrics["auc_less_champion"] == metrics[DIFFERENCE_LOW] == 0
    assert [gate.passed for gate in check(metrics, champion_version)][-1]
    assert "version " + champion_version in _artifact(again, "model_card.md")


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
