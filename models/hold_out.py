"""The score on rows that its fit never touched: a random part, and, where applications have a date, the latest of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from models.drift import psi, psi_by_feature
from models.evaluate import Outcomes, measure
from models.features import Feature, Floats, feature_frame, usable
from models.pipeline import FitSettings, fit, log_odds

SHARE = 0.3  # of the rows that is held out
DECIDED_ON = "decided_on"
SMALLEST = 50  # of each outcome in a late part that can be measured


@dataclass(frozen=True)
class HoldOut:
    """Outcomes and log-odds of the rows held out, their figures, and how far they are from those fitted to."""

    repaid: Outcomes
    log_odds: Floats
    metrics: dict[str, float]
    drift: pd.DataFrame


def random_part(applications: pd.DataFrame, repaid: Outcomes, features: Sequence[Feature], settings: FitSettings) -> HoldOut:
    """A random part, with the same share of bad."""
    _, held = train_test_split(np.arange(len(repaid)), test_size=SHARE, stratify=repaid, random_state=settings.seed)
    return hold_out(applications, repaid, np.isin(np.arange(len(repaid)), held), features, settings)


def latest_part(applications: pd.DataFrame, repaid: Outcomes, features: Sequence[Feature], settings: FitSettings) -> HoldOut | None:
    """The latest applications by date of decision; none where there are no dates or too few outcomes on either side."""
    if DECIDED_ON not in applications:
        return None
    dates = pd.to_datetime(applications[DECIDED_ON], errors="coerce").to_numpy(dtype="datetime64[D]")
    dated = ~np.isnat(dates)
    if not dated.any():
        return None
    late = dated & (dates > np.sort(dates[dated])[int((1 - SHARE) * (dated.sum() - 1))])
    if min(_fewest(repaid[late]), _fewest(repaid[dated & ~late])) < SMALLEST:
        return None
    return hold_out(applications[dated].reset_index(drop=True), repaid[dated], late[dated], features, settings)


def hold_out(
    applications: pd.DataFrame, repaid: Outcomes, held: NDArray[np.bool_], features: Sequence[Feature], settings: FitSettings
) -> HoldOut:
    """Fit to the rows that are not held and measure those that are."""
    learnt = usable(applications[~held], features)
    frame = feature_frame(applications, learnt)
    pipeline = fit(frame[~held], repaid[~held], learnt, settings)
    scores = log_odds(pipeline, frame)
    metrics: dict[str, Any] = measure(repaid[held], scores[held], settings.population_bad_rate) | {"psi": psi(scores[~held], scores[held])}
    return HoldOut(repaid[held], scores[held], metrics, psi_by_feature(frame[~held], frame[held]))


def _fewest(repaid: Outcomes) -> int:
    return int(min(repaid.sum(), len(repaid) - repaid.sum()))
