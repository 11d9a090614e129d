"""The coefficient table says what the pipeline says, and says it the same way every time."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from models.features import BY_NAME, feature_frame
from models.pipeline import log_odds
from models.score import rescore, score
from models.scorecard import BadScorecardError, NumberTerm, Scale, Scorecard, sha256
from models.stored_text import features_text
from tests.models.conftest import Fitted


def test_it_reproduces_the_pipeline(fitted: Fitted) -> None:
    difference = score(fitted.scorecard, fitted.applications).log_odds - log_odds(fitted.pipeline, fitted.frame)
    assert np.abs(difference).max() < 1e-12


def test_it_reproduces_the_pipeline_outside_of_what_was_seen(fitted: Fitted) -> None:
    strange = fitted.applications.head(200).copy()
    strange["income"] = np.nan
    strange["seniority"] = 99.0
    strange["debts"] = -5.0
    strange["price"] = 0.0
    strange["housing"] = "houseboat"
    strange["occupation"] = None
    frame = feature_frame(strange, [BY_NAME[name] for name in fitted.scorecard.features])
    assert np.abs(score(fitted.scorecard, strange).log_odds - log_odds(fitted.pipeline, frame)).max() < 1e-12


def test_it_survives_its_file_unchanged(fitted: Fitted) -> None:
    text = fitted.scorecard.to_json()
    again = Scorecard.from_json(text)
    assert again == fitted.scorecard
    assert sha256(again.to_json()) == sha256(text)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "other"}', '{"format": "millrace-scorecard/1", "name": "x"}'])
def test_what_is_not_a_table_is_refused(text: str) -> None:
    with pytest.raises(BadScorecardError):
        Scorecard.from_json(text)


def test_points_are_the_log_odds() -> None:
    scale = Scale(points=600, at_odds=50, points_to_double_odds=20)
    card = Scorecard("t", scale, 0.0, ())
    assert card.points(np.array([math.log(50), math.log(100), math.log(25)])) == pytest.approx([600, 620, 580])


def test_points_and_probability_of_the_history_agree(fitted: Fitted) -> None:
    scores = score(fitted.scorecard, fitted.applications)
    odds = scores.prob_good / (1 - scores.prob_good)
    assert np.allclose(scores.points, 600 + 20 * np.log2(odds / 50), atol=1e-4)


def test_a_number_adds_straight_stretches_and_nothing_beyond_them() -> None:
    term = NumberTerm("x", "X", knots=(0.0, 10.0, 30.0), steps=(1.0, -0.5), missing=-2.0, reference=0.0)
    values = pd.Series([-5.0, 0.0, 5.0, 10.0, 20.0, 30.0, 1e9, np.nan])
    assert term.log_odds(values).tolist() == [0.0, 0.0, 0.5, 1.0, 0.75, 0.5, 0.5, -2.0]


def test_knots_that_do_not_rise_are_refused() -> None:
    with pytest.raises(BadScorecardError, match="knots must rise"):
        NumberTerm("x", "X", knots=(0.0, 0.0), steps=(1.0,), missing=0.0, reference=0.0)


def test_a_score_is_recomputed_to_the_last_bit_from_what_is_stored(fitted: Fitted) -> None:
    scores = score(fitted.scorecard, fitted.applications)
    for row in range(0, len(fitted.applications), 97):
        stored = json.dumps(scores.features[row])
        assert rescore(fitted.scorecard, stored) == (scores.log_odds[row], scores.prob_good[row])


def test_the_size_of_the_frame_does_not_change_a_score(fitted: Fitted) -> None:
    together = score(fitted.scorecard, fitted.applications)
    parts = [score(fitted.scorecard, fitted.applications.iloc[start : start + 7]).log_odds for start in range(0, 70, 7)]
    assert np.array_equal(np.concatenate(parts), together.log_odds[:70])


def test_gender_is_stored_and_not_scored(fitted: Fitted) -> None:
    assert "gender" not in fitted.scorecard.features
    assert "gender" in score(fitted.scorecard, fitted.applications.head(1)).features[0]
    swapped = fitted.applications.assign(gender=fitted.applications["gender"].map({"male": "female", "female": "male"}))
    assert np.array_equal(score(fitted.scorecard, swapped).log_odds, score(fitted.scorecard, fitted.applications).log_odds)


def test_reason_codes_name_what_costs_most_first(fitted: Fitted) -> None:
    applicant = fitted.applications.head(1).assign(adverse_record="yes", amount=200_000.0, price=200_000.0, income=None)
    reasons = score(fitted.scorecard, applicant).reasons[0]
    assert {"ADVERSE_RECORD", "AFFORDABILITY", "OWN_SHARE"} & {reason["code"] for reason in reasons}
    assert len(reasons) <= 4
    assert [reason["points"] for reason in reasons] == sorted(reason["points"] for reason in reasons)
    assert all(reason["points"] < 0 for reason in reasons)


def test_a_reason_costs_the_points_that_the_reference_would_give_back(fitted: Fitted) -> None:
    applicant = fitted.applications.head(1).assign(adverse_record="yes")
    mended = applicant.assign(adverse_record="no")
    gain = score(fitted.scorecard, mended).points[0] - score(fitted.scorecard, applicant).points[0]
    cost = {reason["code"]: reason["points"] for reason in score(fitted.scorecard, applicant).reasons[0]}["ADVERSE_RECORD"]
    assert gain == pytest.approx(-cost, abs=0.01)


def test_a_column_that_is_not_there_is_named(fitted: Fitted) -> None:
    with pytest.raises(KeyError, match="needs the column income"):
        score(fitted.scorecard, fitted.applications.drop(columns="income"))


def test_every_row_is_written_one_that_loses_nothing_too(fitted: Fitted) -> None:
    """Stored text, a row each, against the plain way of writing it."""
    scores = score(fitted.scorecard, fitted.applications)
    reasons, features = scores.reasons, scores.features
    assert len(reasons) == len(features) == len(fitted.applications)
    assert [] in reasons
    for row, (found, lost) in enumerate(zip(reasons, scores.lost.tolist(), strict=True)):
        dearest = sorted((-points, code) for code, points in zip(scores.codes, lost, strict=True) if points > 0)[:4]
        assert found == [{"code": code, "points": points} for points, code in dearest]
        plain = {name: None if value != value or value is None else value for name, value in scores.frame.iloc[row].items()}
        assert features[row] == plain


def test_numbers_are_written_so_that_the_same_double_is_read() -> None:
    exponents = np.arange(-1500, 1500) / 5
    values = np.concatenate([np.random.default_rng(1).random(3000) * 10.0**exponents, [0.1 + 0.2, 1e22, 5e-324, 1.7e308]])
    written = features_text(pd.DataFrame({"income": values})).to_pylist()
    assert [float(json.loads(row)["income"]) for row in written] == values.tolist()
