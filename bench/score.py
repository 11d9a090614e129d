"""The credit score beside other models on any CSV file: ``python bench/score.py --data FILE --target default [--test FILE]``.

The outcome is 1 where the loan went bad and 0 where it was repaid. Column types are worked out from the values. Without
``--test`` all models are measured on the same folds by nested cross-validation with fixed seeds; with it they are fitted to
the whole of ``--data`` and measured on the other file. A table for people goes first, then one JSON line a model: AUC, KS,
Brier score and calibration slope with their standard deviation over the folds, and the difference of its AUC to one-hot
logistic regression with a 95% interval.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

if not __package__:
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file

from bench.contenders import SEED, Contender, contenders
from models.evaluate import Outcomes, calibration_line, delong, delong_difference, kolmogorov_smirnov
from models.features import Floats
from models.schema import Schema, infer, prepare, read_text
from models.score import probability

FIGURES = ("auc", "ks", "brier", "calibration_slope")
BASE = "one_hot"


def read(path: Path, target: str) -> tuple[pd.DataFrame, Outcomes]:
    """Table of text without the outcome, and 1 where the loan was repaid; rows without an outcome are left out.

    Raises
    ------
    ValueError : no such column, or it does not hold both 0 and 1 and nothing else.
    """
    table = read_text(path)
    if target not in table:
        raise ValueError(f"{path} has no column {target}: say which holds the outcome with --target; there are {', '.join(table.columns)}")
    table = table[table[target].notna()].reset_index(drop=True)
    bad = pd.to_numeric(table.pop(target), errors="coerce")
    if set(bad) != {0, 1}:
        raise ValueError(f"{path}: {target} must be 0 (repaid) or 1 (bad), and both must occur; found {sorted(set(bad.astype(str)))[:5]}")
    return table, (1 - bad).to_numpy(dtype=np.int64)


def figures(repaid: Outcomes, scores: Floats) -> dict[str, float]:
    """The figures of one fold or file."""
    return {
        "auc": float(roc_auc_score(repaid, scores)),
        "ks": kolmogorov_smirnov(repaid, scores),
        "brier": float(brier_score_loss(repaid, probability(scores))),
        "calibration_slope": calibration_line(repaid, scores)[0],
    }


def cross_validated(frame: pd.DataFrame, repaid: Outcomes, schema: Schema, folds: int, repeats: int) -> list[dict[str, Any]]:
    """One result a model; every model sees the same folds."""
    splits = [
        split
        for repeat in range(repeats)
        for split in StratifiedKFold(folds, shuffle=True, random_state=SEED + repeat).split(frame, repaid)
    ]
    measured = {}
    for make in contenders(schema):
        name, by_fold = _over_folds(make, frame, repaid, splits)
        measured[name] = by_fold
    results = []
    for name, by_fold in measured.items():
        result: dict[str, Any] = {"model": name}
        for figure in FIGURES:
            values = [fold[figure] for fold in by_fold]
            result |= {figure: float(np.mean(values)), f"{figure}_sd": float(np.std(values, ddof=1))}
        paired = [fold["auc"] - base["auc"] for fold, base in zip(by_fold, measured[BASE], strict=True)]
        results.append(result | _to_one_hot(difference(paired, 1 / (folds - 1))) | {"folds": folds, "repeats": repeats})
    return results


def _over_folds(
    make: Callable[[], Contender], frame: pd.DataFrame, repaid: Outcomes, splits: Sequence[Any]
) -> tuple[str, list[dict[str, float]]]:
    by_fold = []
    for done, (learn, check) in enumerate(splits, 1):
        model = make().fit(frame.iloc[learn], repaid[learn])
        by_fold.append(figures(repaid[check], model.log_odds(frame.iloc[check])))
        print(f"\r{model.name}: fold {done} of {len(splits)}  ", end="" if done < len(splits) else "\n", file=sys.stderr, flush=True)
    return model.name, by_fold


def difference(paired: Sequence[float], held_out_to_learnt: float) -> tuple[float, float, float]:
    """Mean and 95% interval of differences over folds whose training rows overlap (Nadeau and Bengio 2003)."""
    mean, variance, many = float(np.mean(paired)), float(np.var(paired, ddof=1)), len(paired)
    half = float(student.ppf(0.975, many - 1)) * math.sqrt((1 / many + held_out_to_learnt) * variance)
    return mean, mean - half, mean + half


def _to_one_hot(found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("difference_to_one_hot", "difference_low", "difference_high"), found, strict=True))


def on_other_file(frame: pd.DataFrame, repaid: Outcomes, schema: Schema, other: pd.DataFrame, outcome: Outcomes) -> list[dict[str, Any]]:
    """One result a model: fitted to one file, measured on another; intervals are DeLong's."""
    scored: dict[str, Floats] = {}
    for make in contenders(schema):
        model = make().fit(frame, repaid)
        scored[model.name] = model.log_odds(other)
    results = []
    for name, scores in scored.items():
        _, auc_low, auc_high = delong(outcome, scores)
        result = {"model": name, **figures(outcome, scores), **{f"{figure}_sd": None for figure in FIGURES}}
        result |= {"auc_low": auc_low, "auc_high": auc_high, "test_rows": len(outcome)}
        results.append(result | _to_one_hot(delong_difference(outcome, scores, scored[BASE])))
    return results


def show(results: Sequence[dict[str, Any]]) -> None:
    """A table, then a JSON line a model."""
    print(f"{'model':20}{'AUC':>16}{'KS':>16}{'Brier':>16}{'slope':>16}  AUC less one-hot's")
    for result in results:
        cells = "".join(f"{_with_spread(result[figure], result[f'{figure}_sd']):>16}" for figure in FIGURES)
        interval = f"{result['difference_to_one_hot']:+.4f} ({result['difference_low']:+.4f} to {result['difference_high']:+.4f})"
        print(f"{result['model']:20}{cells}  {interval}")
    for result in results:
        print(json.dumps({name: round(value, 5) if isinstance(value, float) else value for name, value in result.items()}))


def _with_spread(value: float, spread: float | None) -> str:
    return f"{value:.4f}" if spread is None else f"{value:.4f} ± {spread:.3f}"


def compare(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Run what the options ask for."""
    table, repaid = read(options.data, options.target)
    schema = infer(table)
    frame = prepare(table, schema)
    print(f"{len(frame)} rows, {1 - repaid.mean():.3f} of them bad, {len(schema.features)} features", file=sys.stderr)
    for column, reason in schema.left_out.items():
        print(f"left out: {column} {reason}", file=sys.stderr)
    with threadpool_limits(1):
        if options.test is None:
            return cross_validated(frame, repaid, schema, options.folds, options.repeats)
        other, outcome = read(options.test, options.target)
        return on_other_file(frame, repaid, schema, prepare(other, schema), outcome)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="CSV file with a header")
    parser.add_argument("--target", default="default", help="its column with the outcome, 1 = bad")
    parser.add_argument("--test", type=Path, help="CSV file to measure on, with the same columns")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=1, help="of the cross-validation, each with folds of its own")
    options = parser.parse_args(arguments)
    try:
        results = compare(options)
    except (ValueError, KeyError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    show(results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
