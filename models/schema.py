"""Features of a file that nobody described: kinds from the values, the lender's own fields by their names.

The pipeline is the same as for the lender's applications: it takes whatever features it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from include import policy
from models.features import FEATURES, Feature, Kind

NUMBERS_SHARE = 0.95  # of the values that are given: a column of text with so many numbers is a number
LEVELS_SHARE, LEVELS_MOST = 0.5, 1000  # text with more different values a row, or altogether, names things
NAMES = re.compile(r"(^|_)(id|no|nr|num|number|key|index|uuid|guid|row|code|zip|postcode|phone|mobile)(_|$)")
NOT_GIVEN = ("", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None")


@dataclass(frozen=True)
class Schema:
    """What is scored of a file.

    Attributes
    ----------
    features : columns of the file, then those derived from them.
    left_out : column to the reason why it is not scored.
    directions : +1 or -1 of the features whose curve must not turn.
    """

    features: tuple[Feature, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, int] = field(default_factory=dict)


def read_text(path: Any) -> pd.DataFrame:
    """A CSV file as text; the usual ways of giving nothing are missing."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=list(NOT_GIVEN), encoding="utf-8-sig")


def infer(table: pd.DataFrame) -> Schema:
    """The schema of a table of text without its outcome.

    Numbers, dates (as days) and categories are told by their values. Left out are columns with one value and those that
    name the row rather than describe it. Fields of the lender, under the names in policy, get their derived features
    and directions.

    Raises
    ------
    ValueError : no column is left.
    """
    features: list[Feature] = []
    left_out: dict[str, str] = {}
    for column in table.columns:
        kind, reason = _kind(table[column])
        if kind is None:
            left_out[str(column)] = reason
        else:
            features.append(Feature(str(column), kind, str(column)))
    if not features:
        raise ValueError(
            f"no column can be scored: {'; '.join(f'{name} {reason}' for name, reason in left_out.items()) or 'there is none'}"
        )
    fields = lender_fields(features)
    derived = [feature for feature in _derived(fields) if feature.name not in table.columns]
    return Schema((*features, *derived), left_out, _directions(fields))


def prepare(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The columns of the schema with their types: numbers as float64, what is no number missing; categories as text.

    Raises
    ------
    KeyError : a column is missing.
    """
    plain = [feature for feature in schema.features if feature.derive is None]
    if missing := [feature.name for feature in plain if feature.name not in table.columns]:
        raise KeyError(f"the table has no column {', '.join(missing)}, which the model was made with")
    return pd.DataFrame({feature.name: _typed(table[feature.name], feature.kind) for feature in plain}, index=table.index)


def lender_fields(features: list[Feature]) -> dict[str, str]:
    """Field of the lender to the column that holds it, by the names in policy; the first name that fits."""
    columns = {feature.name.lower(): feature.name for feature in features}
    known = {source for feature in FEATURES for source in feature.sources}
    aliases: Mapping[str, list[str]] = policy.read("score")["also_called"]
    found: dict[str, str] = {}
    for name in sorted(known):
        for alias in (name, *aliases.get(name, ())):
            if alias in columns and columns[alias] not in found.values():
                found[name] = columns[alias]
                break
    return found


def _derived(fields: Mapping[str, str]) -> list[Feature]:
    switches = policy.read("score")["features"]
    return [
        replace(feature, columns=tuple(fields[source] for source in feature.sources))
        for feature in FEATURES
        if feature.derive is not None and switches[feature.name] and set(feature.sources) <= set(fields)
    ]


def _directions(fields: Mapping[str, str]) -> dict[str, int]:
    from models.pipeline import monotone_directions

    return {fields.get(name, name): sign for name, sign in monotone_directions(policy.read("score")["directions"]).items()}


def _kind(values: pd.Series[Any]) -> tuple[Kind | None, str]:
    given = values.dropna()
    different = given.nunique()
    if different < 2:
        return None, "has one value" if different else "is empty"
    numbers = pd.to_numeric(given, errors="coerce")
    if numbers.notna().mean() >= NUMBERS_SHARE:
        whole = bool((numbers.dropna() % 1 == 0).all())
        return (
            (None, "names the row") if whole and different == len(values) and _counts_or_names(values.name, numbers) else (Kind.NUMBER, "")
        )
    if _dates(given).notna().mean() >= NUMBERS_SHARE:
        return Kind.NUMBER, ""
    if different > max(LEVELS_SHARE * len(given), 2) or different > LEVELS_MOST:
        return None, f"has {different} different texts"
    return Kind.CATEGORY, ""


def _counts_or_names(name: object, numbers: pd.Series[Any]) -> bool:
    """An integer that differs in every row: a running number, or called like one."""
    steps = numbers.sort_values().diff().dropna()
    return bool((steps == steps.iloc[0]).all()) or NAMES.search(str(name).lower()) is not None


def _dates(given: pd.Series[Any]) -> pd.Series[Any]:
    looks_like_one = given.str.fullmatch(r"\d{4}-\d{2}-\d{2}([ T].*)?")
    return pd.to_datetime(given.where(looks_like_one).str.slice(0, 10), format="%Y-%m-%d", errors="coerce")


def _typed(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    if kind is Kind.CATEGORY:
        return pd.Series([value if isinstance(value, str) else None for value in values], values.index, dtype=object)
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().sum() == 0 and values.notna().any():
        dates = _dates(values.astype("string"))
        numbers = (dates - pd.Timestamp("1970-01-01")).dt.days
    finite = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(np.where(np.isfinite(finite), finite, np.nan), values.index)
