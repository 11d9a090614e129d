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
    [
        (["--target", "outcome"], "has no column outcome"),
        (["--target", "children"], "must be 0"),
        (["--folds", "1"], "--folds must be at least 2"),
    ],
)
def test_what_cannot_be_measured_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(_file(tmp_path / "a.csv", 60, 1)), *options])
    assert says in capsys.readouterr().err


class _Fails:
    def fit(self, frame: pd.DataFrame, repaid: np.ndarray) -> _Fails:
        raise RuntimeError("no solution")


@pytest.fixture
def two_models(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The two that matter, to run quickly; a name given another maker here runs with that."""
    kept, others = contenders.contenders, dict[str, object]()
    monkeypatch.setattr("bench.measure.contenders", lambda schema: {name: kept(schema)[name] for name in ("one_hot", "millrace")} | others)
    return others


@pytest.mark.parametrize("in_another", [False, True])
@pytest.mark.parametrize(("fails", "status"), [("one_hot", 0), ("millrace", 1)])
def test_a_model_that_fails_costs_the_others_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], two_models: dict[str, object], in_another: bool, fails: str, status: int
) -> None:
    two_models[fails] = _Fails
    arguments = ["--data", str(_file(tmp_path / "a.csv", 120, 1)), "--folds", "3"]
    arguments += ["--test", str(_file(tmp_path / "b.csv", 60, 2))] if in_another else []
    assert main(arguments) == status
    printed = capsys.readouterr()
    measured, failed = _lines(printed.out)
    assert failed == {"model": fails, "error": "RuntimeError: no solution"}
    assert float(str(measured["auc"])) > 0.5
    assert f"{fails} failed: RuntimeError: no solution" in printed.err


@pytest.mark.usefixtures("two_models")
def test_no_more_folds_than_rows_of_the_rarer_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few_bad = [1] * 4 + [0] * 116
    assert main(["--data", str(_file(tmp_path / "a.csv", 120, 1, default=few_bad))]) == 0
    printed = capsys.readouterr()
    assert "4 folds in place of 10" in printed.err
    assert [line["folds"] for line in _lines(printed.out)] == [4, 4]
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(_file(tmp_path / "a.csv", 120, 1, default=[1, 1] + [0] * 118))])
    assert "give a file with more rows" in capsys.readouterr().err


@pytest.mark.usefixtures("two_models")
def test_what_tells_the_outcome_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = np.arange(120) % 3 == 0
    data = _file(tmp_path / "a.csv", 120, 1, default=bad.astype(int), status=np.where(bad, "charged off", "paid"), target=bad)
    assert main(["--data", str(data), "--folds", "3"]) == 0
    printed = capsys.readouterr()
    assert "left out: status is a copy of the outcome" in printed.err
    assert "left out: target is a copy of the outcome" in printed.err
    assert all(float(str(line["auc"])) < 0.9 for line in _lines(printed.out))


@pytest.mark.usefixtures("two_models")
def test_a_column_that_the_other_file_lacks_is_missing_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, other = _file(tmp_path / "a.csv", 120, 1), _file(tmp_path / "b.csv", 60, 2)
    pd.read_csv(other).drop(columns="region").to_csv(other, index=False)
    assert main(["--data", str(data), "--test", str(other)]) == 0
    printed = capsys.readouterr()
    assert f"{other} has no column region: missing in all of its rows" in printed.err
    assert len(_lines(printed.out)) == 2
    pd.read_csv(other)[["default"]].to_csv(other, index=False)
    with pytest.raises(SystemExit, match="2"):
        main(["--data", str(data), "--test", str(other)])
    assert "has none of the columns" in capsys.readouterr().err


def _hard_to_read(table: pd.DataFrame) -> pd.DataFrame:
    """Our own fields as people write them, a date with a stray number, and a mark that is set or blank."""
    row = np.arange(len(table))
    income = [f"${value * 100:,.0f}" if value == value else " " for value in table["income"]]
    opened = pd.Series(pd.date_range("2020-01-01", periods=len(table)).strftime("%Y-%m-%d")).mask(row == 3, "0")
    return table.assign(income=income, amount="1,700", opened=opened, guarantor=np.where(row % 2, "7", "."))


def test_every_model_copes_with_cells_as_people_write_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, other = _file(tmp_path / "a.csv", 240, 1), _file(tmp_path / "b.csv", 120, 2)
    for path in (data, other):
        _hard_to_read(pd.read_csv(path)).to_csv(path, index=False)
    assert main(["--data", str(data), "--test", str(other)]) == 0
    lines = _lines(capsys.readouterr().out)
    assert [line["model"] for line in lines] == MODELS, "none failed"
    assert float(str(next(line for line in lines if line["model"] == "millrace")["auc"])) > 0.7, "it reads the income"


def test_the_same_file_gives_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = contenders.contenders
    monkeypatch.setattr("bench.measure.contenders", lambda schema: {name: kept(schema)[name] for name in ("one_hot", "millrace")})
    arguments = ["--data", str(_file(tmp_path / "a.csv", 200, 3)), "--target", "default", "--folds", "3"]
    main(arguments)
    first = capsys.readouterr().out
    main(arguments)
    assert capsys.readouterr().out == first


def test_it_runs_as_a_file_from_anywhere(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, ROOT / "bench" / "score.py", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "--target" in done.stdout
