"""Curves that policy holds to a direction never turn, and holding them is exact; the prior moves the intercept alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from include import policy
from models.convert import scorecard_of
from models.features import Feature, Kind
from models.monotone import MonotoneLogisticRegression
from models.pipeline import FitSettings, fit, log_odds, prior_offset
from models.scorecard import NumberTerm
from tests.models.conftest import Fitted

X = Feature("x", Kind.NUMBER, "X")


def _humped(seed: int = 7) -> tuple[pd.DataFrame, np.ndarray]:
    """Repayment that rises with x and falls again."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, 3000)
    repaid = (rng.uniform(size=3000) < 1 / (1 + np.exp(-(2 - np.abs(x - 5))))).astype(np.int64)
    return pd.DataFrame({"x": np.where(rng.uniform(size=3000) < 0.1, np.nan, x)}), repaid


@pytest.mark.parametrize("direction", [1, -1])
def test_a_curve_that_would_turn_is_held(direction: int) -> None:
    frame, repaid = _humped()
    free = FitSettings((4,), 0.02, 10, (1.0,), 3, 3, 1)
    scan = pd.DataFrame({"x": np.linspace(-5, 15, 400)})
    turning = np.diff(log_odds(fit(frame, repaid, [X], free), scan))
    assert turning.max() > 0 > turning.min(), "without the rule this curve turns"
    held = np.diff(log_odds(fit(frame, repaid, [X], replace(free, directions={"x": direction})), scan))
    assert (held * direction >= 0).all()
    assert (held * direction > 0).any(), "it still learns the side that goes the right way"


def test_every_monotone_feature_of_the_shipped_score_keeps_its_direction(fitted: Fitted) -> None:
    scanned = 0
    for term in fitted.scorecard.terms:
        rule = policy.read("score")["directions"].get(term.name, {})
        if rule.get("monotone"):
            assert isinstance(term, NumberTerm)
            values = np.linspace(term.knots[0] - 1, term.knots[-1] + 1, 500)
            steps = np.diff(term.log_odds(pd.Series(values))) * (1 if rule["better"] == "more" else -1)
            assert steps.min() >= -1e-12, term.name
            scanned += 1
    assert scanned == 6


def test_holding_signs_finds_the_best_fit_within_them() -> None:
    """Against a general bounded optimiser, on correlated columns whose free fit breaks several signs."""
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(400, 8)) + rng.normal(size=(400, 1))
    repaid = (rng.uniform(size=400) < 1 / (1 + np.exp(-matrix @ np.array([1, -1, 0.5, -0.5, 0.1, 0, 0, -1.0])))).astype(np.int64)
    signs = (1, 1, -1, 1, 1, -1, 1, 1)

    def loss(beta: np.ndarray) -> float:
        z = matrix @ beta[1:] + beta[0]
        return float(np.logaddexp(0, -np.where(repaid == 1, z, -z)).sum() + beta[1:] @ beta[1:] / 2)

    bounds = [(None, None)] + [(0, None) if sign > 0 else (None, 0) for sign in signs]
    best = minimize(loss, np.zeros(9), bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 5000})
    ours = MonotoneLogisticRegression(signs, 1.0).fit(matrix, repaid)
    assert (ours.coef_[0] * signs >= 0).all()
    assert (ours.coef_[0] == 0).any()
    assert loss(np.concatenate([ours.intercept_, ours.coef_[0]])) == pytest.approx(best.fun, abs=1e-6)


def test_a_sample_by_outcome_gets_the_populations_odds() -> None:
    """All bad and a fifth of the repaid: with the population's bad rate stated, predictions are those of the whole."""
    frame, repaid = _humped()
    settings = FitSettings((4,), 0.02, 10, (1.0,), 3, 3, 1)
    population_bad = 1 - repaid.mean()
    rng = np.random.default_rng(5)
    kept = (repaid == 0) | (rng.uniform(size=len(repaid)) < 0.2)
    corrected = fit(frame[kept], repaid[kept], [X], replace(settings, population_bad_rate=population_bad))
    plain = fit(frame[kept], repaid[kept], [X], settings)
    assert np.ptp(log_odds(corrected, frame) - log_odds(plain, frame)) < 1e-9
    predicted = (1 / (1 + np.exp(-log_odds(corrected, frame)))).mean()
    assert predicted == pytest.approx(repaid.mean(), abs=0.02)
    assert abs((1 / (1 + np.exp(-log_odds(plain, frame)))).mean() - repaid.mean()) > 0.1
    assert scorecard_of(corrected, frame, [X]).intercept == corrected.named_steps["regression"].intercept_[0]


def test_the_offset_is_the_difference_of_the_log_odds() -> None:
    assert prior_offset(0.5, 0.2) == pytest.approx(math.log(4))
    assert prior_offset(0.3, 0.3) == 0


def test_rare_categories_share_a_coefficient() -> None:
    rng = np.random.default_rng(1)
    purpose = np.array(["car"] * 300 + ["house"] * 80 + ["boat"] * 4 + ["plane"] * 3)
    frame = pd.DataFrame({"purpose": pd.Series([None, *purpose], dtype=object)})
    repaid = np.append(1, (rng.uniform(size=387) < np.where(purpose == "car", 0.8, 0.4)).astype(np.int64))
    feature = Feature("purpose", Kind.CATEGORY, "P")
    pipeline = fit(frame, repaid, [feature], FitSettings((2,), 0.02, 10, (1.0,), 3, 3, 1))
    (term,) = scorecard_of(pipeline, frame, [feature]).terms
    assert term.coefficients["boat"] == term.coefficients["plane"] == term.missing != 0  # type: ignore[union-attr]
    assert term.coefficients["car"] > term.coefficients["house"]  # type: ignore[union-attr]
    values = pd.DataFrame({"purpose": pd.Series(["car", "boat", None, "never seen"], dtype=object)})
    by_table = scorecard_of(pipeline, frame, [feature]).intercept + term.log_odds(values["purpose"])
    assert by_table == pytest.approx(log_odds(pipeline, values), abs=1e-12)
