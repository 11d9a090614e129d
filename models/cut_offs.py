"""What a cut-off brings: lift by tenth, and approval rate, bad rate and profit at each possible cut-off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from include import policy
from models.evaluate import Outcomes, equal_parts
from models.features import Floats
from models.score import probability

STEPS = 20  # cut-offs, at quantiles of the points


def lowest_approved() -> float:
    """Points from which the credit policy approves by itself."""
    return float(min(band["from"] for band in policy.read("credit_policy")["bands"] if band["outcome"] == "approve"))


def lift(repaid: Outcomes, scores: Floats, groups: int = 10, weights: Floats | None = None) -> pd.DataFrame:
    """Worst tenth first: its bad rate, how many times the average that is, and the share of all bad found so far."""
    weights = np.ones(len(repaid)) if weights is None else weights
    parts = equal_parts(scores, weights, groups)
    bad = 1 - repaid
    rates = np.array([np.average(bad[part], weights=weights[part]) for part in parts])
    return pd.DataFrame(
        {
            "tenth": range(1, len(parts) + 1),
            "rows": [len(part) for part in parts],
            "bad_rate": rates,
            "lift": rates / np.average(bad, weights=weights),
            "bad_found": np.cumsum([bad[part].sum() for part in parts]) / bad.sum(),
        }
    )


def cut_offs(repaid: Outcomes, scores: Floats, points: Floats, amounts: Floats, weights: Floats | None = None) -> pd.DataFrame:
    """One row a cut-off, lowest first, with the policy's own among them.

    ``expected_profit`` is the sum over the approved of amount x (P(repaid) x margin - P(bad) x loss) and ``profit`` the
    same with the outcomes, both in CNY for 100 applications received. Margin and loss are policy.
    """
    money = policy.read("score")["profit"]
    weights = np.ones(len(repaid)) if weights is None else weights
    given = ~np.isnan(amounts)
    known = np.where(given, amounts, np.average(amounts[given], weights=weights[given]))
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
                "approval_rate": float(np.average(approved, weights=weights)),
                "bad_rate": float(1 - np.average(repaid[approved], weights=weights[approved])),
                "expected_bad_rate": float(1 - np.average(prob_good[approved], weights=weights[approved])),
                "expected_profit": float(np.average(expected * approved, weights=weights) * 100),
                "profit": float(np.average(realised * approved, weights=weights) * 100),
                "policy": bool(level == lowest_approved()),
            }
        )
    return pd.DataFrame(rows)
