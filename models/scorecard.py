"""The coefficient table: all that is needed to score, as JSON. No code is run from it, and its SHA-256 is its identity.

Log-odds = intercept + one term a feature, added in the order of the table with plain IEEE additions, so the same
features and table give the same score to the last bit, one row at a time or a million.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from models.features import Floats

FORMAT = "millrace-scorecard/1"


class BadScorecardError(ValueError):
    """A coefficient table that cannot be scored with."""


@dataclass(frozen=True)
class Scale:
    """Points = offset + factor x ln(odds): ``points`` at odds of ``at_odds`` to 1, ``points_to_double_odds`` more for twice the odds."""

    points: float
    at_odds: float
    points_to_double_odds: float

    @property
    def factor(self) -> float:
        return self.points_to_double_odds / math.log(2)

    @property
    def offset(self) -> float:
        return self.points - self.factor * math.log(self.at_odds)


@dataclass(frozen=True)
class NumberTerm:
    """A curve of straight stretches: ``steps[j]`` is gained between ``knots[j]`` and ``knots[j + 1]``; ``missing`` in place of it."""

    name: str
    reason: str
    knots: tuple[float, ...]
    steps: tuple[float, ...]
    missing: float
    reference: float | None
    kind: str = "number"

    def __post_init__(self) -> None:
        if len(self.steps) != max(len(self.knots) - 1, 0) or any(a >= b for a, b in zip(self.knots, self.knots[1:], strict=False)):
            raise BadScorecardError(f"{self.name}: knots must rise and have one step between each two")

    @cached_property
    def _at_knots(self) -> Floats:
        """Log-odds at each knot, summed from the left."""
        levels = [0.0]
        for step in self.steps:
            levels.append(levels[-1] + step)
        return np.array(levels)

    def log_odds(self, values: pd.Series[Any]) -> Floats:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        missing = np.isnan(numbers)
        if not self.steps:
            return np.where(missing, self.missing, 0.0)
        knots, steps = np.array(self.knots), np.array(self.steps)
        inside = np.clip(numbers, knots[0], knots[-1])
        stretch = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(steps) - 1)
        covered = (inside - knots[stretch]) / (knots[stretch + 1] - knots[stretch])
        return np.where(missing, self.missing, self._at_knots[stretch] + steps[stretch] * covered)


@dataclass(frozen=True)
class CategoryTerm:
    """A coefficient a category; one never seen in training counts nothing."""

    name: str
    reason: str
    coefficients: Mapping[str, float]
    missing: float
    reference: str | None
    kind: str = "category"

    def log_odds(self, values: pd.Series[Any]) -> Floats:
        known = values.map(self.coefficients).to_numpy(dtype=np.float64, na_value=0.0)
        return np.where(values.isna().to_numpy(), self.missing, known)


Term = NumberTerm | CategoryTerm


@dataclass(frozen=True)
class Scorecard:
    """A whole model. ``terms`` are in the order of summation; the reference applicant is what reason codes compare with."""

    name: str
    scale: Scale
    intercept: float
    terms: tuple[Term, ...]

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms)

    def contributions(self, features: pd.DataFrame) -> list[Floats]:
        """Log-odds by term. ``features`` is a frame of ``models.features.feature_frame``; more columns than needed are fine."""
        return [term.log_odds(features[term.name]) for term in self.terms]

    def log_odds(self, contributions: Sequence[Floats], rows: int) -> Floats:
        """Sum of ``contributions`` in their order: not by BLAS or pairwise, whose order depends on the machine."""
        total = np.full(rows, self.intercept)
        for contribution in contributions:
            total = total + contribution
        return total

    def points(self, log_odds: Floats) -> Floats:
        return self.scale.offset + self.scale.factor * log_odds

    @cached_property
    def reference(self) -> tuple[float, ...]:
        """Log-odds by term of the reference applicant: the middle number and the most frequent category of the training set."""
        return tuple(float(term.log_odds(pd.Series([term.reference], dtype=object))[0]) for term in self.terms)

    def to_json(self) -> str:
        """The artifact. The same table always gives the same text."""
        content = {"format": FORMAT, **asdict(self), "terms": [asdict(term) for term in self.terms]}
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read an artifact.

        Raises
        ------
        BadScorecardError : it is not a coefficient table of this format.
        """
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise BadScorecardError(f"format {content['format']!r}; this code reads {FORMAT!r}")
            return cls(
                content["name"], Scale(**content["scale"]), float(content["intercept"]), tuple(_term(term) for term in content["terms"])
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise BadScorecardError(f"not a coefficient table: {type(error).__name__}: {error}") from error


def _term(content: dict[str, Any]) -> Term:
    if content["kind"] == "category":
        return CategoryTerm(**content)
    return NumberTerm(**{**content, "knots": tuple(content["knots"]), "steps": tuple(content["steps"])})


def sha256(text: str) -> str:
    """Identity of an artifact: SHA-256 of its UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
