"""What a version must reach before a person may promote it. The limits are policy; a verdict says by how much one was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from include import policy

# metrics of an evaluation that only gates and the model card read
IMPACT, WRONG_SIGN = "adverse_impact.", "wrong_sign."
COMPARED_WITH, DIFFERENCE_LOW = "champion_version", "auc_less_champion_low"


class GateError(Exception):
    """A version missed a gate; the message names each and by how much."""


@dataclass(frozen=True)
class Gate:
    """One limit and the figure that was held against it; without a figure it was not measured, and is missed."""

    name: str
    figure: float | None
    limit: str
    passed: bool
    missed_by: float = 0.0

    def __str__(self) -> str:
        if self.figure is None:
            return f"{self.name} (MISSED: {self.limit}; not measured, or against another champion: see the model card, or train again)"
        verdict = f"held: {self.limit}" if self.passed else f"MISSED: {self.limit}, by {self.missed_by:.4f}"
        return f"{self.name} {self.figure:.4f} ({verdict})"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check(metrics: Mapping[str, float], champion: str | None = None, must_compare: bool = True) -> list[Gate]:
    """Every gate for a version with ``metrics``.

    Parameters
    ----------
    champion : the version that scores now, where there is one: ``metrics`` must hold a comparison with it.
    must_compare : whether a comparison that is not there is a missed gate.
    """
    limits = policy.read("score")["gates"]
    low, high = limits["calibration_slope"]
    gates = [
        _within("auc", metrics.get("auc"), at_least=limits["auc_min"]),
        _within("ks", metrics.get("ks"), at_least=limits["ks_min"]),
        _within("brier", metrics.get("brier"), at_most=limits["brier_max"]),
        _within("calibration_slope", metrics.get("calibration_slope"), low, high),
        _within("psi", metrics.get("psi"), at_most=limits["psi_max"]),
        *_signs(metrics),
    ]
    for attribute, floor in limits["adverse_impact_min"].items():
        # a training set that does not know the attribute cannot be judged by it; the model card says so
        if IMPACT + attribute in metrics:
            gates.append(_within(IMPACT + attribute, metrics[IMPACT + attribute], at_least=floor))
    compared = champion is not None and metrics.get(COMPARED_WITH) == float(champion)
    if compared or (champion is not None and must_compare):
        behind = -limits["auc_behind_champion_max"]
        gates.append(_within("auc_against_champion", metrics.get(DIFFERENCE_LOW) if compared else None, at_least=behind))
    return gates


def _signs(metrics: Mapping[str, float]) -> list[Gate]:
    """One gate where all features go the right way, else one for each that does not."""
    if "wrong_signs" not in metrics:
        return [_within("wrong_signs", None, at_most=0)]
    wrong = {name: by for name, by in sorted(metrics.items()) if name.startswith(WRONG_SIGN) and by > 0}
    return [_within(name, by, at_most=0) for name, by in wrong.items()] or [_within("wrong_signs", metrics["wrong_signs"], at_most=0)]


def _within(name: str, figure: float | None, at_least: float | None = None, at_most: float | None = None) -> Gate:
    both = at_least is not None and at_most is not None
    limit = f"{at_least} to {at_most}" if both else f"at least {at_least}" if at_most is None else f"at most {at_most}"
    if figure is None:
        return Gate(name, None, limit, False)
    below = 0.0 if at_least is None else max(at_least - figure, 0.0)
    above = 0.0 if at_most is None else max(figure - at_most, 0.0)
    return Gate(name, figure, limit, below == above == 0.0, max(below, above))
