"""Decisions on the database: who is approved, referred, rejected, with which offer and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.steps.origination_scene import KEY, Scene


@pytest.fixture
def scene(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    return Scene(database, tmp_path)


@pytest.fixture
def any_scene(any_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The same on each server in turn."""
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    return Scene(any_database, tmp_path)


def test_applications_are_decided_with_offer_and_reasons(any_scene: Scene) -> None:
    any_scene.apply("A1")
    any_scene.apply("A2", points=Decimal("495"))
    any_scene.apply("A3", points=Decimal("470"))
    any_scene.apply("A4", adverse_record="yes")
    any_scene.apply("A5", income=None)
    any_scene.apply("A6", age=17)
    any_scene.apply("A7", product_code="GONE")

    (result,) = any_scene.run("decide_applications")

    assert (result.rows, result.amount) == (7, Decimal("60000.00"))
    assert result.details == {"approved": 1, "referred": 3, "rejected": 3}
    assert any_scene.states() == {
        "A1": "APPROVED", "A2": "REFERRED", "A3": "REJECTED", "A4": "REFERRED", "A5": "REFERRED", "A6": "REJECTED", "A7": "REJECTED",
    }  # fmt: skip
    assert any_scene.rules("A1") == {"SCORE_BAND": "approve"}
    assert any_scene.rules("A2") == {"SCORE_BAND": "refer"}
    assert any_scene.rules("A3") == {"SCORE_BAND": "reject"}
    assert any_scene.rules("A4") == {"SCORE_BAND": "approve", "ADVERSE_RECORD": "refer"}
    assert any_scene.rules("A5") == {"SCORE_BAND": "approve", "INCOME_UNKNOWN": "refer"}
    assert any_scene.rules("A6") == {"SCORE_BAND": "approve", "AGE_RANGE": "reject"}
    assert any_scene.rules("A7") == {"SCORE_BAND": "approve", "UNKNOWN_PRODUCT": "reject"}


def test_an_offer_is_priced_by_band_and_limited_by_what_is_owed_already(scene: Scene) -> None:
    scene.lend("C1", Decimal("950000"), days_past_due=0)
    scene.lend("C2", Decimal("1000"), days_past_due=3)
    scene.apply("A1", "C1", points=Decimal("535"))
    scene.apply("A2", "C2")

    scene.run("decide_applications")

    offers = scene.rows(
        "select offer_amount, offer_rate, offer_tenor, offer_expires_on, why from application_decision order by decision_id"
    )
    assert offers[0] == (Decimal("50000.00"), Decimal("0.100000"), 24, date(2026, 3, 9), "band C: SCORE_BAND")
    assert scene.rules("A1")["EXPOSURE_LIMIT"] == "limit"
    assert offers[1][:4] == (None, None, None, None)
    assert scene.rules("A2")["OPEN_ARREARS"] == "reject"


def test_two_applications_of_one_customer_share_the_limit(scene: Scene) -> None:
    scene.apply("A1", "C1", exposure_limit=Decimal("100000"))
    scene.apply("A2", "C1")

    scene.run("decide_applications")
    scene.next_day()
    scene.apply("A3", "C1")
    scene.run("decide_applications")

    offers = dict(scene.rows("select application_no, offer_amount from application_decision join application using (application_id)"))
    assert offers == {"A1": Decimal("60000.00"), "A2": Decimal("40000.00"), "A3": Decimal("0.00")}
    assert scene.states()["A3"] == "REFERRED"


def test_what_has_no_score_waits_and_a_decided_one_is_left_alone(scene: Scene) -> None:
    scene.apply("A1")
    scene.run("decide_applications", times=2)
    scene.next_day()
    (later,) = scene.run("decide_applications")

    assert later.rows == 0
    assert len(scene.rows("select * from application_decision")) == 1


def test_offers_and_referrals_expire_after_their_last_day(any_scene: Scene) -> None:
    any_scene.apply("A1")
    any_scene.apply("A2", points=Decimal("495"))
    any_scene.run("decide_applications")

    expired = {}
    for _ in range(8):
        any_scene.next_day()
        (result,) = any_scene.run("expire_offers")
        expired[any_scene.day.day] = (result.rows, result.amount, result.details)

    # the referral is good for 5 days, the offer for 7
    assert expired[8] == (1, Decimal("60000.00"), {"offers": 0, "referrals": 1})
    assert expired[10] == (1, Decimal("60000.00"), {"offers": 1, "referrals": 0})
    assert sum(rows for rows, _, _ in expired.values()) == 2
    assert any_scene.states() == {"A1": "EXPIRED", "A2": "EXPIRED"}
