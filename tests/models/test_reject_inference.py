"""Parcelling: refused applications get the bad rate of their band, made worse by a factor, drawn the same way each time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.reject_inference import parcel

# two bands of 200 loans: 10% and 40% bad
ACCEPTED = pd.DataFrame({"points": [600.0] * 200 + [500.0] * 200, "is_bad": ([1] + [0] * 9) * 20 + ([1] * 4 + [0] * 6) * 20})


def _rejected(points: float, rows: int = 4000) -> pd.DataFrame:
    return pd.DataFrame({"points": points, "prob_good": 0.5, "application_id": range(rows)})


@pytest.mark.parametrize(("points", "factor", "rate"), [(600.0, 1.0, 0.1), (600.0, 1.5, 0.15), (500.0, 1.5, 0.6), (500.0, 9.0, 1.0)])
def test_a_band_passes_its_bad_rate_on(points: float, factor: float, rate: float) -> None:
    rejected = pd.concat([_rejected(600.0), _rejected(500.0)], ignore_index=True)
    drawn = parcel(ACCEPTED, rejected, 2, factor, seed=7)
    assert drawn[rejected["points"] == points].mean() == pytest.approx(rate, abs=0.03)


def test_a_band_without_loans_takes_what_the_score_predicted() -> None:
    rejected = _rejected(0.0).assign(points=np.linspace(300, 400, 4000))
    drawn = parcel(ACCEPTED, rejected, 8, 1.2, seed=7)
    assert drawn[rejected["points"] < 370].mean() == pytest.approx(0.6, abs=0.03)


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    rejected = _rejected(500.0, 300)
    drawn = parcel(ACCEPTED, rejected, 2, 1.5, seed=7)
    turned = parcel(ACCEPTED, rejected.iloc[::-1].reset_index(drop=True), 2, 1.5, seed=7)
    assert np.array_equal(drawn, turned[::-1])
    assert not np.array_equal(drawn, parcel(ACCEPTED, rejected, 2, 1.5, seed=8))
