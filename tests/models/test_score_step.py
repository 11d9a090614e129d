"""origination.score_applications on a database: both servers, the pipeline's own account."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, Row, text

from include.places import Places
from include.steps.context import StepContext, StepError, StepResult
from include.steps.origination.score import score_applications
from models import reader, registry, train
from models.promote import promote
from models.score import rescore
from models.scorecard import Scorecard
from tests.models.conftest import open_day

DAY = date(2026, 3, 2)
APPLICANT = {
    "product_code": "WC-INSTALMENT", "amount": "84600.00", "tenor": 60, "price": "100000.00", "age": 30, "gender": "male",
    "marital": "married",
    "housing": "rent", "occupation": "freelance", "seniority": "9.5", "income": "12900.33", "expenses": "7300.00", "assets": "0.00",
    "debts": None, "adverse_record": "no",
}  # fmt: skip


def _apply(database: Engine, number: int, **changes: object) -> None:
    row = {**APPLICANT, **changes, "application_no": f"A{number}", "customer_id": number}
    columns = ", ".join(row)
    with database.begin() as connection:
        connection.execute(
            text("insert into customer (customer_id, customer_no, kind, exposure_limit, created_on) values (:n, :c, 'PERSON', 500000, :d)"),
            {"n": number, "c": f"C{number}", "d": DAY},
        )
        statement = f"insert into application ({columns}, business_date) values ({', '.join(f':{name}' for name in row)}, :day)"
        connection.execute(text(statement), {**row, "day": DAY})


def _score(database: Engine) -> StepResult:
    with database.begin() as connection:
        return score_applications(connection, StepContext(DAY, database, Places.from_environment()))


def _scores(database: Engine, number: int | None = None) -> Sequence[Row[Any]]:
    with database.connect() as connection:
        found = connection.execute(text("select * from application_score join application using (application_id) order by application_id"))
        return [row for row in found if number is None or row.application_no == f"A{number}"]


def _promoted(database: Engine, run_id: str) -> Engine:
    promote(database, train.register_model(run_id, database), "ada", "a test")
    return database


@pytest.fixture
def ready(model_database: Engine, champion_version: str) -> Engine:
    return model_database


def test_it_scores_moves_and_can_be_recomputed(any_database: Engine, app_engine: Engine, trained_run: str, no_alias: None) -> None:
    open_day(any_database)
    ready = _promoted(app_engine, trained_run)
    for number in range(1, 6):
        _apply(ready, number, income=None if number == 5 else f"{6000 + 1777 * number}.33", seniority=f"{number / 10 + 0.1:.1f}")
    result = _score(ready)
    assert (result.rows, result.details["version"], result.details["source"]) == (
        5,
        reader.alias_version("credit_score", "champion"),
        "REGISTRY",
    )
    rows = _scores(ready)
    with ready.connect() as connection:
        scorecard = Scorecard.from_json(connection.scalar(text("select coefficients from score_model where state = 'CHAMPION'")))
        history = connection.execute(
            text("select distinct from_state, to_state, reason from application_history where from_state is not null")
        ).one()
    for row in rows:
        log_odds, prob_good = rescore(scorecard, row.features)
        assert prob_good == row.prob_good, "recomputed from the stored features, to the last bit"
        assert float(row.points) == pytest.approx(scorecard.scale.offset + scorecard.scale.factor * log_odds, abs=1e-4)
    assert json.loads(rows[0].features)["open_loans"] == 0
    assert json.loads(rows[0].features)["gender"] == "male"
    assert json.loads(rows[4].features)["income"] is None
    assert (history.from_state, history.to_state) == ("NEW", "UNDER_REVIEW")
    assert history.reason.startswith("scored by credit_score version")
    assert _score(ready).rows == 0


def test_mlflow_down_is_on_every_score(ready: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    _apply(ready, 11)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    result = _score(ready)
    assert result.details["source"] == "CACHE"
    assert "did not answer" in result.details["notice"]
    assert _scores(ready, 11)[0].model_source == "CACHE"


def test_the_challenger_scores_in_shadow(ready: Engine) -> None:
    _apply(ready, 12)
    again = train.fit_model(train.build_training_set())
    second = train.register_model(again, ready)
    registry.set_alias("credit_score", reader.CHALLENGER, second)
    assert _score(ready).details["challenger"] == second
    assert {(row.role, row.model_version == second) for row in _scores(ready, 12)} == {("CHAMPION", False), ("CHALLENGER", True)}


def test_without_a_champion_nothing_is_scored_and_the_task_says_what_to_do(model_database: Engine, no_alias: None) -> None:
    assert _score(model_database).rows == 0, "a day without applications needs no model"
    _apply(model_database, 13)
    with pytest.raises(StepError, match="run the DAG credit_model"):
        _score(model_database)
