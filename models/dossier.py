"""The whole evaluation of a model: figures for the gates, tables and curves for the risk officer, all on held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.coefficients import coefficient_table, sign_checks
from models.cut_offs import cut_offs, lift, lowest_approved
from models.evaluate import Outcomes, calibration_table, cross_validate, outcome_weights
from models.fairness import adverse_impact, approval_by_group
from models.features import BY_NAME, Feature, Floats, feature_frame
from models.gates import IMPACT, WRONG_SIGN
from models.hold_out import HoldOut, latest_part, random_part
from models.pipeline import FitSettings, prior_offset
from models.scorecard import Scorecard
from models.segments import segment_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Dossier:
    """What an evaluation found.

    Attributes
    ----------
    metrics : name to figure; gates read them.
    tables : file name without ending to table.
    log_odds : held-out scores, in the order of the rows.
    """

    metrics: dict[str, float]
    tables: dict[str, pd.DataFrame]
    log_odds: Floats
    repaid: Outcomes
    scorecard: Scorecard

    def curves(self) -> dict[str, Figure]:
        """File name to figure."""
        from models.figures import curves

        return curves(self.repaid, self.log_odds, self.scorecard, self.metrics, self.tables["calibration"], self.tables["cut_offs"])


def assemble(
    applications: pd.DataFrame, repaid: Outcomes, features: Sequence[Feature], settings: FitSettings, scorecard: Scorecard, penalty: float
) -> Dossier:
    """Cross-validate, hold out, and hold the fitted ``scorecard`` against what policy expects of it.

    Rates, probabilities and profits are weighted to policy's ``population_bad_rate``; standard errors are those of the fit,
    which was not.

    Parameters
    ----------
    applications, repaid : rows with an outcome that was seen.
    features : those that policy switches on and these rows can teach.
    penalty : inverse strength of the ridge penalty that ``scorecard`` was fitted with.
    """
    frame = feature_frame(applications, features)
    evaluation = cross_validate(frame, repaid, features, settings)
    scores = evaluation.log_odds
    points = scorecard.points(scores)
    random, late = random_part(applications, repaid, features, settings), latest_part(applications, repaid, features, settings)
    weights = outcome_weights(repaid, settings.population_bad_rate)
    offset = 0.0 if settings.population_bad_rate is None else prior_offset(1 - float(repaid.mean()), settings.population_bad_rate)
    by_group = approval_by_group(applications, points >= lowest_approved(), repaid, weights)
    scored = feature_frame(applications, [BY_NAME[name] for name in scorecard.features])
    signs = sign_checks(scorecard)
    tables = {
        "calibration": calibration_table(repaid, scores, weights=weights),
        "lift": lift(repaid, scores, weights=weights),
        "cut_offs": cut_offs(repaid, scores, points, _amounts(applications), weights),
        "segments": segment_table(applications, repaid, scores, weights),
        "unequal_treatment": by_group,
        "coefficients": coefficient_table(scorecard, scored, penalty, offset),
        "signs": signs,
        "drift": (late or random).drift,
    }
    metrics = {
        **evaluation.metrics,
        **_prefixed("hold_out", random),
        **(_prefixed("out_of_time", late) if late else {}),
        "psi": (late or random).metrics["psi"],
        **{IMPACT + attribute: ratio for attribute, ratio in adverse_impact(by_group).items()},
        "wrong_signs": float(sum(by > 0 for by in signs["against"])),
        **{WRONG_SIGN + str(name): float(by) for name, by in zip(signs["feature"], signs["against"], strict=True) if by > 0},
    }
    return Dossier(metrics, tables, scores, repaid, scorecard)


def _prefixed(prefix: str, part: HoldOut) -> dict[str, float]:
    kept = ("auc_pooled", "auc_low", "auc_high", "ks_pooled", "brier", "log_loss", "calibration_slope", "calibration_intercept", "psi")
    return {f"{prefix}_{name.removesuffix('_pooled')}": part.metrics[name] for name in kept} | {f"{prefix}_rows": float(len(part.repaid))}


def _amounts(applications: pd.DataFrame) -> Floats:
    if "amount" not in applications:
        return np.ones(len(applications))
    amounts: Any = pd.to_numeric(applications["amount"])
    return np.asarray(amounts, dtype=np.float64)
