"""The training set's distribution, and sorting applications into its bins."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.reference import count, from_json, reference, to_json

FRAME = pd.DataFrame({"age": [20.0, 30, 40, 50, np.nan], "housing": pd.Series(["rent", "owner", "rent", None, "rent"], dtype=object)})
POINTS = np.array([500.0, 510, 520, 530, 540])


def test_a_training_set_counted_into_its_own_bins_gives_its_own_shares() -> None:
    bins = reference(FRAME, POINTS)
    counted = count(bins, FRAME, POINTS)
    assert {(item.feature, item.bin_no): round(item.share * len(FRAME)) for item in bins if item.share} == counted
    assert counted[("age", 0)] == counted[("housing", 0)] == 1


def test_what_training_never_saw_has_bins_too() -> None:
    bins = from_json(to_json(reference(FRAME, POINTS)))
    strange = pd.DataFrame({"age": [-5.0, 200.0, np.nan], "housing": pd.Series(["tent", None, "owner"], dtype=object)})
    counted = count(bins, strange, np.array([0.0, 1000.0, 520.0]))
    last = {name: max(item.bin_no for item in bins if item.feature == name) for name in ("age", "housing", "points")}
    assert (counted[("age", 1)], counted[("age", last["age"])], counted[("age", 0)]) == (1, 1, 1)
    assert (counted[("housing", last["housing"])], counted[("housing", 0)]) == (1, 1)
    assert (counted[("points", 1)], counted[("points", last["points"])]) == (1, 1)
    assert sum(rows for (name, _), rows in counted.items() if name == "points") == 3


def test_a_feature_without_a_column_is_left_out_and_one_of_nothing_but_missing_has_two_bins() -> None:
    empty = pd.DataFrame({"age": [np.nan, np.nan]})
    bins = reference(empty, np.array([1.0, 2.0]))
    assert [item.bin_no for item in bins if item.feature == "age"] == [0, 1]
    assert {name for name, _ in count(bins, pd.DataFrame(index=range(2)), np.array([1.0, 2.0]))} == {"points"}


def test_a_row_of_weight_two_counts_like_two_rows() -> None:
    weights = np.array([1.0, 1, 1, 1, 2])
    twice = [0, 1, 2, 3, 4, 4]
    bins = reference(FRAME, POINTS, weights)
    counted = count(bins, FRAME.iloc[twice].reset_index(drop=True), POINTS[twice])
    assert {(item.feature, item.bin_no): round(item.share * 6) for item in bins if item.share} == counted
    assert counted[("age", 0)] == 2
