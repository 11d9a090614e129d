"""Parcelling: an outcome for applications that were refused, so that a model is not fitted on accepted applicants alone.

Refused applications are sorted into bands of the score under which they were decided. In each band they are given the bad
rate of the accepted ones there times a factor (policy: refused applicants are worse than their score says), outcome by
outcome drawn from a hash of application and seed, so that the same data give the same set. A band with too few accepted
loans takes the bad rate that the score predicted. Source: Siddiqi, Credit Risk Scorecards, ch. 6 ("parceling").
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEWEST = 30  # accepted loans in a band whose bad rate is taken as it is


def parcel(accepted: pd.DataFrame, rejected: pd.DataFrame, bands: int, factor: float, seed: int) -> NDArray[np.int64]:
    """1 where a refused application is taken as bad, else 0.

    Parameters
    ----------
    accepted : ``points`` and ``is_bad`` of the loans.
    rejected : ``points``, ``prob_good`` and ``application_id`` of the refused applications.
    bands : number of bands of equal size over both.
    factor : how much worse than the accepted of their band.
    seed : of the draw.
    """
    points = np.concatenate([accepted["points"].to_numpy(float), rejected["points"].to_numpy(float)])
    edges = np.unique(np.quantile(points, np.linspace(0, 1, bands + 1)[1:-1]))
    band_of_accepted = np.searchsorted(edges, accepted["points"].to_numpy(float), side="right")
    band_of_rejected = np.searchsorted(edges, rejected["points"].to_numpy(float), side="right")
    bad, predicted = accepted["is_bad"].to_numpy(float), 1 - rejected["prob_good"].to_numpy(float)
    chance = np.zeros(len(rejected))
    for band in range(len(edges) + 1):
        there, here = band_of_accepted == band, band_of_rejected == band
        if here.any():
            rate = bad[there].mean() if there.sum() >= FEWEST else predicted[here].mean()
            chance[here] = min(rate * factor, 1.0)
    drawn = np.array([_uniform(seed, int(application)) for application in rejected["application_id"]])
    return (drawn < chance).astype(np.int64)


def _uniform(seed: int, application: int) -> float:
    return int.from_bytes(hashlib.sha256(f"{seed}:{application}".encode()).digest()[:7]) / 2**56
