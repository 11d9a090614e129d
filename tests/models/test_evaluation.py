"""The parts of an evaluation against cases that can be worked out by hand or by another method."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from include import policy
from models.coefficients import SET, coefficient_table, sign_checks
from models.comparison import NotComparableError, champion_scores, held_out_text, key_columns, row_keys
from models.cut_offs import cut_offs, lift, lowest_approved
from models.drift import psi, psi_by_feature
from models.evaluate import delong_difference, measure
from models.fairness import adverse_impact, approval_by_group
from models.features import switched_on
from models.hold_out import latest_part
from models.pipeline import FitSettings
from models.score import score
from models.scorecard import CategoryTerm, NumberTerm, Scale, Scorecard
from models.segments import segment_table
from tests.models.conftest import Fitted

RNG = np.random.default_rng(20260302)


@pytest.fixture(autouse=True)
def same_numbers() -> None:
    """Every test draws the same numbers, whatever ran before it."""
    RNG.bit_generator.state = np.random.default_rng(20260302).bit_generator.state


def _outcomes(rows: int) -> tuple[np.ndarray, np.ndarray]:
    scores = RNG.normal(size=rows)
    return (RNG.uniform(size=rows) < 1 / (1 + np.exp(-scores))).astype(np.int64), scores


def test_paired_delong_has_the_spread_of_a_bootstrap() -> None:
    repaid, scores = _outcomes(1500)
    other = scores + RNG.normal(scale=0.8, size=1500)
    difference, low, high = delong_difference(repaid, scores, other)

    def auc(rows: np.ndarray, values: np.ndarray) -> float:
        ranks = pd.Series(values[rows]).rank().to_numpy()
        good = repaid[rows] == 1
        return float((ranks[good].sum() - good.sum() * (good.sum() + 1) / 2) / (good.sum() * (~good).sum()))

    everything = np.arange(1500)
    assert difference == pytest.approx(auc(everything, scores) - auc(everything, other))
    drawn = [RNG.integers(0, 1500, 1500) for _ in range(600)]
    spread = np.std([auc(rows, scores) - auc(rows, other) for rows in drawn])
    assert (high - low) / 2 / 1.96 == pytest.approx(spread, rel=0.12)
    assert delong_difference(repaid, scores, scores) == (0.0, 0.0, 0.0)


def test_figures_of_a_sample_are_weighted_back_to_the_population() -> None:
    repaid, scores = _outcomes(40_000)
    kept = (repaid == 0) | (RNG.uniform(size=len(repaid)) < 0.25)
    whole = measure(repaid, scores)
    back = measure(repaid[kept], scores[kept], population_bad_rate=float(1 - repaid.mean()))
    for name in ("brier", "log_loss", "calibration_slope", "auc_pooled"):
        assert back[name] == pytest.approx(whole[name], abs=0.06), name
    assert abs(measure(repaid[kept], scores[kept])["calibration_intercept"]) > 1
    assert abs(back["calibration_intercept"]) < 0.05


def test_psi_by_hand() -> None:
    before, after = pd.Series(["a"] * 50 + ["b"] * 50), pd.Series(["a"] * 80 + ["b"] * 20)
    assert psi(before, after) == pytest.approx(0.3 * math.log(0.8 / 0.5) - 0.3 * math.log(0.2 / 0.5))
    numbers = pd.Series(RNG.normal(size=4000))
    assert psi(numbers, pd.Series(RNG.normal(size=4000))) < 0.02
    assert psi(numbers, numbers + 1) > 0.5
    assert psi(numbers, numbers.where(RNG.uniform(size=4000) > 0.3)) > 0.25, "missing is a bin"


def test_the_feature_that_moved_most_comes_first() -> None:
    before = pd.DataFrame({"still": RNG.normal(size=500), "moved": RNG.normal(size=500), "kind": ["x", "y"] * 250})
    table = psi_by_feature(before, before.assign(moved=before["moved"] + 2))
    assert table["feature"][0] == "moved"
    assert table.set_index("feature").loc["still", "psi"] == 0


def test_adverse_impact_is_the_ratio_of_approval_rates() -> None:
    applications = pd.DataFrame({"gender": ["f"] * 100 + ["m"] * 100 + ["x"] * 5, "age": [20] * 100 + [50] * 105})
    approved = np.array([True] * 30 + [False] * 70 + [True] * 60 + [False] * 40 + [False] * 5)
    table = approval_by_group(applications, approved, np.ones(205, dtype=np.int64))
    assert adverse_impact(table)["gender"] == pytest.approx(0.5)
    assert not table.set_index("group").loc["x", "judged"], "five rows say nothing"
    assert set(table[table["attribute"] == "age_band"]["group"]) == {"under 25", "45-54"}
    assert adverse_impact(approval_by_group(applications[["age"]], approved, np.ones(205, dtype=np.int64))).keys() == {"age_band"}


def test_profit_of_a_cut_off_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.read("score"), "profit", {"margin": 0.1, "loss": 0.5})
    repaid = np.array([0, 1, 1, 0])
    scores = np.array([-1.0, 0.0, 1.0, 2.0])
    table = cut_offs(repaid, scores, np.array([400.0, 500.0, 600.0, 700.0]), np.array([100.0, 100.0, 200.0, 100.0]))
    row = table[table["points"] == lowest_approved()].iloc[0]
    assert row["policy"]
    assert (row["approval_rate"], row["bad_rate"]) == (0.5, 0.5)
    assert row["profit"] == pytest.approx((200 * 0.1 - 100 * 0.5) / 4 * 100)
    good = 1 / (1 + np.exp(-scores[2:]))
    expected = (np.array([200.0, 100.0]) * (good * 0.1 - (1 - good) * 0.5)).sum()
    assert row["expected_profit"] == pytest.approx(expected / 4 * 100)


def test_lift_finds_all_bad_in_the_end() -> None:
    repaid, scores = _outcomes(1000)
    table = lift(repaid, scores)
    assert table["bad_found"].iloc[-1] == 1
    assert table["lift"].iloc[0] > 1.5 > 1 > table["lift"].iloc[-1]
    assert (table["lift"] * table["rows"]).sum() / 1000 == pytest.approx(1)


def test_segments_that_are_too_small_are_left_out(fitted: Fitted) -> None:
    scores = score(fitted.scorecard, fitted.applications).log_odds
    table = segment_table(fitted.applications, fitted.repaid, scores)
    assert (table["rows"] >= 100).all()
    assert ((table["auc_low"] < table["auc"]) & (table["auc"] < table["auc_high"])).all()
    assert table[table["by"] == "gender"]["rows"].sum() == len(fitted.applications)


def test_standard_errors_are_those_of_the_penalised_likelihood(fitted: Fitted) -> None:
    """Against the curvature of the objective by finite differences, for the intercept-free part of one coefficient."""
    penalty = float(fitted.pipeline.named_steps["regression"].C)
    table = coefficient_table(fitted.scorecard, fitted.frame, penalty)
    assert (table["standard_error"].isna() == ((table["coefficient"] == 0) | (table["part"] == SET))).all()
    assert {"age", "price"} <= set(table.loc[table["part"] == SET, "feature"])
    encoded = fitted.pipeline.named_steps["encode"].transform(fitted.frame)
    regression = fitted.pipeline.named_steps["regression"]
    lacking = [fitted.frame[term.name].isna().to_numpy() for term in fitted.scorecard.terms if isinstance(term, NumberTerm)]
    untaught = [column for column in lacking if column.sum() < policy.read("score")["fit"]["rare"]]
    was_set = np.array([any((column == absent).all() for absent in untaught) for column in encoded.T])
    free = np.append(True, (regression.coef_[0] != 0) & ~was_set)
    design = np.column_stack([np.ones(len(encoded)), encoded])[:, free]
    beta = np.concatenate([regression.intercept_, regression.coef_[0]])[free]

    def gradient(at: np.ndarray) -> np.ndarray:
        prior = np.append(0.0, at[1:]) / penalty
        return design.T @ (1 / (1 + np.exp(-design @ at)) - fitted.repaid) + prior

    step = 1e-5
    curvature = np.array([(gradient(beta + step * unit) - gradient(beta - step * unit)) / (2 * step) for unit in np.eye(len(beta))])
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
    assert table["standard_error"].dropna().iloc[0] == pytest.approx(errors[0], rel=1e-3)
    assert sorted(table["standard_error"].dropna()) == pytest.approx(sorted(errors), rel=1e-3)


def test_signs_against_policy_are_seen() -> None:
    upside_down = NumberTerm("income", "I", knots=(0.0, 1.0), steps=(-0.4,), missing=0.0, reference=0.0)
    record = CategoryTerm("adverse_record", "R", coefficients={"yes": 0.3, "no": -0.1}, missing=0.0, reference="no")
    right = NumberTerm("debts", "D", knots=(0.0, 1.0), steps=(-0.4,), missing=0.0, reference=0.0)
    free = NumberTerm("age", "A", knots=(0.0, 1.0), steps=(-0.4,), missing=0.0, reference=0.0)
    table = sign_checks(Scorecard("t", Scale(600, 50, 20), 0.0, (upside_down, record, right, free))).set_index("feature")
    assert table["against"].to_dict() == pytest.approx({"income": 0.4, "adverse_record": 0.4, "debts": 0.0})


def test_out_of_time_is_the_latest_part(fitted: Fitted) -> None:
    settings = FitSettings.from_policy()
    assert latest_part(fitted.applications, fitted.repaid, switched_on(), settings) is None, "this history has no dates"
    days = pd.date_range("2024-01-01", periods=len(fitted.repaid)).strftime("%Y-%m-%d")
    drifting = fitted.applications.assign(decided_on=days)
    drifting.loc[1900:, "income"] *= 3
    late = latest_part(drifting, fitted.repaid, switched_on(), settings)
    assert late is not None
    assert len(late.repaid) == pytest.approx(0.3 * len(fitted.repaid), abs=2)
    assert np.array_equal(late.repaid, fitted.repaid[-len(late.repaid) :])
    assert late.drift["feature"][0] in ("income", "instalment_cover")
    few = fitted.applications.head(100).assign(decided_on=days[:100])
    assert latest_part(few, fitted.repaid[:100], switched_on(), settings) is None


def test_the_champion_is_compared_by_scores_of_rows_that_it_did_not_learn(fitted: Fitted) -> None:
    rows = fitted.applications.head(200)
    keys = row_keys(rows, key_columns(rows))
    assert len(set(keys)) > 195
    assert "customer_no" not in key_columns(rows), "who it was does not enter"
    assert keys[0] != row_keys(rows.assign(income=1.0), key_columns(rows))[0]
    scores, known = champion_scores(fitted.scorecard, held_out_text(keys[:150], np.full(150, 7.5)), rows, keys)
    assert known == 150
    assert (scores[:150] == 7.5).all()
    assert np.array_equal(scores[150:], score(fitted.scorecard, rows).log_odds[150:])


def test_rows_are_known_again_in_a_set_with_more_columns_and_more_missing(fitted: Fitted) -> None:
    rows = fitted.applications.head(200)
    columns, keys = key_columns(rows), row_keys(rows, key_columns(rows))
    assert row_keys(rows.assign(open_loans=0.0), columns) == keys
    assert row_keys(rows.assign(age=rows["age"].where(rows.index > 0)), columns)[1:] == keys[1:], "whole numbers as floats"
    assert row_keys(rows.assign(marital=rows["marital"].replace("", None)), columns) == keys, "not given, in a file or a frame"


@pytest.mark.parametrize("lost", ["age", "gender"])
def test_a_set_without_a_column_of_the_champions_keys_is_not_compared(fitted: Fitted, lost: str) -> None:
    rows = fitted.applications.head(200)
    with pytest.raises(NotComparableError, match=f"known by {lost}, which this training set does not have"):
        row_keys(rows.drop(columns=lost), key_columns(rows))


def test_a_set_that_the_champion_cannot_score_is_not_compared(fitted: Fitted) -> None:
    rows = fitted.applications.head(200).drop(columns="income")
    with pytest.raises(NotComparableError, match="income"):
        champion_scores(fitted.scorecard, held_out_text([], np.zeros(0)), rows, row_keys(rows, key_columns(rows)))
