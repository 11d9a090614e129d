"""What the person reads who is asked to make a version champion."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from models import registry
from models.gates import Gate
from models.promote import Judged, Verdict
from models.question import question

NEW = Judged("2", {"auc": 0.8534, "ks": 0.5918, "adverse_impact.gender": 0.9697, "auc_sd": 0.04}, "run2")
OLD = Judged("1", {"auc": 0.8556, "ks": 0.588}, "run1")
GATES = [Gate("auc", 0.8534, "at least 0.8", True), Gate("ks", 0.5918, "at least 0.45", True)]


def test_figures_stand_beside_the_champions() -> None:
    lines = question(Verdict(NEW, False, GATES, OLD), None).splitlines()
    assert lines[:2] == ["- auc 0.8534 (held: at least 0.8)", "- ks 0.5918 (held: at least 0.45)"]
    assert lines[3:8] == [
        "| | version 2 | champion 1 |",
        "|---|---|---|",
        "| AUC | 0.8534 | 0.8556 |",
        "| KS | 0.5918 | 0.5880 |",
        "| adverse impact, gender | 0.9697 | not measured |",
    ]
    assert not any("MLflow" in line for line in lines), "a registry in a file has no pages"


def test_a_first_model_has_nothing_beside_it() -> None:
    text = question(Verdict(NEW, True, GATES), "http://mlflow/#/card")
    assert text.startswith("The first model: nothing scores yet.\n\n- auc")
    assert text.endswith("[Model card in MLflow](http://mlflow/#/card)")
    assert "|" not in text


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
