"""Explaining a past score: recomputed to the last bit, and refused where anything was changed since."""

from __future__ import annotations

import json
import sys

import pytest
from sqlalchemy import Engine, text

from models import explain_score as module
from models import train
from models.explain_score import NotExplainedError, as_text, explain
from models.promote import promote
from tests.models.conftest import open_day
from tests.models.scoring_scene import DAY, apply, score

RULE = {"code": "AGE_RANGE", "effect": "reject", "detail": "age 17"}


@pytest.fixture
def decided(any_database: Engine, app_engine: Engine, trained_run: str, no_alias: None) -> Engine:
    """Application A1, scored and refused; A2, scored and not decided yet; A3 has just come in."""
    open_day(any_database)
    version = train.register_model(trained_run, app_engine)
    promote(app_engine, version, "ada", "a test")
    for number in (1, 2):
        apply(app_engine, number, income=None if number == 2 else "12900.33")
    score(app_engine)
    apply(app_engine, 3)
    with app_engine.begin() as connection:
        connection.execute(
            text(
                "insert into application_decision (application_id, business_date, outcome, policy_version, model_name, model_version,"
                " points, rules_fired, decided_by, why) select application_id, :day, 'REJECTED', 'p1', model_name, model_version, points,"
                " :rules, 'ann', 'too young' from application_score join application using (application_id) where application_no = 'A1'"
            ),
            {"day": DAY, "rules": json.dumps([RULE])},
        )
    return any_database


def test_it_is_recomputed_to_the_last_bit_and_says_all_there_is(decided: Engine) -> None:
    with decided.connect() as connection:
        found = explain(connection, "A1")
        stored = connection.execute(
            text("select prob_good, points from application_score join application using (application_id) where application_no = 'A1'")
        ).one()
        assert found.differences == []
        assert (found.prob_good, f"{found.points:.4f}") == (stored.prob_good, str(stored.points))
        total = found.intercept
        for line in found.lines:
            total += line.log_odds
        assert total == found.log_odds, "the log-odds are the terms added in the order shown"
        told = as_text(found)
        assert "income                      12900.33" in told
        assert "REJECTED, by ann, policy p1, because too young" in told
        assert "rule AGE_RANGE: reject, age 17" in told
        assert "promoted by ada" in told
        assert told.endswith("Recomputed: equal to what is stored, to the last bit.")
        undecided = as_text(explain(connection, "A2"))
    assert "income                     not given" in undecided
    assert "Not decided yet." in undecided


def test_it_says_what_it_cannot_explain(decided: Engine) -> None:
    with decided.connect() as connection:
        with pytest.raises(NotExplainedError, match="no application A9"):
            explain(connection, "A9")
        with pytest.raises(NotExplainedError, match="A3 came in on 2026-03-02 and was not scored: it is NEW"):
            explain(connection, "A3")
        with pytest.raises(NotExplainedError, match="not scored by version 99, but by"):
            explain(connection, "A1", "99")


def _command(monkeypatch: pytest.MonkeyPatch, database: Engine, number: str) -> int:
    monkeypatch.setattr(module, "engine", lambda: database)
    monkeypatch.setattr(sys, "argv", ["explain", number])
    return module.main()


def test_a_score_that_was_changed_ends_with_status_1(
    decided: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _command(monkeypatch, decided, "A1") == 0
    with decided.begin() as connection:
        connection.execute(text("drop trigger application_score_update"))
        connection.execute(text("update application_score set prob_good = prob_good + 2.220446049250313e-16"))
        for statement in _triggers():
            connection.execute(text(statement))
    assert _command(monkeypatch, decided, "A1") == 1
    assert "DIFFERS prob_good: stored" in capsys.readouterr().out


def test_a_table_that_was_changed_ends_with_status_1(
    decided: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with decided.begin() as connection:
        connection.execute(text("update score_model set coefficients = replace(coefficients, '\"intercept\": ', '\"intercept\": 1')"))
    assert _command(monkeypatch, decided, "A1") == 1
    assert "was changed after it was recorded: its SHA-256 is" in capsys.readouterr().err


def _triggers() -> list[str]:
    from include.database import read_sql

    return [statement for statement in read_sql("schema/triggers/application_score") if "score_update" in statement]
