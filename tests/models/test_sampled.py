"""A training set sampled by outcome: every table speaks of the population that it was sampled from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from models.coefficients import coefficient_table
from models.convert import scorecard_of
from models.cut_offs import lowest_approved
from models.dossier import Dossier, assemble
from models.features import BY_NAME, Floats, feature_frame
from models.pipeline import FitSettings, fit, prior_offset
from models.score import probability

FEATURES = (BY_NAME["age"], BY_NAME["income"])
SETTINGS = replace(FitSettings.from_policy(), knots=(2,), tails=0.0, penalties=(1.0,), inner_folds=2, outer_folds=3)


@dataclass(frozen=True)
class Lending:
    """A population whose true log-odds are known, and the evaluation of a sample of it: all bad, an eighth of the repaid."""

    applications: pd.DataFrame
    repaid: np.ndarray
    points: Floats
    dossier: Dossier


@pytest.fixture(scope="module")
def lending() -> Lending:
    rng, rows = np.random.default_rng(20260302), 60_000
    applications = pd.DataFrame(
        {
            "age": rng.uniform(20, 70, rows),
            "income": rng.uniform(0, 20_000, rows),
            "amount": rng.uniform(10_000, 20_000, rows),
            "gender": np.where(rng.uniform(size=rows) < 0.5, "f", "m"),
        }
    )
    truth = -1.0 + 0.05 * (applications["age"] - 20).to_numpy() + applications["income"].to_numpy() / 5_000
    repaid = (rng.uniform(size=rows) < probability(truth)).astype(np.int64)
    kept = (repaid == 0) | (rng.uniform(size=rows) < 0.125)
    settings = replace(SETTINGS, population_bad_rate=float(1 - repaid.mean()))
    sample, outcomes = applications[kept].reset_index(drop=True), repaid[kept]
    frame = feature_frame(sample, FEATURES)
    scorecard = scorecard_of(fit(frame, outcomes, FEATURES, settings), frame, FEATURES)
    return Lending(applications, repaid, scorecard.points(truth), assemble(sample, outcomes, FEATURES, settings, scorecard, 1.0))


def test_calibration_is_that_of_the_population(lending: Lending) -> None:
    table = lending.dossier.tables["calibration"]
    assert table["observed"].to_numpy() == pytest.approx(table["predicted"].to_numpy(), abs=0.03)
    assert table["observed"].mean() == pytest.approx(lending.repaid.mean(), abs=0.002)


def test_lift_is_by_tenths_of_the_population(lending: Lending) -> None:
    table = lending.dossier.tables["lift"]
    bad = 1 - lending.repaid[np.argsort(lending.points)]
    true = np.array([part.mean() for part in np.array_split(bad, 10)])
    assert table["bad_rate"].to_numpy() == pytest.approx(true, abs=0.02)
    assert table["bad_found"].to_numpy() == pytest.approx(np.cumsum(true) / true.sum(), abs=0.02)


def test_cut_offs_bring_what_they_bring_in_the_population(lending: Lending) -> None:
    table = lending.dossier.tables["cut_offs"]
    assert table["bad_rate"].to_numpy() == pytest.approx(table["expected_bad_rate"].to_numpy(), abs=0.01)
    assert table["profit"].iloc[0] == pytest.approx(table["expected_profit"].iloc[0], rel=0.05)
    for row in table.itertuples():
        assert row.approval_rate == pytest.approx((lending.points >= row.points).mean(), abs=0.02)


def test_groups_and_segments_have_the_rates_of_the_population(lending: Lending) -> None:
    approved = lending.points >= lowest_approved()
    women = (lending.applications["gender"] == "f").to_numpy()
    by_group = lending.dossier.tables["unequal_treatment"].set_index("group").loc["f"]
    assert by_group["approval_rate"] == pytest.approx(approved[women].mean(), abs=0.02)
    assert by_group["bad_rate"] == pytest.approx(1 - lending.repaid[women].mean(), abs=0.01)
    assert by_group["bad_rate_approved"] == pytest.approx(1 - lending.repaid[women & approved].mean(), abs=0.01)
    segments = lending.dossier.tables["segments"]
    assert segments["bad_rate"].to_numpy() == pytest.approx(segments["predicted_bad_rate"].to_numpy(), abs=0.02)
    assert segments.set_index("segment").loc["f", "bad_rate"] == pytest.approx(by_group["bad_rate"])


def test_standard_errors_are_those_of_the_fit_which_was_on_the_sample() -> None:
    rng = np.random.default_rng(1)
    applications = pd.DataFrame({"age": rng.uniform(20, 70, 2000), "income": rng.uniform(0, 20_000, 2000)})
    repaid = (rng.uniform(size=2000) < 0.5).astype(np.int64)
    frame = feature_frame(applications, FEATURES)

    def errors(settings: FitSettings, offset: float) -> list[float]:
        return list(
            coefficient_table(scorecard_of(fit(frame, repaid, FEATURES, settings), frame, FEATURES), frame, 1.0, offset)["standard_error"]
        )

    moved = prior_offset(1 - float(repaid.mean()), 0.05)
    assert errors(replace(SETTINGS, population_bad_rate=0.05), moved) == pytest.approx(errors(SETTINGS, 0.0), rel=1e-6, nan_ok=True)
