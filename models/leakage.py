"""No feature of a training set may know the future. Two checks that run before every training, each of which stops it.

``check_frozen`` compares every value with what was stored when the application was decided: it catches a feature that was
looked up later. ``check_power`` needs no database: it catches a column that gives the outcome away, in a file too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from models.features import Feature, Kind

GROUPS = 20  # a number is judged by the bad rate in so many groups of equal size, so that a bend does not hide it
FEWEST = 50  # of either outcome: with fewer, chance alone separates them
SHOWN = 3


class LeakError(ValueError):
    """A training set knows what could not be known when its applications were decided; the message says which feature."""


def check_frozen(features: pd.DataFrame, frozen: pd.DataFrame) -> None:
    """Hold the features of a training set against those that were stored at decision time.

    Parameters
    ----------
    features : a column a feature, indexed by application.
    frozen : the stored features of at least these applications, with ``scored_on`` and ``first_decided_on``.

    Raises
    ------
    LeakError : an application was decided before it was scored or has nothing stored, or a value is not the stored one.
    """
    if unknown := sorted(set(features.index) - set(frozen.index)):
        raise LeakError(f"{len(unknown)} applications of the training set have no stored features, such as application {unknown[0]}")
    stored = frozen.loc[features.index]
    if (late := stored["scored_on"] > stored["first_decided_on"]).any():
        raise LeakError(
            f"{int(late.sum())} applications were scored after they were decided, such as application {late.idxmax()}: their features may"
            " hold what happened since. Leave them out of the training set."
        )
    wrong = {
        name: differing
        for name in features.columns
        if (differing := int(_differ(features[name], stored[name] if name in stored else pd.Series(None, features.index)).sum()))
    }
    if wrong:
        named = ", ".join(f"{name} (in {rows} rows)" for name, rows in sorted(wrong.items(), key=lambda item: -item[1])[:SHOWN])
        raise LeakError(
            f"The training set differs from the features as they were at decision time: {named}. What it takes was looked up later and may"
            " know the outcome: take application_score.features."
        )


def check_power(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Iterable[Feature], auc_max: float) -> dict[str, float]:
    """AUC of each feature alone, largest first; nothing where there are too few rows to tell.

    Raises
    ------
    LeakError : one is above ``auc_max``: no honest feature knows so much.
    """
    if min(repaid.sum(), len(repaid) - repaid.sum()) < FEWEST:
        return {}
    alone = {feature.name: power(frame[feature.name], repaid, feature.kind) for feature in features}
    ordered = dict(sorted(alone.items(), key=lambda item: -item[1]))
    if wrong := {name: auc for name, auc in ordered.items() if auc > auc_max}:
        named = ", ".join(f"{name} (AUC {auc:.3f} alone)" for name, auc in wrong.items())
        raise LeakError(
            f"{named}: above {auc_max} of leak_auc_max in include/policy/model_watch.yaml. It very likely knows the outcome: find out when"
            " its values were taken, and leave it out if that was after the decision."
        )
    return ordered


def power(values: pd.Series, repaid: NDArray[np.int64], kind: Kind) -> float:
    """AUC of one feature by the share repaid in its groups: quantiles of a number or values of a category, and missing."""
    if kind is Kind.NUMBER and values.nunique() > GROUPS:
        groups = pd.qcut(values, GROUPS, labels=False, duplicates="drop")
    else:
        groups = pd.Series(pd.factorize(values)[0], values.index).astype(float)
    known = groups.fillna(-1)
    return float(roc_auc_score(repaid, pd.Series(repaid, values.index).groupby(known).transform("mean")))


def _differ(taken: pd.Series, stored: pd.Series) -> pd.Series:
    """Where two columns are not the same value, both missing counting as the same."""
    one, other = taken.astype(object), stored.astype(object)
    return ~((one == other) | (one.isna() & other.isna()))
