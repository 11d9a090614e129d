"""What the person reads who is asked to make a version champion."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from include import policy
from models import registry
from models.gates import Gate, check
from models.promote import Judged, Verdict
from models.question import WORDS, question

NEW = Judged("2", {}, "run2")
OLD = Judged("1", {"auc": 0.8556}, "run1")
GATES = [
    Gate("auc", 0.8534, "at least 0.8", True),
    Gate("adverse_impact.gender", 0.9697, "at least 0.8", True),
    Gate("auc_against_champion", -0.0053, "at least -0.01", True),
]


def test_figures_stand_beside_the_champions_and_the_limits() -> None:
    assert question(Verdict(NEW, False, GATES, OLD), None).splitlines() == [
        "|  | version 2 | champion 1 | limit |",
        "| --- | --- | --- | --- |",
        "| AUC | 0.8534 | 0.8556 | at least 0.8 |",
        "| adverse impact, gender | 0.9697 |  | at least 0.8 |",
        "| AUC less the champion's, lower end of the 95% interval | -0.0053 |  | at least -0.01 |",
        "",
        "Version 2 scores in shadow until you answer.",
    ]


def test_a_first_model_has_nothing_beside_it() -> None:
    lines = question(Verdict(NEW, True, GATES[:1]), "http://mlflow/#/card").splitlines()
    assert lines[0] == "|  | version 2 | limit |"
    assert lines[2] == "| AUC | 0.8534 | at least 0.8 |"
    assert lines[-1] == "The first model: nothing scores yet. [Model card in MLflow](http://mlflow/#/card)"


def test_every_gate_has_its_words() -> None:
    limits = policy.read("score")["gates"]["adverse_impact_min"]
    figures = dict.fromkeys(WORDS, 1.0) | {"champion_version": 1.0, "auc_less_champion_low": 0.0, "wrong_signs": 0.0}
    assert {gate.name for gate in check(figures, "1")} == set(WORDS)
    assert {f"adverse_impact.{attribute}" for attribute in limits} < set(WORDS)


@pytest.fixture
def experiment_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        def get_run(self, run_id: str) -> Any:
            assert run_id == "run1"
            info = type("Info", (), {"experiment_id": "7"})
            return type("Run", (), {"info": info})

    monkeypatch.setattr(registry, "client", Client)


def test_the_link_compares_both_runs(experiment_seven: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@registry:5000")
    link = str(registry.page(["run1", "run2"]))
    assert link.startswith("http://registry:5000/#/compare-runs?"), "without a login"
    asked = parse_qs(urlsplit(link).fragment.partition("?")[2])
    assert {name: json.loads(values[0]) for name, values in asked.items()} == {"runs": ["run1", "run2"], "experiments": ["7"]}
    assert not set(link) & set('[]"() '), "it must stand in Markdown"


def test_the_link_goes_where_people_open_mlflow(experiment_seven: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow:5000")
    monkeypatch.setenv("MILLRACE_MLFLOW_PAGES", "https://localhost:5443/")
    assert registry.page(["run1"]) == "https://localhost:5443/#/experiments/7/runs/run1/artifacts"


def test_a_registry_in_a_file_has_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILLRACE_MLFLOW_PAGES", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    assert registry.page(["run1"]) is None
