"""The out-of-time bench: what it may score, and that recalibration does what it says. The gender bench: what each variant sees."""

from __future__ import annotations

import numpy as np
import pytest

from bench import score_gender, score_sba
from bench.measure import difference
from bench.outcome import read
from models.score import probability


def test_nothing_that_was_known_only_later_is_scored() -> None:
    table, _ = read(score_sba.SHIPPED, "default")
    known = score_sba.known_at_approval(table)
    assert {"term", "chg_off_date", "chg_off_prin_gr", "balance_gross", "mis_status", "disbursement_date", "disbursement_gross"} <= set(
        table
    )
    assert not {"term", "chg_off_date", "chg_off_prin_gr", "balance_gross", "mis_status", "disbursement_date", "disbursement_gross"} & set(
        known
    )
    assert set(known["franchise"]) == {"yes", "no"}
    assert (known["bank_of_state"] == "yes").sum() == (table["state"] == table["bank_state"]).sum()


def test_recalibration_follows_a_rising_bad_rate() -> None:
    rng = np.random.default_rng(4)
    years = np.repeat([2004, 2005, 2006], 3000)
    scores = rng.normal(2, 1, 9000)
    repaid = (rng.uniform(size=9000) < probability(scores - 0.7 * (years - 2003))).astype(np.int64)
    found = {row["scores"]: row for row in score_sba.recalibration(years, repaid, scores, 2004)}
    error = {name: abs(row["predicted_bad_rate"] - row["bad_rate"]) for name, row in found.items()}
    assert error["as fitted"] > error["intercept from 2004"] > error["intercept from the year before"]
    assert found["intercept from 2004"]["auc_pooled"] == found["as fitted"]["auc_pooled"], "a shift ranks nobody differently"
    assert found["intercept from the year before"]["log_loss"] < found["as fitted"]["log_loss"]


def test_the_shift_makes_the_mean_right() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(1, 1, 500)
    repaid = (rng.uniform(size=500) < 0.4).astype(np.int64)
    assert probability(scores + score_sba.shifted(repaid, scores)).mean() == pytest.approx(repaid.mean(), abs=1e-9)


def test_with_gender_off_no_column_tells_it() -> None:
    table, _ = read(score_gender.SHIPPED, "default")
    variants = score_gender.tables(table)
    assert set(variants["on"]["gender"]) == {"female", "male"}
    assert set(variants["on"].columns) - set(variants["off"].columns) == {"gender"}
    assert "personal_status_and_sex" not in variants["off"]


def test_treatment_counts_who_is_approved() -> None:
    table, repaid = read(score_gender.SHIPPED, "default")
    gender = score_gender.tables(table)["on"]["gender"]
    favoured = np.where(gender == "male", 5.0, 0.0) + np.random.default_rng(1).uniform(size=len(gender))
    by_gender = score_gender.treatment(gender, repaid, favoured[:, None]).set_index("group")
    assert by_gender["approval_rate"]["male"] == 1.0
    share = (0.7 * len(gender) - (gender == "male").sum()) / (gender == "female").sum()
    assert by_gender["adverse_impact"]["male"] == pytest.approx(share, abs=0.01)


def test_an_interval_over_folds_is_wider_than_if_they_were_independent() -> None:
    paired = [0.01, 0.02, 0.03, 0.0, 0.01]
    mean, low, high = difference(paired, 1 / 4)
    assert mean == pytest.approx(0.014)
    assert low < mean < high
    assert (high - low) / 2 > 2.776 * np.std(paired, ddof=1) / np.sqrt(5)
