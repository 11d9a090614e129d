"""What a version must reach before a person may promote it. The limits are policy; a verdict says by how much one was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from include import policy


class GateError(Exception):
    """A version missed a gate; the message names each and by how much."""


@dataclass(frozen=True)
class Gate:
    """One limit and the figure that was held against it."""

    name: str
    figure: float
    limit: str
    passed: bool

    def __str__(self) -> str:
        return f"{self.name} {self.figure:.4f} ({'held' if self.passed else 'MISSED'}: {self.limit})"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check(metrics: Mapping[str, float], champion: Mapping[str, float] | None) -> list[Gate]:
    """Every gate for a version with ``metrics``; those of the champion, where there is one, add the comparison."""
    limits = policy.read("score")["gates"]
    low, high = limits["calibration_slope"]
    gates = [
        _at_least("auc", metrics["auc"], limits["auc_min"]),
        _at_least("ks", metrics["ks"], limits["ks_min"]),
        Gate("brier", metrics["brier"], f"at most {limits['brier_max']}", metrics["brier"] <= limits["brier_max"]),
        Gate("calibration_slope", metrics["calibration_slope"], f"{low} to {high}", low <= metrics["calibration_slope"] <= high),
    ]
    if champion is not None:
        gates.append(_at_least("auc_against_champion", metrics["auc"], round(champion["auc"] - limits["auc_behind_champion_max"], 6)))
    return gates


def _at_least(name: str, figure: float, limit: float) -> Gate:
    return Gate(name, figure, f"at least {limit}", figure >= limit)
