"""The models of bench/contenders.py measured on the same rows. One that fails costs the others nothing."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy.stats import t as student
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bench.contenders import BASE, SEED, Contender, contenders
from models.evaluate import Outcomes, calibration_line, delong, delong_difference, kolmogorov_smirnov
from models.features import Floats
from models.schema import Schema
from models.score import probability

FIGURES = ("auc", "ks", "brier", "calibration_slope")
FEWEST = 3  # of the rarer outcome: each model keeps some of both in the folds inside of its folds

Make = Callable[[], Contender]
Found = TypeVar("Found")


def figures(repaid: Outcomes, scores: Floats) -> dict[str, float]:
    """The figures of one fold or file."""
    return {
        "auc": float(roc_auc_score(repaid, scores)),
        "ks": kolmogorov_smirnov(repaid, scores),
        "brier": float(brier_score_loss(repaid, probability(scores))),
        "calibration_slope": calibration_line(repaid, scores)[0],
    }


def possible_folds(repaid: Outcomes, folds: int) -> int:
    """At most one fold a row of the rarer outcome.

    Raises
    ------
    ValueError : there are too few of it for any.
    """
    rarer = int(min(repaid.sum(), len(repaid) - repaid.sum()))
    if rarer < FEWEST:
        raise ValueError(f"the rarer outcome occurs {rarer} times, cross-validation needs {FEWEST}: give a file with more rows")
    return min(folds, rarer)


def cross_validated(frame: pd.DataFrame, repaid: Outcomes, schema: Schema, folds: int, repeats: int) -> list[dict[str, Any]]:
    """One result a model, those that failed last; every model sees the same folds."""
    splits = [
        split
        for repeat in range(repeats)
        for split in StratifiedKFold(folds, shuffle=True, random_state=SEED + repeat).split(frame, repaid)
    ]
    measured, failed = _each(schema, lambda name, make: _over_folds(name, make, frame, repaid, splits))
    results = []
    for name, by_fold in measured.items():
        result: dict[str, Any] = {"model": name}
        for figure in FIGURES:
            values = [fold[figure] for fold in by_fold]
            result |= {figure: float(np.mean(values)), f"{figure}_sd": float(np.std(values, ddof=1))}
        if BASE in measured:
            paired = [fold["auc"] - base["auc"] for fold, base in zip(by_fold, measured[BASE], strict=True)]
            result |= _to_one_hot(difference(paired, 1 / (folds - 1)))
        results.append(result | {"folds": folds, "repeats": repeats})
    return results + failed


def on_other_file(frame: pd.DataFrame, repaid: Outcomes, schema: Schema, other: pd.DataFrame, outcome: Outcomes) -> list[dict[str, Any]]:
    """One result a model, those that failed last: fitted to one file, measured on another; intervals are DeLong's."""

    def measure(name: str, make: Make) -> tuple[Floats, dict[str, Any]]:
        scores = make().fit(frame, repaid).log_odds(other)
        _, auc_low, auc_high = delong(outcome, scores)
        spread = {f"{figure}_sd": None for figure in FIGURES}
        result = {"model": name, **figures(outcome, scores), **spread, "auc_low": auc_low, "auc_high": auc_high}
        return scores, result | {"test_rows": len(outcome)}

    measured, failed = _each(schema, measure)
    results = []
    for scores, result in measured.values():
        paired = _to_one_hot(delong_difference(outcome, scores, measured[BASE][0])) if BASE in measured else {}
        results.append(result | paired)
    return results + failed


def difference(paired: Sequence[float], held_out_to_learnt: float) -> tuple[float, float, float]:
    """Mean and 95% interval of differences over folds whose training rows overlap (Nadeau and Bengio 2003)."""
    mean, variance, many = float(np.mean(paired)), float(np.var(paired, ddof=1)), len(paired)
    half = float(student.ppf(0.975, many - 1)) * math.sqrt((1 / many + held_out_to_learnt) * variance)
    return mean, mean - half, mean + half


def _each(schema: Schema, measure: Callable[[str, Make], Found]) -> tuple[dict[str, Found], list[dict[str, Any]]]:
    """What ``measure`` finds for each model, and a result with the error of each that fails."""
    found: dict[str, Found] = {}
    failed: list[dict[str, Any]] = []
    for name, make in contenders(schema).items():
        try:
            found[name] = measure(name, make)
        except Exception as error:
            failed.append({"model": name, "error": f"{type(error).__name__}: {error}"})
            print(f"\n{name} failed: {failed[-1]['error']}", file=sys.stderr)
    return found, failed


def _over_folds(name: str, make: Make, frame: pd.DataFrame, repaid: Outcomes, splits: Sequence[Any]) -> list[dict[str, float]]:
    by_fold = []
    for done, (learn, check) in enumerate(splits, 1):
        model = make().fit(frame.iloc[learn], repaid[learn])
        by_fold.append(figures(repaid[check], model.log_odds(frame.iloc[check])))
        print(f"\r{name}: fold {done} of {len(splits)}  ", end="" if done < len(splits) else "\n", file=sys.stderr, flush=True)
    return by_fold


def _to_one_hot(found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("difference_to_one_hot", "difference_low", "difference_high"), found, strict=True))
