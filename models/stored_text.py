"""Scores as the text that is stored, a column at a time: a million rows of JSON in seconds.

Numbers are written with the fewest digits that give the same double again, so what is stored can be scored again bit for bit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.features import BY_NAME, Floats, Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from models.scorecard import Scorecard


def features_text(features: pd.DataFrame) -> pa.Array:
    """A JSON object a row, every feature by name, null where it is missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pieces: list[Any] = []
    for number, name in enumerate(features.columns):
        pieces.append(f"{'{' if number == 0 else ', '}{json.dumps(name)}: ")
        pieces.append(_numbers(features[name]) if BY_NAME[name].kind is Kind.NUMBER else _categories(features[name]))
    if not pieces:
        return pa.array(["{}"] * len(features))
    return pc.binary_join_element_wise(*pieces, "}", "")


def reasons_text(codes: Sequence[str], lost: Floats, shown: int) -> pa.Array:
    """A JSON list a row of up to ``shown`` codes with the points that they cost, dearest first.

    Parameters
    ----------
    codes : in alphabetical order: of two that cost the same, the first comes first.
    lost : points lost, rounded, a column a code; what is not above 0 costs nothing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    fragments = pa.array([f'{{"code": {json.dumps(code)}, "points": -' for code in codes])
    dearest = np.argsort(-lost, axis=1, kind="stable")[:, :shown]
    pieces = []
    for rank in range(dearest.shape[1]):
        code = dearest[:, rank]
        cost = np.take_along_axis(lost, code[:, None], axis=1)[:, 0]
        points = pc.cast(pa.array(cost, mask=cost <= 0), pa.string())
        pieces.append(pc.binary_join_element_wise(fragments.take(pa.array(code)), points, "}", ""))  # null where nothing is lost
    if not pieces:
        return pa.array(["[]"] * len(lost))
    # who loses nothing has an empty list; a row of nothing but nulls would be left out of the join
    pieces[0] = pc.fill_null(pieces[0], "")
    return pc.binary_join_element_wise("[", pc.binary_join_element_wise(*pieces, ", ", null_handling="skip"), "]", "")


def losses(scorecard: Scorecard, contributions: Sequence[Floats], rows: int) -> tuple[list[str], Floats]:
    """(codes, points lost against the reference applicant by row and code), to two decimals."""
    codes = sorted({term.reason for term in scorecard.terms})
    lost = np.zeros((rows, len(codes)))
    for term, reference, contribution in zip(scorecard.terms, scorecard.reference, contributions, strict=True):
        lost[:, codes.index(term.reason)] += scorecard.scale.factor * (reference - contribution)
    return codes, np.round(lost, 2)


def _numbers(values: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = values.to_numpy(dtype=np.float64)
    return pc.fill_null(pc.cast(pa.array(numbers, mask=np.isnan(numbers)), pa.string()), "null")


def _categories(values: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa

    codes, uniques = pd.factorize(values)
    fragments = pa.array([*(json.dumps(value, ensure_ascii=False) for value in uniques), "null"], pa.string())
    return fragments.take(pa.array(np.where(codes < 0, len(uniques), codes)))
