"""Ratios that a set of numbers suggests by itself: a score test for each pair, against the model that has both numbers already.

Additive curves of two numbers cannot say that an amount is large *for* a term or a price. The search looks at training
rows only and belongs inside of every fold that is measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2
from threadpoolctl import threadpool_limits

from models.features import Feature, Floats, Kind, feature_frame
from models.monotone import MonotoneLogisticRegression
from models.pipeline import FitSettings, PiecewiseLinear, build_encoder

CURVE = 4  # knots
CONTINUOUS = 20  # different values
KNOWN = 0.5  # share of the rows for which a ratio can be computed
MOST = 3
NUMBERS = 12  # that are paired: the pairs of a wide file would take minutes
PROMISING = 0.15  # p-value, not adjusted for the number of pairs: the ridge penalty judges what is let in


def ratio_of(above: Floats, below: Floats) -> Floats:
    """One number for the other."""
    return above / below


def candidates(frame: pd.DataFrame, features: Sequence[Feature]) -> list[Feature]:
    """The ratio of each two numbers that are continuous and nowhere negative: the one with fewer zeros is below, else the smaller."""
    numbers = [
        feature.name
        for feature in features
        if feature.kind is Kind.NUMBER
        and feature.derive is None
        and frame[feature.name].nunique() >= CONTINUOUS
        and frame[feature.name].min() >= 0
    ]
    zeros = {name: np.count_nonzero(frame[name] == 0) for name in numbers}
    middle = {name: np.nanmedian(frame[name]) for name in numbers}
    found = []
    for pair in itertools.combinations(numbers, 2):
        above, below = sorted(pair, key=lambda name: (-zeros[name], -middle[name]))
        found.append(Feature(f"{above}_to_{below}", Kind.NUMBER, f"{above}_to_{below}", "times", (above, below), ratio_of))
    return found


def find_ratios(
    frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], settings: FitSettings, most: int = MOST
) -> list[Feature]:
    """At most so many ratios that the model seems to lack, most telling first. Two numbers that share a ratio already are passed over."""
    known = [set(feature.sources) for feature in features if feature.derive is not None]
    pairs = [
        pair
        for pair in candidates(frame, _strongest(frame, repaid, features))
        if pair.name not in frame.columns and not any(set(pair.sources) <= sources for sources in known)
    ]
    ratios = feature_frame(frame, pairs)
    pairs = [pair for pair in pairs if ratios[pair.name].notna().mean() >= KNOWN and ratios[pair.name].nunique() >= CONTINUOUS]
    chosen: list[Feature] = []
    while pairs and len(chosen) < most:
        with threadpool_limits(1):
            p_values = _score_tests(pd.concat([frame, ratios], axis=1), repaid, [*features, *chosen], pairs, settings)
        best = int(np.argmin(p_values))
        if p_values[best] >= PROMISING:
            break
        chosen.append(pairs.pop(best))
    return chosen


def _strongest(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature]) -> list[Feature]:
    """Of the numbers those whose ranks go most with the outcome."""
    numbers = [feature for feature in features if feature.kind is Kind.NUMBER and feature.derive is None]
    if len(numbers) <= NUMBERS:
        return numbers
    outcome = pd.Series(repaid, frame.index)
    return sorted(numbers, key=lambda feature: -np.nan_to_num(abs(frame[feature.name].rank().corr(outcome))))[:NUMBERS]


def _score_tests(
    frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], pairs: Sequence[Feature], settings: FitSettings
) -> list[float]:
    """p-value of each pair: does its curve explain what the model leaves over? (Rao's test, the model's columns projected out.)"""
    plain = [replace(feature, columns=(), derive=None) for feature in features]
    matrix = build_encoder(plain, settings, CURVE).fit_transform(frame)
    model = MonotoneLogisticRegression(C=1.0).fit(matrix, repaid)
    prob_good = model.predict_proba(matrix)[:, 1]
    weight = prob_good * (1 - prob_good)
    design = np.column_stack([np.ones(len(matrix)), matrix])
    ridge = np.eye(design.shape[1])
    ridge[0, 0] = 0
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design) + ridge)
    found = []
    for pair in pairs:
        curve = PiecewiseLinear(CURVE, settings.tails).fit(frame[[pair.name]]).transform(frame[[pair.name]])[:, :-1]
        score = curve.T @ (repaid - prob_good)
        crossed = design.T @ (weight[:, None] * curve)
        variance = curve.T @ (weight[:, None] * curve) - crossed.T @ inverse @ crossed
        found.append(float(chi2.sf(score @ np.linalg.pinv(variance) @ score, curve.shape[1])))
    return found
