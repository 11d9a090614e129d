"""Unequal treatment: who would be approved at the policy's cut-off, by gender and age band.

The adverse-impact ratio of a group is its approval rate over that of the group approved most often; four fifths is the
customary floor. Groups of fewer rows than policy's ``smallest_group`` are shown and not judged.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include import policy
from models.evaluate import Outcomes
from models.features import Floats


def groups(applications: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Attribute to the group of each application, for those attributes that the data have."""
    found: dict[str, pd.Series[Any]] = {}
    if "gender" in applications:
        gender = applications["gender"]
        found["gender"] = gender.where(gender.notna() & (gender != ""), None)
    if "age" in applications:
        starts = policy.read("score")["fairness"]["age_bands"]
        names = [
            f"under {starts[0]}",
            *(f"{low}-{high - 1}" for low, high in itertools.pairwise(starts)),
            f"{starts[-1]} and over",
        ]
        age = pd.to_numeric(applications["age"])
        found["age_band"] = pd.Series(pd.cut(age, [-np.inf, *starts, np.inf], right=False, labels=names).astype(object), applications.index)
    return found


def approval_by_group(
    applications: pd.DataFrame, approved: NDArray[np.bool_], repaid: Outcomes, weights: Floats | None = None
) -> pd.DataFrame:
    """Attribute, group, rows, approval rate, its ratio to the most approved group's, bad rate of all and of the approved."""
    smallest = policy.read("score")["fairness"]["smallest_group"]
    weights = np.ones(len(repaid)) if weights is None else weights
    rows: list[dict[str, Any]] = []
    for attribute, membership in groups(applications).items():
        of_attribute = []
        for group in sorted(membership.dropna().unique(), key=lambda name: (not name.startswith("under"), name)):
            inside = (membership == group).to_numpy()
            taken = inside & approved
            of_attribute.append(
                {
                    "attribute": attribute,
                    "group": group,
                    "rows": int(inside.sum()),
                    "approval_rate": float(np.average(approved[inside], weights=weights[inside])),
                    "bad_rate": float(1 - np.average(repaid[inside], weights=weights[inside])),
                    "bad_rate_approved": float(1 - np.average(repaid[taken], weights=weights[taken])) if taken.any() else None,
                    "judged": bool(inside.sum() >= smallest),
                }
            )
        highest = max((row["approval_rate"] for row in of_attribute if row["judged"]), default=0.0)
        rows += [row | {"ratio": row["approval_rate"] / highest if highest else None} for row in of_attribute]
    return pd.DataFrame(rows)


def adverse_impact(by_group: pd.DataFrame) -> dict[str, float]:
    """Attribute to the smallest ratio of its groups; attributes with fewer than two groups that count are left out."""
    if by_group.empty:
        return {}
    judged = by_group[by_group["judged"]]
    return {str(name): float(part["ratio"].min()) for name, part in judged.groupby("attribute") if len(part) > 1}
