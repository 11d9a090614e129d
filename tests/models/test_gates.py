"""The gates: which limit was missed, and by how much; what was not measured is missed."""

from __future__ import annotations

from typing import Any

import pytest

from models.gates import Gate, check

GOOD = {
    "auc": 0.85, "ks": 0.55, "brier": 0.14, "calibration_slope": 1.0, "psi": 0.02, "wrong_signs": 0.0,
    "adverse_impact.gender": 0.95, "adverse_impact.age_band": 0.8,
}  # fmt: skip
COMPARED = {"champion_version": 3.0, "auc_less_champion_low": -0.004}


def _missed(metrics: dict[str, float], champion: str | None = None) -> list[Gate]:
    return [gate for gate in check(metrics, champion) if not gate.passed]


def test_a_good_model_passes() -> None:
    assert _missed(GOOD) == []
    assert _missed(GOOD | COMPARED, "3") == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"auc": 0.75}, "auc 0.7500 (MISSED: at least 0.8, by 0.0500)"),
        ({"ks": 0.449}, "ks 0.4490 (MISSED: at least 0.45, by 0.0010)"),
        ({"brier": 0.2}, "brier 0.2000 (MISSED: at most 0.16, by 0.0400)"),
        ({"calibration_slope": 0.7}, "calibration_slope 0.7000 (MISSED: 0.8 to 1.25, by 0.1000)"),
        ({"calibration_slope": 1.5}, "calibration_slope 1.5000 (MISSED: 0.8 to 1.25, by 0.2500)"),
        ({"psi": 0.4}, "psi 0.4000 (MISSED: at most 0.25, by 0.1500)"),
        ({"adverse_impact.gender": 0.7}, "adverse_impact.gender 0.7000 (MISSED: at least 0.8, by 0.1000)"),
        ({"adverse_impact.age_band": 0.6}, "adverse_impact.age_band 0.6000 (MISSED: at least 0.65, by 0.0500)"),
        ({"wrong_signs": 1.0, "wrong_sign.debts": 0.3}, "wrong_sign.debts 0.3000 (MISSED: at most 0, by 0.3000)"),
        ({"auc_less_champion_low": -0.03}, "auc_against_champion -0.0300 (MISSED: at least -0.01, by 0.0200)"),
    ],
)
def test_a_missed_gate_says_which_and_by_how_much(changed: dict[str, float], says: str) -> None:
    assert [str(gate) for gate in _missed(GOOD | COMPARED | changed, "3")] == [says]


@pytest.mark.parametrize("name", ["auc", "psi", "wrong_signs"])
def test_what_was_not_measured_is_missed(name: str) -> None:
    (gate,) = _missed({key: value for key, value in GOOD.items() if key != name})
    assert gate.name == name
    assert "not measured" in str(gate)


@pytest.mark.parametrize("compared", [{}, COMPARED | {"champion_version": 2.0}])
def test_a_comparison_with_another_version_than_the_champion_does_not_count(compared: dict[str, Any]) -> None:
    (gate,) = _missed(GOOD | compared, "3")
    assert (gate.name, gate.figure) == ("auc_against_champion", None)
    assert [gate for gate in check(GOOD | compared, "3", must_compare=False) if not gate.passed] == []


def test_an_attribute_that_the_data_do_not_have_is_not_judged() -> None:
    without = {key: value for key, value in GOOD.items() if key != "adverse_impact.gender"}
    assert "adverse_impact.gender" not in [gate.name for gate in check(without)]
    assert _missed(without) == []
