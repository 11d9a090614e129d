"""The benchmark of schedules builds what it says, and compares it with the exact oracle."""

from __future__ import annotations

import json

import pytest

from bench import schedules


def test_it_measures_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    schedules.main(["--loans", "200", "--sample", "40"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["schedules"] == 200
    assert 200 < figures["instalments"] <= 200 * 12
    assert figures["batch_to_one_call_a_loan"] > 0


def test_it_refuses_figures_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_exact", lambda terms, loan: [(1, 1)])
    with pytest.raises(ValueError, match="not what exact fractions give"):
        schedules.measure(5, 12, 1)
