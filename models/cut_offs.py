"""What a cut-off brings: lift by tenth, and approval rate, bad rate and profit at each possible cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from include import policy
from models.evaluate import Outcomes
from models.features import Floats
from models.score import probability

STEPS = 20  # cut-offs, at quantiles of the points


def lowest_approved() -> float:
    """Points from which the credit policy approves by itself."""
    return float(min(band["from"] for band in policy.read("credit_policy")["bands"] if band["outcome"] == "approve"))


def lift(repaid: Outcomes, scores: Floats, groups: int = 10) -> pd.DataFrame:
    """Worst tenth first: its bad rate, how many times the average that is, and the share of all bad found so far."""
    parts = np.array_split(np.argsort(scores, kind="stable"), groups)
    bad = 1 - repaid
    caught = np.cumsum([bad[part].sum() for part in parts]) / bad.sum()
    return pd.DataFrame(
        {
            "tenth": range(1, groups + 1),
            "rows": [len(part) for part in parts],
            "bad_rate": [float(bad[part].mean()) for part in parts],
            "lift": [float(bad[part].mean() / bad.mean()) for part in parts],
            "bad_found": caught,
        }
    )


def cut_offs(repaid: Outcomes, scores: Floats, points: Floats, amounts: Floats) -> pd.DataFrame:
    """One row a cut-off, lowest first, with the policy's own among them.

    ``expected_profit`` is the sum over the approved of amount x (P(repaid) x margin - P(bad) x loss) and ``profit`` the
    same with the outcomes, both in CNY for 100 applications received. Margin and loss are policy.
    """
    money = policy.read("score")["profit"]
    known = np.where(np.isnan(amounts), np.nanmean(amounts), amounts)
    prob_good = probability(scores)
    expected = known * (prob_good * money["margin"] - (1 - prob_good) * money["loss"])
    realised = known * (repaid * money["margin"] - (1 - repaid) * money["loss"])
    levels = np.unique([*np.floor(np.quantile(points, np.linspace(0, 1, STEPS, endpoint=False))), lowest_approved()])
    rows = []
    for level in levels:
        approved = points >= level
        if not approved.any():
            continue
        rows.append(
            {
                "points": float(level),
                "approval_rate": float(approved.mean()),
                "bad_rate": float(1 - repaid[approved].mean()),
                "expected_bad_rate": float(1 - prob_good[approved].mean()),
                "expected_profit": float(expected[approved].sum() / len(points) * 100),
                "profit": float(realised[approved].sum() / len(points) * 100),
                "policy": bool(level == lowest_approved()),
            }
        )
    return pd.DataFrame(rows)
