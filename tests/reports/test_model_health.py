"""The watch over the score: drift against the training set, rates, calibration, and what is a new breach."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text

from include.steps.context import StepError
from include.steps.model_watch import new_breaches
from tests.conftest import as_role
from tests.reports.book import Days, build, insert, rows_of

FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)
# the training set: a fifth of the points in each of five bins; age in two halves, never missing
REFERENCE = "feature bin_no share\n" + "\n".join(f"points {n} 0.2" for n in range(1, 6)) + "\nage 0 0\nage 1 0.5\nage 2 0.5"


@pytest.fixture
def days(any_database: Engine) -> Days:
    """A first date that looks like the training set, and a second on which everybody has the fewest points."""
    days = Days(any_database)
    with any_database.begin() as connection:
        for line in REFERENCE.splitlines()[1:]:
            feature, number, share = line.split()
            row = {"model_name": "credit_score", "model_version": "1", "feature": feature, "bin_no": number, "share": share}
            insert(connection, "score_reference", [row])
    like = "feature bin_no applications\n" + "\n".join(f"points {n} 300" for n in range(1, 6)) + "\nage 1 750\nage 2 750"
    days.score("application_id points prob_good\n1 551 0.9\n2 559 0.8", bins=like)
    days.close()
    days.score("application_id points prob_good\n3 400 0.2", bins="feature bin_no applications\npoints 1 2000\nage 0 400\nage 1 1600")
    days.close()
    return days


def _health(days: Days, day: date, measure: str, span: str = "DAY") -> dict[str, tuple[Decimal, str | None, str]]:
    """Figure, breached and new_breach by subject."""
    rows = rows_of(days.engine, "model_health", day)
    return {
        str(row["subject"]): (Decimal(str(row["figure"])), row["breached"], str(row["new_breach"]))
        for row in rows
        if (row["measure"], row["span"]) == (measure, span)
    }


def _build(days: Days, day: date) -> None:
    for report in ("model_outcomes", "model_health"):
        build(as_role(days.engine, "millrace_app"), report, day)


def _psi(shares: list[tuple[float, float]]) -> float:
    return sum((max(a, 1e-4) - max(e, 1e-4)) * math.log(max(a, 1e-4) / max(e, 1e-4)) for a, e in shares)


def test_drift_against_the_training_set_by_date_and_month(days: Days) -> None:
    _build(days, FIRST)
    _build(days, SECOND)
    assert _health(days, FIRST, "SCORE_PSI") == {"points": (Decimal("0.000000"), "0", "0")}
    figure, breached, new = _health(days, SECOND, "SCORE_PSI")["points"]
    assert float(figure) == pytest.approx(_psi([(1, 0.2), *[(0, 0.2)] * 4]), abs=1e-6)
    assert (breached, new) == ("1", "1")
    month = _health(days, SECOND, "SCORE_PSI", "MONTH")["points"][0]
    assert float(month) == pytest.approx(_psi([(2300 / 3500, 0.2), *[(300 / 3500, 0.2)] * 4]), abs=1e-6)
    age = _health(days, SECOND, "FEATURE_PSI")["age"][0]
    assert float(age) == pytest.approx(_psi([(0.2, 0), (0.8, 0.5), (0, 0.5)]), abs=1e-6)


def test_a_breach_is_told_once_and_only_where_there_is_enough_to_judge(days: Days) -> None:
    for day in (FIRST, SECOND):
        with pytest.raises(StepError, match="not built"):
            new_breaches(days.engine, day)
        _build(days, day)
    assert new_breaches(days.engine, FIRST) == []
    told = new_breaches(days.engine, SECOND)
    assert len(told) == 4
    assert told[0].startswith("FEATURE_PSI age of version 1, day: 5.")
    assert "is outside ... to 0.25 (2000 counted)" in told[0]
    days.score("application_id points prob_good\n4 400 0.2", bins="feature bin_no applications\npoints 1 2000\nage 2 999")
    third = days.close()
    _build(days, third)
    assert {line.split(",")[0] for line in new_breaches(days.engine, third)} == set(), "still breached is not new; 999 are too few to judge"
    assert _health(days, third, "FEATURE_PSI")["age"][1:] == (None, "0")
    assert _health(days, third, "SCORE_PSI")["points"][1:] == ("1", "0")


def test_rates_and_overrides(any_database: Engine) -> None:
    """Policy approves from 503 points and refers from 488: below that an officer's yes is an override, above it his no."""
    days = Days(any_database)
    days.write(
        "application_decision",
        """
        application_id outcome  points decided_by
        1              APPROVED 560    step:origination.decide_applications
        2              REJECTED 480    step:origination.decide_applications
        3              REFERRED 490    step:origination.decide_applications
        3              APPROVED 490    ann
        4              APPROVED 487.99 ann
        5              REJECTED 503    bo
        6              REJECTED 502.99 bo
        7              REJECTED 600    step:origination.decide_applications
        8              REJECTED -      bo
        """,
    )
    days.score("application_id points prob_good\n1 560 0.9", bins="feature bin_no applications\nmodel_source 0 3\nmodel_source 1 1")
    day = days.close()
    _build(days, day)
    assert _health(days, day, "APPROVAL_RATE")["all"] == (Decimal("0.375000"), None, "0")
    overrides = {subject: figure for subject, (figure, _, _) in _health(days, day, "OVERRIDE_RATE").items()}
    assert overrides == {"approved below": Decimal("0.125000"), "refused above": Decimal("0.125000")}
    assert _health(days, day, "CACHE_SHARE")["all"] == (Decimal("0.250000"), None, "0")


def test_calibration_of_loans_whose_window_has_passed(any_database: Engine) -> None:
    with any_database.begin() as connection:
        connection.execute(text("update score_limit set min_count = 2 where measure = 'CALIBRATION'"))
    try:
        days = Days(any_database)
        days.loans("loan state application_id\n1 ACTIVE 1\n2 ACTIVE 2")
        days.write("application", "application_id application_no amount\n1 A1 1\n2 A2 1")
        days.score("application_id points prob_good\n1 551 0.9\n2 500 0.7")
        decided = "application_id outcome model_name model_version\n1 APPROVED credit_score 1\n2 APPROVED credit_score 1"
        days.write("application_decision", decided)
        days.write("loan_day", "loan_id disbursed_on days_past_due state\n1 2025-02-02 0 ACTIVE\n2 2025-03-02 1 DEFAULTED")
        day = days.close()
        _build(days, day)
        assert _health(days, day, "CALIBRATION")["all"] == (Decimal("2.500000"), "1", "1"), "one of two bad, .2 predicted"
        assert new_breaches(any_database, day) == ["CALIBRATION all of version 1, day: 2.500 is outside 0.7 to 1.4 (2 counted)"]
    finally:
        with any_database.begin() as connection:
            connection.execute(text("update score_limit set min_count = 300 where measure = 'CALIBRATION'"))
