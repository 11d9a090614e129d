"""Points by feature: they add up to the score."""

from __future__ import annotations

import pytest

from models.explain import points_by_feature
from models.score import rescore
from models.scorecard import CategoryTerm, NumberTerm, Scale, Scorecard

CARD = Scorecard(
    "credit_score",
    Scale(600, 50, 20),
    1.5,
    (
        NumberTerm("age", "AGE", (20.0, 40.0, 60.0), (0.8, 0.2), -0.3, 35.0),
        NumberTerm("debts", "DEBTS", (0.0, 50000.0), (-1.1,), -0.2, 0.0),
        CategoryTerm("housing", "HOUSING", {"owner": 0.4, "rent": -0.5}, 0.0, "owner"),
    ),
)


@pytest.mark.parametrize(
    "features",
    [
        {"age": 22.0, "debts": 30000.0, "housing": "rent"},
        {"age": None, "debts": None, "housing": None},
        {"age": 35.0, "debts": 0.0, "housing": "owner"},
    ],
)
def test_reference_and_features_add_up_to_the_points(features: dict[str, object]) -> None:
    explained = points_by_feature(CARD, features)
    reference = CARD.scale.offset + CARD.scale.factor * (CARD.intercept + sum(CARD.reference))
    log_odds, _ = rescore(CARD, features)
    scored = CARD.scale.offset + CARD.scale.factor * log_odds
    assert reference + sum(feature.points for feature in explained) == pytest.approx(scored, abs=1e-9)
    assert [feature.points for feature in explained] == sorted(feature.points for feature in explained)


def test_the_dearest_comes_first_with_what_it_is_compared_with() -> None:
    first = points_by_feature(CARD, '{"age": 35.0, "debts": 50000.0, "housing": "owner"}')[0]
    assert (first.name, first.value, first.reference) == ("debts", 50000.0, 0.0)
    assert first.points == pytest.approx(-1.1 * 20 / 0.6931471805599453)
