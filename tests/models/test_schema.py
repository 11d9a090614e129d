"""What a file that nobody described is taken for, and the ratios that its numbers suggest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.cells import stripped
from models.convert import scorecard_of
from models.features import BY_NAME, Kind, feature_frame, usable
from models.pipeline import FitSettings, fit
from models.ratios import _strongest, find_ratios
from models.schema import infer, prepare

ROWS = 60


def _table() -> pd.DataFrame:
    row = np.arange(ROWS)
    return pd.DataFrame(
        {
            "loan_nr": (row * 7919 % 10007).astype(str),
            "running": (row + 1000).astype(str),
            "price": (row * 37 % 101 + 0.5).astype(str),
            "children": (row % 3).astype(str),
            "opened": pd.Series(pd.date_range("2020-01-01", periods=ROWS)).dt.strftime("%Y-%m-%d"),
            "savings": np.where(row % 2, "< 100", ">= 100"),
            "remark": [f"text {number}" for number in row],
            "always": "x",
            "empty": None,
            "mostly_number": np.where(row == 5, "about 7", (row % 20).astype(str)),
        }
    ).astype(object)


def test_kinds_are_told_by_the_values() -> None:
    schema = infer(_table())
    kinds = {feature.name: feature.kind for feature in schema.features}
    assert kinds == {
        "price": Kind.NUMBER,
        "children": Kind.NUMBER,
        "opened": Kind.NUMBER,
        "savings": Kind.CATEGORY,
        "mostly_number": Kind.NUMBER,
    }
    assert set(schema.left_out) == {"loan_nr", "running", "remark", "always", "empty"}
    assert schema.left_out["always"] == "has one value"


def test_values_get_their_types_and_what_is_no_number_is_missing() -> None:
    table = _table()
    schema = infer(table)
    other = table.head(3).assign(price=["inf", "7", None], savings=["never seen", None, "< 100"], opened=["2020-01-02", "soon", None])
    frame = prepare(other, schema)
    assert frame["price"].tolist()[1] == 7.0
    assert frame["price"].isna().tolist() == [True, False, True]
    assert frame["savings"].tolist() == ["never seen", None, "< 100"]
    assert frame["opened"].tolist()[0] == pd.Timestamp("2020-01-02").toordinal() - pd.Timestamp("1970-01-01").toordinal()
    assert np.isnan(prepare(table, schema)["mostly_number"][5])


DAYS = pd.Series(pd.date_range("2020-01-01", periods=ROWS).strftime("%Y-%m-%d"), dtype=object)
FIRST = 18262.0  # days from 1970 to 2020


@pytest.mark.parametrize(("stray_learnt", "stray_scored"), [(None, None), ("0", None), (None, "0"), ("0", "19000")])
def test_a_date_is_a_date_whatever_strays_into_its_column(stray_learnt: str | None, stray_scored: str | None) -> None:
    learnt = pd.DataFrame({"opened": DAYS.where(np.arange(ROWS) != 3, stray_learnt or DAYS[3])})
    scored = pd.DataFrame({"opened": [stray_scored or "soon", "2020-01-01", "2020-01-02T10:00"]}, dtype=object)
    frame = prepare(scored, infer(learnt))
    assert np.isnan(frame["opened"][0])
    assert frame["opened"].tolist()[1:] == [FIRST, FIRST + 1]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["7", "", "7"], Kind.NUMBER, [7, np.nan, 7]),
        (["yes", None, "yes"], Kind.CATEGORY, ["yes", None, "yes"]),
        (["7", "unknown", "8"], Kind.NUMBER, [7, np.nan, 8]),
        (["unknown", "none", "own"], Kind.CATEGORY, ["unknown", "none", "own"]),
    ],
)
def test_missing_is_a_value_of_its_own(cells: list[str | None], kind: Kind, values: list[object]) -> None:
    table = pd.DataFrame({"it": stripped(pd.Series(cells * 20, dtype=object))})
    schema = infer(table)
    assert [feature.kind for feature in schema.features] == [kind]
    expected = pd.Series(values, dtype=object if kind is Kind.CATEGORY else float)
    pd.testing.assert_series_equal(prepare(table, schema)["it"].head(3), expected, check_names=False)


def test_a_number_that_is_given_or_not_can_be_fitted_on() -> None:
    rng = np.random.default_rng(3)
    given = rng.uniform(size=400) < 0.5
    repaid = (rng.uniform(size=400) < np.where(given, 0.9, 0.4)).astype(np.int64)
    table = pd.DataFrame({"flag": pd.Series(np.where(given, "7", None), dtype=object)})
    schema = infer(table)
    frame = prepare(table, schema)
    scorecard = scorecard_of(fit(frame, repaid, schema.features, FitSettings.from_policy()), frame, schema.features)
    points = scorecard.contributions(frame)[0]
    assert len(set(points)) == 2
    assert points[given].min() > points[~given].max()


@pytest.mark.parametrize(
    ("column", "taught"),
    [([7.0, None], True), ([7.0, 7.0], False), ([None, None], False), ([7.0, 8.0], True)],
)
def test_the_lenders_own_features_count_missing_as_a_value_too(column: list[float | None], taught: bool) -> None:
    applications = pd.DataFrame({"days_past_due": pd.Series(column, dtype=float)})
    assert bool(usable(applications, [BY_NAME["days_past_due"]])) is taught


def test_only_numbers_are_taken_for_numbers_of_the_lender() -> None:
    row = np.arange(ROWS)
    table = pd.DataFrame(
        {"time": DAYS, "income": np.where(row % 2, "high", "low"), "expenses": row % 7, "amount": row % 9, "price": row % 8}
    )
    schema = infer(table.astype(str).astype(object))
    assert [feature.name for feature in schema.features if feature.derive] == ["amount_to_price"]
    feature_frame(prepare(table.astype(str).astype(object), schema), schema.features)


def test_a_missing_column_is_named() -> None:
    table = _table()
    with pytest.raises(KeyError, match="has no column savings"):
        prepare(table.drop(columns="savings"), infer(table))


def test_a_file_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="always has one value"):
        infer(_table()[["always"]])


def test_fields_of_the_lender_bring_their_derived_features_and_directions() -> None:
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {
            column: rng.integers(low, 20 * low, ROWS).astype(float)
            for column, low in (("income", 50), ("expenses", 5), ("credit_amount", 200), ("time", 6), ("price", 300))
        }
    )
    schema = infer(table.astype(str).astype(object))
    derived = {feature.name: feature.sources for feature in schema.features if feature.derive is not None}
    assert derived == {
        "instalment_cover": ("income", "expenses", "credit_amount", "time"),
        "amount_to_price": ("credit_amount", "price"),
    }
    assert schema.directions["instalment_cover"] == 1
    assert schema.directions["amount_to_price"] == -1
    values = feature_frame(prepare(table.astype(str).astype(object), schema), schema.features)
    assert values["amount_to_price"].tolist() == pytest.approx((table["credit_amount"] / table["price"]).tolist())


def test_of_a_wide_file_only_the_strongest_numbers_are_paired() -> None:
    rng = np.random.default_rng(12)
    repaid = (rng.uniform(size=300) < 0.7).astype(np.int64)
    frame = pd.DataFrame({f"n{number}": rng.uniform(1, 9, 300) + (repaid if number >= 8 else 0) for number in range(20)})
    kept = _strongest(frame, repaid, infer(frame.astype(str).astype(object)).features)
    assert {feature.name for feature in kept} == {f"n{number}" for number in range(8, 20)}


def test_a_ratio_that_decides_is_found_and_noise_rarely() -> None:
    rng = np.random.default_rng(11)
    amount, months, other = rng.lognormal(8, 0.7, 2000), rng.integers(6, 60, 2000).astype(float), rng.uniform(1, 5, 2000)
    frame = pd.DataFrame({"amount_asked": amount, "months_asked": months, "other": other})
    high = np.log(amount / months)
    repaid = (rng.uniform(size=2000) < 1 / (1 + np.exp(2.5 * np.abs(high - np.median(high)) - 1))).astype(np.int64)
    schema = infer(frame.astype(str).astype(object))
    settings = replace(FitSettings.from_policy(), directions={})
    found = find_ratios(frame, repaid, schema.features, settings)
    assert found[0].sources == ("amount_asked", "months_asked")
    chance = (rng.uniform(size=2000) < 0.7).astype(np.int64)
    assert len(find_ratios(frame, chance, schema.features, settings)) <= 1
