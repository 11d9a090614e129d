"""bench/score.py on a crafted file: what is missing, constant, unseen or names a row does not stop it, and is not learnt from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench import contenders
from bench.score import main

ROOT = Path(__file__).parents[2]
MODELS = ["naive", "one_hot", "optbinning", "millrace", "gradient_boosting"]


@pytest.fixture(autouse=True)
def small_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """One size of tree: what is tested is the comparison, not the ceiling."""
    monkeypatch.setattr(contenders, "LEAVES", (4,))


def _file(path: Path, rows: int, seed: int, **changes: object) -> Path:
    rng = np.random.default_rng(seed)
    income = rng.lognormal(3, 0.5, rows)
    region = rng.choice(["north", "south", "west"], rows)
    log_odds = 3 * np.log(income) - 8 + np.where(region == "south", -2.0, 0.5)
    frame = pd.DataFrame(
        {
            "id": np.arange(rows) + 5000,
            "income": np.where(rng.uniform(size=rows) < 0.1, np.nan, income),
            "region": pd.Series(region, dtype=object).where(rng.uniform(size=rows) > 0.1),
            "children": rng.integers(0, 4, rows),
            "currency": "CNY",
            "default": (rng.uniform(size=rows) > 1 / (1 + np.exp(-log_odds))).astype(int),
        }
    )
    frame.assign(**changes).to_csv(path, index=False)
    return path


def _lines(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def test_same_folds_one_json_line_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(_file(tmp_path / "a.csv", 240, 1)), "--target", "default", "--folds", "3"]) == 0
    printed = capsys.readouterr()
    lines = _lines(printed.out)
    assert [line["model"] for line in lines] == MODELS
    assert printed.out.splitlines()[-1].startswith("{")
    assert "left out: id names the row" in printed.err
    assert "left out: currency has one value" in printed.err
    by_model = {str(line["model"]): line for line in lines}
    assert {"auc", "auc_sd", "ks", "brier", "brier_sd", "calibration_slope", "difference_low", "difference_high"} <= set(
        by_model["millrace"]
    )
    assert float(str(by_model["millrace"]["auc"])) > 0.75
    assert float(str(by_model["millrace"]["auc"])) > float(str(by_model["naive"]["auc"])), "it reads the region"
    assert by_model["one_hot"]["difference_to_one_hot"] == 0


def test_another_file_with_categories_and_gaps_never_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learnt = _file(tmp_path / "a.csv", 240, 1)
    other = _file(tmp_path / "b.csv", 120, 2, region="island", children=[None, *range(119)])
    assert main(["--data", str(learnt), "--target", "default", "--test", str(other)]) == 0
    lines = _lines(capsys.readouterr().out)
    assert [line["model"] for line in lines] == MODELS
    for line in lines:
        assert line["test_rows"] == 120
        assert float(str(line["auc_low"])) < float(str(line["auc"])) < float(str(line["auc_high"]))
    assert float(str(next(line for line in lines if line["model"] == "millrace")["auc"])) > 0.7


@pytest.mark.parametrize(
    ("options", "says"),
    [(["--target", "outcome"], "has no column outcome"), (["--target", "children"], "must be 0")],
)
def test_what_cannot_be_measured_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(_file(tmp_path / "a.csv", 60, 1)), *options])
    assert says in capsys.readouterr().err


def test_the_same_file_gives_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = contenders.contenders
    monkeypatch.setattr("bench.score.contenders", lambda schema: [kept(schema)[1], kept(schema)[3]])
    arguments = ["--data", str(_file(tmp_path / "a.csv", 200, 3)), "--target", "default", "--folds", "3"]
    main(arguments)
    first = capsys.readouterr().out
    main(arguments)
    assert capsys.readouterr().out == first


def test_it_runs_as_a_file_from_anywhere(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, ROOT / "bench" / "score.py", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "--target" in done.stdout
