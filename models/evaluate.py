"""How good the score is, on rows that it was not fitted to: cross-validated figures with their spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold

from models.features import Feature, Floats
from models.pipeline import FitSettings, fit, log_odds
from models.score import probability

Outcomes = NDArray[np.int64]


@dataclass(frozen=True)
class Evaluation:
    """Out-of-fold log-odds of every training row, and what they are worth."""

    log_odds: Floats
    metrics: dict[str, float]


def cross_validate(
    frame: pd.DataFrame, repaid: Outcomes, features: Sequence[Feature], settings: FitSettings, repeats: int = 1
) -> Evaluation:
    """Nested cross-validation: the penalty is chosen anew inside each fold.

    AUC and KS are given as mean and standard deviation over the folds; the others are over all out-of-fold rows, of the
    last repeat.
    """
    held_out = np.zeros(len(frame))
    aucs, kss = [], []
    for repeat in range(repeats):
        folds = StratifiedKFold(settings.outer_folds, shuffle=True, random_state=settings.seed + repeat)
        for learn, check in folds.split(frame, repaid):
            held_out[check] = log_odds(fit(frame.iloc[learn], repaid[learn], features, settings), frame.iloc[check])
            aucs.append(float(roc_auc_score(repaid[check], held_out[check])))
            kss.append(kolmogorov_smirnov(repaid[check], held_out[check]))
    spread = {
        "auc": float(np.mean(aucs)),
        "auc_sd": float(np.std(aucs, ddof=1)),
        "ks": float(np.mean(kss)),
        "ks_sd": float(np.std(kss, ddof=1)),
    }
    return Evaluation(held_out, spread | measure(repaid, held_out, settings.population_bad_rate))


def measure(repaid: Outcomes, scores: Floats, population_bad_rate: float | None = None) -> dict[str, float]:
    """Figures of log-odds against outcomes: pooled AUC with its 95% interval by DeLong, Gini, Brier, log loss, calibration.

    Where the rows were sampled by outcome, those that are about probabilities are weighted back to ``population_bad_rate``.
    """
    prob_good = probability(scores)
    pooled, low, high = delong(repaid, scores)
    weights = outcome_weights(repaid, population_bad_rate)
    slope, intercept = calibration_line(repaid, scores, weights)
    return {
        "auc_pooled": pooled,
        "auc_low": low,
        "auc_high": high,
        "gini": 2 * pooled - 1,
        "ks_pooled": kolmogorov_smirnov(repaid, scores),
        "brier": float(brier_score_loss(repaid, prob_good, sample_weight=weights)),
        "log_loss": float(log_loss(repaid, prob_good, sample_weight=weights)),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
    }


def kolmogorov_smirnov(repaid: Outcomes, scores: Floats) -> float:
    """Largest distance between the score distributions of repaid and bad."""
    false_positive, true_positive, _ = roc_curve(repaid, scores)
    return float(np.max(true_positive - false_positive))


def outcome_weights(repaid: Outcomes, population_bad_rate: float | None) -> Floats:
    """Weight of each row that gives rows sampled by outcome the bad rate of their population; 1 where they were not."""
    if population_bad_rate is None:
        return np.ones(len(repaid))
    return np.where(repaid == 1, (1 - population_bad_rate) / repaid.mean(), population_bad_rate / (1 - repaid.mean()))


def calibration_line(repaid: Outcomes, scores: Floats, weights: Floats | None = None) -> tuple[float, float]:
    """(slope, intercept) of the outcome's log-odds on the predicted log-odds; (1, 0) is perfect, a slope below 1 is overconfident."""
    line = LogisticRegression(C=math.inf, max_iter=1000).fit(scores.reshape(-1, 1), repaid, sample_weight=weights)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def placements(repaid: Outcomes, scores: Floats) -> tuple[Floats, Floats]:
    """Share of bad below each repaid, and of repaid above each bad, ties counting half (DeLong's structural components)."""
    good, bad = np.sort(scores[repaid == 1]), np.sort(scores[repaid == 0])
    return _share_below(scores[repaid == 1], bad), 1 - _share_below(scores[repaid == 0], good)


def delong(repaid: Outcomes, scores: Floats) -> tuple[float, float, float]:
    """AUC and its 95% interval (DeLong, DeLong and Clarke-Pearson 1988), by ranks (Sun and Xu 2014)."""
    of_good, of_bad = placements(repaid, scores)
    auc = float(of_good.mean())
    half = 1.959964 * math.sqrt(of_good.var(ddof=1) / len(of_good) + of_bad.var(ddof=1) / len(of_bad))
    return auc, max(auc - half, 0.0), min(auc + half, 1.0)


def delong_difference(repaid: Outcomes, scores: Floats, others: Floats) -> tuple[float, float, float]:
    """AUC of ``scores`` less AUC of ``others`` on the same rows, with its 95% interval (paired, by DeLong)."""
    of_good, of_bad = placements(repaid, scores)
    other_good, other_bad = placements(repaid, others)
    good, bad = of_good - other_good, of_bad - other_bad
    difference = float(good.mean())
    half = 1.959964 * math.sqrt(good.var(ddof=1) / len(good) + bad.var(ddof=1) / len(bad))
    return difference, difference - half, difference + half


def calibration_table(repaid: Outcomes, scores: Floats, groups: int = 10, weights: Floats | None = None) -> pd.DataFrame:
    """Predicted and observed share repaid in groups of equal weight, worst first."""
    weights = np.ones(len(repaid)) if weights is None else weights
    prob_good = probability(scores)
    parts = equal_parts(scores, weights, groups)
    return pd.DataFrame(
        {
            "group": range(1, len(parts) + 1),
            "rows": [len(part) for part in parts],
            "predicted": [float(np.average(prob_good[part], weights=weights[part])) for part in parts],
            "observed": [float(np.average(repaid[part], weights=weights[part])) for part in parts],
        }
    )


def equal_parts(scores: Floats, weights: Floats, groups: int) -> list[NDArray[np.int64]]:
    """Rows by rising score, cut into parts of equal weight; a part that would have no row is left out."""
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(weights[order])
    cuts = np.searchsorted(reached, reached[-1] * np.arange(1, groups) / groups, side="right")
    return [part for part in np.split(order, cuts) if len(part)]


def _share_below(values: Floats, ordered: Floats) -> Floats:
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / (2.0 * len(ordered))
