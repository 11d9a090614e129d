"""What the score looks at, as data. Policy (include/policy/score.yaml) switches each feature on or off.

Input is a frame of applications with the columns of the applications file: money in CNY, tenor in months,
seniority in years. Numbers become float64 with NaN where nothing was given, categories become text or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include import policy

Floats = NDArray[np.float64]


class Kind(StrEnum):
    """How a feature is encoded."""

    NUMBER = "number"
    CATEGORY = "category"


@dataclass(frozen=True)
class Feature:
    """One feature.

    Parameters
    ----------
    name : its name in the coefficient table, in stored scores and in policy.
    kind : number or category.
    reason : reason code that its lost points count towards; its text is in policy.
    unit : for people.
    columns : columns of the application that it is made from; by default the one of its own name.
    derive : how it is made from those columns; by default taken as it is.
    """

    name: str
    kind: Kind
    reason: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    derive: Callable[..., Floats] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return self.columns or (self.name,)


def _instalment_cover(income: Floats, expenses: Floats, amount: Floats, tenor: Floats) -> Floats:
    """Income left after expenses over the principal part of a month's instalment."""
    return (income - expenses) * tenor / amount


def _ratio(above: Floats, below: Floats) -> Floats:
    return above / below


NUMBER, CATEGORY = Kind.NUMBER, Kind.CATEGORY

# The order is the order of summation: a score can be recomputed bit for bit because it never changes within a model.
FEATURES: tuple[Feature, ...] = (
    Feature("age", NUMBER, "AGE", "years"),
    Feature("marital", CATEGORY, "MARITAL"),
    Feature("housing", CATEGORY, "HOUSING"),
    Feature("occupation", CATEGORY, "OCCUPATION"),
    Feature("seniority", NUMBER, "SENIORITY", "years in the occupation"),
    Feature("income", NUMBER, "AFFORDABILITY", "CNY a month"),
    Feature("expenses", NUMBER, "AFFORDABILITY", "CNY a month"),
    Feature("assets", NUMBER, "ASSETS", "CNY"),
    Feature("debts", NUMBER, "DEBTS", "CNY"),
    Feature("adverse_record", CATEGORY, "ADVERSE_RECORD"),
    Feature("amount", NUMBER, "OWN_SHARE", "CNY"),
    Feature("price", NUMBER, "OWN_SHARE", "CNY"),
    Feature("tenor", NUMBER, "TENOR", "months"),
    Feature("instalment_cover", NUMBER, "AFFORDABILITY", "times", ("income", "expenses", "amount", "tenor"), _instalment_cover),
    Feature("amount_to_price", NUMBER, "OWN_SHARE", "share", ("amount", "price"), _ratio),
    Feature("open_loans", NUMBER, "EXISTING_LOANS", "loans with us that are not paid off"),
    Feature("open_principal", NUMBER, "EXISTING_LOANS", "CNY owed on them"),
    Feature("days_past_due", NUMBER, "EXISTING_LOANS", "days, the worst of them"),
    Feature("gender", CATEGORY, "GENDER"),
)

BY_NAME: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}


def switched_on() -> tuple[Feature, ...]:
    """The features that policy puts into the score.

    Raises
    ------
    ValueError : policy does not say on or off for exactly the features that exist.
    """
    switches = policy.read("score")["features"]
    if set(switches) != set(BY_NAME):
        differing = ", ".join(sorted(set(switches) ^ set(BY_NAME)))
        raise ValueError(f"score.yaml must switch exactly the features of models/features.py; they differ in {differing}")
    return tuple(feature for feature in FEATURES if switches[feature.name])


def usable(applications: pd.DataFrame, features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The features that a training set can teach: their columns exist and hold at least two different values; missing is one."""
    return tuple(
        feature
        for feature in features
        if set(feature.sources) <= set(applications.columns)
        and feature_frame(applications, [feature])[feature.name].nunique(dropna=False) > 1
    )


def feature_frame(applications: pd.DataFrame, features: Iterable[Feature]) -> pd.DataFrame:
    """One column a feature, on the index of ``applications``.

    Raises
    ------
    KeyError : a column that a feature is made from is missing.
    """
    return pd.DataFrame({feature.name: _values(applications, feature) for feature in features}, index=applications.index)


def _values(applications: pd.DataFrame, feature: Feature) -> pd.Series[Any]:
    if missing := [column for column in feature.sources if column not in applications.columns]:
        raise KeyError(f"feature {feature.name} needs the column {', '.join(missing)}, which this frame does not have")
    if feature.kind is CATEGORY:
        return pd.Series(
            [value if isinstance(value, str) and value else None for value in applications[feature.sources[0]]],
            applications.index,
            dtype=object,
        )
    numbers = [pd.to_numeric(applications[column]).to_numpy(dtype=np.float64, na_value=np.nan) for column in feature.sources]
    if feature.derive is None:
        return pd.Series(numbers[0], applications.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        derived = feature.derive(*numbers)
    return pd.Series(np.where(np.isfinite(derived), derived, np.nan), applications.index)
