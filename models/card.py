"""The model card: what the model is for, what it was made from, how good it is, where it is weak. Written from the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include import policy
from models.cut_offs import lowest_approved
from models.features import BY_NAME
from models.gates import COMPARED_WITH, DIFFERENCE_LOW, IMPACT, check

SHOWN_DRIFT = 8


@dataclass(frozen=True)
class Section:
    """One part: words, then tables with their captions, then pictures."""

    title: str
    words: Sequence[str] = ()
    tables: Sequence[tuple[str, pd.DataFrame]] = ()
    pictures: Sequence[str] = field(default=())


@dataclass(frozen=True)
class ModelCard:
    """What ``sections`` are written from: figures and tables of a dossier, parameters of the run, the training set.

    ``champion`` is the version that scores; where it could not be compared with, ``why_not`` says why.
    """

    metrics: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    parameters: Mapping[str, str]
    training: Mapping[str, Any]
    run_id: str
    champion: str | None = None
    why_not: str | None = None

    @property
    def title(self) -> str:
        return f"Model card: {policy.read('score')['model']}"

    def sections(self) -> list[Section]:
        """In the order in which a risk officer asks."""
        return [
            self.verdict(),
            self._purpose(),
            self._data(),
            self._quality(),
            self._cut_off(),
            self._segments(),
            self._treatment(),
            self._drift(),
            self._inside(),
        ]

    def verdict(self) -> Section:
        """Every gate, and the comparison with the champion."""
        compared = self.metrics.get(COMPARED_WITH)
        gates = check(self.metrics, self.champion if compared is None else f"{compared:.0f}")
        missed = [gate.name for gate in gates if not gate.passed]
        words = f"Misses {', '.join(missed)}: it cannot be promoted." if missed else f"Passes all {len(gates)} gates."
        rows = [
            {
                "gate": gate.name,
                "figure": gate.figure,
                "limit": gate.limit,
                "verdict": "held" if gate.passed else "missed: not measured" if gate.figure is None else f"missed by {gate.missed_by:.4f}",
            }
            for gate in gates
        ]
        return Section("What the gates say", [words, self._against_champion()], [("", pd.DataFrame(rows))])

    def _against_champion(self) -> str:
        if COMPARED_WITH not in self.metrics:
            if self.champion is None:
                return "It was not compared with a champion: none scored when it was evaluated."
            return f"It was not compared with the champion, version {self.champion}: {self.why_not}."
        of = self.metrics
        return (
            f"Against the champion (version {of[COMPARED_WITH]:.0f}, AUC {of['champion_auc']:.4f} on the same rows, each by scores of rows "
            f"that it was not fitted to) the AUC differs by {of['auc_less_champion']:+.4f}; 95% interval {of[DIFFERENCE_LOW]:+.4f} to "
            f"{of['auc_less_champion_high']:+.4f} (DeLong, paired)."
        )

    def _purpose(self) -> Section:
        scale = policy.read("score")["scorecard"]
        return Section(
            "What it is for",
            [
                "It gives the probability that an applicant for a working-capital loan repays, and the same as points: "
                f"{scale['points']} points are odds of {scale['at_odds']} to 1, {scale['points_to_double_odds']} more double them. It "
                "ranks and prices; the credit policy decides, with its hard rules and bands, and an officer decides what policy refers.",
                "Logistic regression with a ridge penalty on piecewise linear numbers and one column a category; missing values have "
                "coefficients of their own. It is scored from a coefficient table, so every past score can be computed again.",
                "It is not for other products, other countries or collections, and it has seen nobody whom the lender refused: outcomes "
                "are those of loans that were made.",
            ],
        )

    def _data(self) -> Section:
        rate = policy.read("score")["fit"]["population_bad_rate"]
        switches = policy.read("score")["features"]
        rows = [
            {"": "rows", "what": f"{self.training['rows']:,}"},
            {"": "bad", "what": f"{self.training['bad']:,} ({self.training['bad'] / self.training['rows']:.1%})"},
            {"": "true share of bad, if sampled by outcome", "what": "as in the set" if rate is None else f"{rate:.1%}"},
            {"": "source", "what": str(self.training.get("source", Path(self.training["path"]).name))},
            {"": "SHA-256", "what": str(self.training["sha256"])},
            {"": "features", "what": self.parameters["features"]},
            {"": "cannot be learnt from it", "what": self.parameters["left_out"]},
            {"": "switched off by policy", "what": ", ".join(name for name in BY_NAME if not switches[name]) or "none"},
            {"": "knots, penalty (chosen inside)", "what": f"{self.parameters.get('knots', '-')}, {self.parameters['penalty']}"},
            {"": "policy version, run", "what": f"{self.parameters['policy_version']}, {self.run_id}"},
        ]
        return Section("What it was made from", tables=[("", pd.DataFrame(rows))])

    def _quality(self) -> Section:
        of = self.metrics
        parts = {"cross-validation": "", "random hold-out": "hold_out_", "out of time": "out_of_time_"}
        rows = []
        for name, prefix in parts.items():
            if prefix + "auc" not in of:
                continue
            low, high = of[prefix + "auc_low"], of[prefix + "auc_high"]
            row = {
                "measured on": name,
                "AUC": of[prefix + "auc"],
                "95% interval": f"{low:.3f} to {high:.3f}",
                "Gini": 2 * of[prefix + "auc"] - 1,
            }
            kept = {
                "KS": "ks",
                "Brier": "brier",
                "log loss": "log_loss",
                "slope": "calibration_slope",
                "intercept": "calibration_intercept",
            }
            rows.append(row | {title: of[prefix + figure] for title, figure in kept.items()})
        words = [
            "All figures are of rows that the fit never touched, knots and penalty chosen anew without them. A calibration slope below 1 "
            f"means that probabilities are too extreme. Over the folds the AUC spreads by {of['auc_sd']:.3f} and the KS by "
            f"{of['ks_sd']:.3f} (standard deviation); intervals are DeLong's.",
        ]
        if "out_of_time_auc" not in of:
            words.append("There is no out-of-time figure: the training set has no dates of decision, or too few outcomes late or early.")
        calibration = self.tables["calibration"]
        return Section(
            "How good it is",
            words,
            [("", pd.DataFrame(rows)), ("Predicted and observed share repaid, in tenths, worst first", calibration)],
            ["roc.png", "ks.png", "calibration.png", "points.png"],
        )

    def _cut_off(self) -> Section:
        table = self.tables["cut_offs"]
        best, ours = table.iloc[int(np.argmax(table["expected_profit"]))], table[table["policy"]]
        money = policy.read("score")["profit"]
        words = [
            f"A repaid loan brings {money['margin']:.0%} of its amount, a bad one costs {money['loss']:.0%}. By the score's own "
            f"probabilities profit is highest at {best['points']:.0f} points: {best['approval_rate']:.0%} approved, "
            f"{best['bad_rate']:.1%} of them bad."
        ]
        if len(ours):
            row = ours.iloc[0]
            words.append(
                f"The policy approves from {lowest_approved():.0f} points: {row['approval_rate']:.0%} approved, {row['bad_rate']:.1%} of "
                f"them bad, expected profit CNY {row['expected_profit']:,.0f} for 100 applications, "
                f"{best['expected_profit'] - row['expected_profit']:,.0f} below the best."
            )
        return Section(
            "Where to cut", words, [("By cut-off", table), ("Lift by tenth, worst first", self.tables["lift"])], ["cut_offs.png"]
        )

    def _segments(self) -> Section:
        words = ["Segments with fewer than 100 rows, or fewer than 20 of either outcome, are left out."]
        return Section("Does it work everywhere", words, [("", self.tables["segments"])])

    def _treatment(self) -> Section:
        floors = policy.read("score")["gates"]["adverse_impact_min"]
        words = [
            f"Approval at {lowest_approved():.0f} points by group. The ratio is to the group approved most often; a group that is too "
            "small to be judged is shown only. Gender is never scored unless policy switches it on."
        ]
        words += [f"Not measured: {name}, which the training set does not have." for name in floors if IMPACT + name not in self.metrics]
        table = self.tables["unequal_treatment"]
        return Section("Unequal treatment", words, [("", table)] if len(table) else [])

    def _drift(self) -> Section:
        late = "out_of_time_auc" in self.metrics
        words = [
            f"PSI of the score between the rows fitted to and {'the latest applications' if late else 'a random part'}: "
            f"{self.metrics['psi']:.4f}. Below 0.10 there is nothing to see, above 0.25 it is another population."
        ]
        return Section("Drift", words, [("The features that moved most", self.tables["drift"].head(SHOWN_DRIFT))])

    def _inside(self) -> Section:
        words = [
            "Coefficients are log-odds of being repaid, points the same on the scale of points; a step is gained between its two knots. "
            "Standard errors are Bayesian: the ridge penalty is a normal prior, and they are the posterior's. A step without one is held "
            "at zero so that the curve does not turn.",
        ]
        tables = [
            ("Does each feature go the way that policy expects", self.tables["signs"]),
            ("All coefficients", self.tables["coefficients"]),
        ]
        return Section("What is inside", words, tables, ["effects.png"])
