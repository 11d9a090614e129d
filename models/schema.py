"""Features of a file that nobody described: kinds from the values, the lender's own fields by their names.

The pipeline is the same as for the lender's applications: it takes whatever features it is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from include import policy
from models.cells import Form, form_of, read
from models.features import FEATURES, Feature, Kind

LEVELS_SHARE, LEVELS_MOST = 0.5, 1000  # text with more different values a row, or altogether, names things
NAMES = re.compile(r"(^|_)(id|no|nr|num|number|key|index|uuid|guid|row|code|zip|postcode|phone|mobile)(_|$)")


@dataclass(frozen=True)
class Schema:
    """What is scored of a file.

    Attributes
    ----------
    features : columns of the file, then those derived from them.
    forms : column to how its cells are read.
    left_out : column to the reason why it is not scored.
    directions : +1 or -1 of the features whose curve must not turn.
    """

    features: tuple[Feature, ...]
    forms: Mapping[str, Form]
    left_out: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, int] = field(default_factory=dict)


def infer(table: pd.DataFrame) -> Schema:
    """The schema of a table as ``models.table.read_text`` gives it, without its outcome.

    Numbers, dates (as days) and categories are told by their values. Left out are columns with one value everywhere, where missing
    is a value too, and those that name the row rather than describe it. Numbers of the lender, under the names in policy, get their
    derived features and directions.

    Raises
    ------
    ValueError : no column is left.
    """
    forms: dict[str, Form] = {}
    left_out: dict[str, str] = {}
    for column in table.columns:
        form = form_of(table[column])
        if reason := _useless(table[column], form):
            left_out[str(column)] = reason
        else:
            forms[str(column)] = form
    if not forms:
        raise ValueError(
            f"no column can be scored: {'; '.join(f'{name} {reason}' for name, reason in left_out.items()) or 'there is none'}"
        )
    features = [Feature(column, Kind.CATEGORY if form is Form.TEXT else Kind.NUMBER, column) for column, form in forms.items()]
    fields = lender_fields([feature for feature in features if forms[feature.name] in (Form.NUMBER, Form.COMMA_NUMBER)])
    derived = [feature for feature in _derived(fields) if feature.name not in table.columns]
    return Schema((*features, *derived), forms, left_out, _directions(fields))


def prepare(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The columns of the schema with their types: numbers as float64, what is no number missing; categories as text.

    Cells are read as the schema says, whatever they look like here.

    Raises
    ------
    KeyError : a column is missing.
    """
    if missing := [column for column in schema.forms if column not in table.columns]:
        raise KeyError(f"the table has no column {', '.join(missing)}, which the model was made with")
    return pd.DataFrame({column: read(table[column], form) for column, form in schema.forms.items()}, index=table.index)


def lender_fields(features: list[Feature]) -> dict[str, str]:
    """Field of the lender to the column among ``features`` that holds it, by the names in policy; the first name that fits."""
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


def _useless(values: pd.Series[Any], form: Form) -> str:
    """Why a column is not scored; empty where it is."""
    typed = read(values, form)
    if typed.nunique(dropna=False) < 2:
        return "has one value" if values.notna().any() else "is empty"
    given = values.dropna()
    different = given.nunique()
    if form in (Form.NUMBER, Form.COMMA_NUMBER):
        whole = bool((typed.dropna() % 1 == 0).all())
        return "names the row" if whole and different == len(values) and _counts_or_names(values.name, typed) else ""
    if form is Form.TEXT and (different > max(LEVELS_SHARE * len(given), 2) or different > LEVELS_MOST):
        return f"has {different} different texts"
    return ""


def _counts_or_names(name: object, numbers: pd.Series[Any]) -> bool:
    """An integer that differs in every row: a running number, or called like one."""
    return numbers.sort_values().diff().dropna().nunique() == 1 or NAMES.search(str(name).lower()) is not None
