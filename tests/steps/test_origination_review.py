"""People decide what policy refers: within policy, by two above a limit, one decision a case, never while a date is closing."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from include.steps.origination.offer import Offer
from include.steps.origination.review import confirm, decide, send_back, take_back
from include.steps.origination.review_effect import Became, take_effect_of_waiting
from include.steps.refusal import DeskError
from tests.conftest import as_role
from tests.steps.origination_scene import KEY, Scene

SMALL = Offer(Decimal("60000.00"), Decimal("0.125"), 24)
REASON = "steady turnover, known supplier"


@pytest.fixture
def scene(any_database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A1 small, A2 above the limit of one person, both referred by their score (band E)."""
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    scene = Scene(any_database, tmp_path)
    scene.apply("A1", points=Decimal("495"))
    scene.apply("A2", points=Decimal("495"), amount=Decimal("130000"), income=Decimal("50000"))
    scene.run("decide_applications")
    return scene


class Desk:
    """Acts of people, each in a transaction of its own, by the account of the web pages."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.engine = scene, as_role(scene.engine, "millrace_desk")

    def id_of(self, number: str) -> int:
        return int(self.scene.rows("select application_id from application where application_no = :no", no=number)[0][0])

    def act(self, what: Any, number: str, *arguments: Any, **named: Any) -> Any:
        with self.engine.begin() as connection:
            return what(connection, self.id_of(number), *arguments, **named)


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return Desk(scene)


def test_an_officer_approves_within_policy_and_the_loan_is_paid_out(scene: Scene, desk: Desk) -> None:
    offer = Offer(Decimal("50000.00"), Decimal("0.125"), 18)
    assert desk.act(decide, "A1", "anna", REASON, offer) is Became.DONE
    assert scene.states()["A1"] == "APPROVED"
    query = (
        "select outcome, offer_amount, offer_rate, offer_tenor, decided_by, why, points from application_decision"
        " join application using (application_id) where application_no = 'A1' order by decision_id desc limit 1"
    )
    assert scene.rows(query) == [
        ("APPROVED", Decimal("50000.00"), Decimal("0.125000"), 18, "anna", REASON, Decimal("495.0000")),
    ]
    moved = scene.rows("select from_state, to_state, actor, reason from application_history order by history_id desc limit 1")
    assert moved == [("REFERRED", "APPROVED", "anna", REASON)]
    scene.run("expire_offers", "pay_out")
    assert scene.rows("select principal, annual_rate, tenor from loan") == [(Decimal("50000.00"), Decimal("0.125000"), 18)]


def test_an_officer_rejects_with_a_reason(scene: Scene, desk: Desk) -> None:
    assert desk.act(decide, "A2", "anna", REASON, None) is Became.DONE  # a rejection takes one person, whatever the amount
    assert scene.states()["A2"] == "REJECTED"
    with pytest.raises(DeskError, match="Say why"):
        desk.act(decide, "A1", "anna", "  ", None)


@pytest.mark.parametrize(
    ("amount", "rate", "tenor", "why"),
    [
        ("60100", "0.125", 24, "the amount must be from 2,000.00 to 60,000.00"),
        ("1900", "0.125", 24, "the amount must be from"),
        ("50050", "0.125", 24, "a multiple of 100"),
        ("60000", "0.1199", 24, "The rate must be from 12.00% to 15.50%"),
        ("60000", "0.1551", 24, "The rate must be from"),
        ("60000", "0.12505", 24, "hundredths of a percent"),
        ("60000", "0.125", 240, "The term must be from"),
        ("60000", "0.125", 7, "the amount must be from 2,000.00 to 50,300.00"),  # the instalment would be too large a part of income
    ],
)
def test_an_offer_stays_within_policy(scene: Scene, desk: Desk, amount: str, rate: str, tenor: int, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        desk.act(decide, "A1", "anna", REASON, Offer(Decimal(amount), Decimal(rate), tenor))
    assert scene.states()["A1"] == "REFERRED"
    assert scene.rows("select * from application_review") == []


@pytest.mark.parametrize("rate", ["0.12", "0.155"])
def test_the_ends_of_the_price_range_are_allowed(scene: Scene, desk: Desk, rate: str) -> None:
    assert desk.act(decide, "A1", "anna", REASON, Offer(Decimal("60000"), Decimal(rate), 24)) is Became.DONE


def test_arrears_that_came_since_stop_an_approval(scene: Scene, desk: Desk) -> None:
    scene.lend("C-A1", Decimal("1000"), days_past_due=3)
    with pytest.raises(DeskError, match="OPEN_ARREARS"):
        desk.act(decide, "A1", "anna", REASON, SMALL)


def test_above_the_limit_somebody_else_confirms(scene: Scene, desk: Desk) -> None:
    large = Offer(Decimal("130000.00"), Decimal("0.125"), 24)
    assert desk.act(decide, "A2", "anna", REASON, large) is Became.OPEN
    assert scene.states()["A2"] == "REFERRED"
    with pytest.raises(DeskError, match="your own decision"):
        desk.act(confirm, "A2", "anna")
    with pytest.raises(DeskError, match="anna has decided A2 already"):
        desk.act(decide, "A2", "bert", REASON, None)
    assert desk.act(confirm, "A2", "carl", "seen the books") is Became.DONE
    assert scene.states()["A2"] == "APPROVED"
    assert scene.rows("select actor from application_history order by history_id desc limit 1") == [("anna / carl",)]
    assert scene.rows("select state, officer, second_person, note, effective_on from application_review") == [
        ("DONE", "anna", "carl", "seen the books", scene.day)
    ]
    with pytest.raises(DeskError, match="APPROVED already"):
        desk.act(confirm, "A2", "dora")


def test_the_second_person_sends_it_back_and_it_is_decided_anew(scene: Scene, desk: Desk) -> None:
    large = Offer(Decimal("130000.00"), Decimal("0.125"), 24)
    desk.act(decide, "A2", "anna", REASON, large)
    desk.act(send_back, "A2", "carl", "ask for the tax returns")
    assert scene.states()["A2"] == "REFERRED"
    assert desk.act(decide, "A2", "anna", REASON, large) is Became.OPEN
    with pytest.raises(DeskError, match="no proposal"):
        desk.act(take_back, "A2", "bert")
    desk.act(take_back, "A2", "anna")
    assert [row[0] for row in scene.rows("select state from application_review order by review_id")] == ["RETURNED", "LAPSED"]
    assert desk.act(decide, "A2", "anna", REASON, None) is Became.DONE


def test_who_looked_before_somebody_else_acted_looks_again(scene: Scene, desk: Desk) -> None:
    desk.act(decide, "A2", "anna", REASON, Offer(Decimal("130000.00"), Decimal("0.125"), 24), seen=0)
    desk.act(send_back, "A2", "carl", "ask for the tax returns")
    with pytest.raises(DeskError, match="look again") as refused:
        desk.act(decide, "A2", "bert", REASON, None, seen=0)
    assert refused.value.conflict


def test_of_two_officers_at_once_one_decides(scene: Scene, desk: Desk) -> None:
    number, start, results = desk.id_of("A1"), threading.Barrier(2), {}

    def officer(name: str) -> None:
        start.wait()
        try:
            with desk.engine.begin() as connection:
                results[name] = decide(connection, number, name, REASON, SMALL if name == "anna" else None, seen=0)
        except DeskError as refusal:
            results[name] = refusal.code

    threads = [threading.Thread(target=officer, args=(name,)) for name in ("anna", "bert")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results.values())) == ["DONE", "not_referred"]
    assert len(scene.rows("select * from application_review")) == 1
    assert len(scene.rows("select * from application_decision where decided_by <> 'step:origination.decide_applications'")) == 1


def test_what_is_decided_while_a_date_is_closing_takes_effect_with_the_next(scene: Scene, desk: Desk) -> None:
    with scene.engine.begin() as connection:
        connection.execute(text("update business_day set state = 'CLOSING' where is_current = 1"))
    large = Offer(Decimal("130000.00"), Decimal("0.125"), 24)
    assert desk.act(decide, "A1", "anna", REASON, SMALL) is Became.WAITING
    assert desk.act(decide, "A2", "anna", REASON, large) is Became.OPEN
    assert desk.act(confirm, "A2", "carl") is Became.WAITING
    assert set(scene.states().values()) == {"REFERRED"}
    with pytest.raises(DeskError, match="anna has decided A1 already"):
        desk.act(decide, "A1", "bert", REASON, None)
    scene.next_day()
    with as_role(scene.engine, "millrace_app").begin() as connection:
        assert take_effect_of_waiting(connection, scene.day) == 2
    assert set(scene.states().values()) == {"APPROVED"}
    assert scene.rows("select distinct state, effective_on from application_review") == [("DONE", scene.day)]
    assert scene.rows("select distinct business_date from application_decision where decided_by like 'anna%'") == [(scene.day,)]
    with as_role(scene.engine, "millrace_app").begin() as connection:
        assert take_effect_of_waiting(connection, scene.day) == 0  # again: nothing is left


def test_what_went_elsewhere_meanwhile_stays_there(scene: Scene, desk: Desk) -> None:
    desk.act(decide, "A2", "anna", REASON, Offer(Decimal("130000.00"), Decimal("0.125"), 24))
    with scene.engine.begin() as connection:
        connection.execute(text("update application set state = 'WITHDRAWN' where application_no = 'A2'"))
        assert take_effect_of_waiting(connection, scene.day) == 0
    assert scene.rows("select state from application_review") == [("LAPSED",)]


@pytest.mark.parametrize(
    "statement",
    [
        "update application_review set reason = 'another', state = 'LAPSED'",
        "update application_review set state = 'DONE'",
        "update application_review set state = 'DONE', second_person = 'anna'",
        "delete from application_review",
    ],
)
def test_the_database_keeps_what_was_decided(scene: Scene, desk: Desk, statement: str) -> None:
    desk.act(decide, "A2", "anna", REASON, Offer(Decimal("130000.00"), Decimal("0.125"), 24))
    with pytest.raises(Exception, match="application_review"), scene.engine.begin() as connection:
        connection.execute(text(statement))
