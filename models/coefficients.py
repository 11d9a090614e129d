"""The coefficient table for people: standard errors, points, and whether each feature goes the way it should."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from include import policy
from models.features import Floats
from models.score import probability
from models.scorecard import CategoryTerm, NumberTerm, Scorecard

SET = "not given: the lowest of the curve"


def coefficient_table(scorecard: Scorecard, frame: pd.DataFrame, penalty: float, offset: float = 0.0) -> pd.DataFrame:
    """Feature, part, coefficient, standard error, z and points of every coefficient, on the rows of ``frame``.

    Standard errors are Bayesian: a ridge penalty of inverse strength C is a normal prior of variance C on each coefficient,
    and the errors are those of the posterior's normal approximation, (X'WX + I/C)^-1, the intercept without a prior.
    They say how far the data and the penalty pin a coefficient down. A step that policy holds at zero has none, nor has
    what was set because too few rows lack the number to teach it. ``offset`` is
    by how much the intercept was moved after the fit: the errors are those of the fit, on the sample as it was.
    """
    parts = [("intercept", "", scorecard.intercept, np.ones(len(frame))), *_columns(scorecard, frame)]
    free = [number for number, part in enumerate(parts) if number == 0 or (part[2] != 0 and part[1] != SET)]
    design = np.column_stack([parts[number][3] for number in free])
    prob_good = probability(scorecard.log_odds(scorecard.contributions(frame), len(frame)) - offset)
    precision = design.T @ ((prob_good * (1 - prob_good))[:, None] * design) + np.diag([0.0] + [1 / penalty] * (len(free) - 1))
    errors = dict(zip(free, np.sqrt(np.diag(np.linalg.inv(precision))), strict=True))
    rows = []
    for number, (feature, part, coefficient, column) in enumerate(parts):
        error = errors.get(number)
        rows.append(
            {
                "feature": feature,
                "part": part,
                "rows": int(np.count_nonzero(column)),
                "coefficient": coefficient,
                "standard_error": None if error is None else float(error),
                "z": None if error is None else float(coefficient / error),
                "points": scorecard.scale.factor * coefficient,
            }
        )
    return pd.DataFrame(rows)


def _columns(scorecard: Scorecard, frame: pd.DataFrame) -> Iterator[tuple[str, str, float, Floats]]:
    """(feature, part, coefficient, encoded column); categories that share a coefficient share a column."""
    for term in scorecard.terms:
        values = frame[term.name]
        if isinstance(term, NumberTerm):
            numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
            known = np.where(np.isnan(numbers), -np.inf, numbers)
            for low, high, step in zip(term.knots, term.knots[1:], term.steps, strict=False):
                yield term.name, f"from {low:,.6g} to {high:,.6g}", step, np.clip((known - low) / (high - low), 0.0, 1.0)
            lacking = np.isnan(numbers)
            taught = np.count_nonzero(lacking) >= policy.read("score")["fit"]["rare"]
            yield term.name, "not given" if taught else SET, term.missing, lacking.astype(np.float64)
        else:
            for coefficient in dict.fromkeys(term.coefficients.values()):
                levels = [level for level, value in term.coefficients.items() if value == coefficient]
                yield term.name, ", ".join(levels), coefficient, np.where(values.isin(levels), 1.0, 0.0)
            if values.isna().any() and term.missing not in term.coefficients.values():
                yield term.name, "not given", term.missing, np.where(values.isna(), 1.0, 0.0)


def sign_checks(scorecard: Scorecard) -> pd.DataFrame:
    """Feature, what policy calls better, whether it is held to it, and by how many log-odds it goes against it (0: it does not)."""
    rules = policy.read("score")["directions"]
    rows = [
        {
            "feature": term.name,
            "better": rules[term.name]["better"],
            "held": bool(rules[term.name].get("monotone")),
            "against": _against(term, rules[term.name]["better"]),
        }
        for term in scorecard.terms
        if term.name in rules
    ]
    return pd.DataFrame(rows, columns=["feature", "better", "held", "against"])


def _against(term: NumberTerm | CategoryTerm, better: str) -> float:
    if isinstance(term, CategoryTerm):
        others = [value for level, value in term.coefficients.items() if level != better]
        return max(0.0, max(others, default=0.0) - term.coefficients.get(better, 0.0))
    return max(0.0, -sum(term.steps) if better == "more" else sum(term.steps))
