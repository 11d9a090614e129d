"""origination.score_applications on a database: both servers, the pipeline's own account."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, OperationalError

from include.steps.context import StepError
from include.steps.origination import score_rows
from models import reader, registry, train
from models.promote import promote
from models.score import rescore
from models.scorecard import Scorecard
from tests.conftest import scalar
from tests.models.conftest import open_day
from tests.models.scoring_scene import apply, score, scores


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
        apply(ready, number, income=None if number == 5 else f"{6000 + 1777 * number}.33", seniority=f"{number / 10 + 0.1:.1f}")
    result = score(ready)
    assert (result.rows, result.details["version"], result.details["source"]) == (
        5,
        reader.alias_version("credit_score", "champion"),
        "REGISTRY",
    )
    rows = scores(ready)
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
    assert score(ready).rows == 0


def test_mlflow_down_is_on_every_score(ready: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(ready, 11)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    result = score(ready)
    assert result.details["source"] == "CACHE"
    assert "did not answer" in result.details["notice"]
    assert scalar(ready, "select applications from score_bin_day where feature = 'model_source' and bin_no = 1") == 1
    assert "the champion that was verified last" in result.details["alert"], "Airflow sends it on"
    assert scores(ready, 11)[0].model_source == "CACHE"


def test_the_challenger_scores_in_shadow(ready: Engine) -> None:
    apply(ready, 12)
    again = train.fit_model(train.build_training_set())
    second = train.register_model(again, ready)
    registry.set_alias("credit_score", reader.CHALLENGER, second)
    assert score(ready).details["challenger"] == second
    assert {(row.role, row.model_version == second) for row in scores(ready, 12)} == {("CHAMPION", False), ("CHALLENGER", True)}


def test_without_a_champion_nothing_is_scored_and_the_task_says_what_to_do(model_database: Engine, no_alias: None) -> None:
    assert score(model_database).rows == 0, "a day without applications needs no model"
    apply(model_database, 13)
    with pytest.raises(StepError, match="run the DAG credit_model"):
        score(model_database)


def _stored(database: Engine) -> list[tuple[object, ...]]:
    columns = "application_id, model_version, role, business_date, prob_good, points, reason_codes, features, model_source"
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"select {columns} from application_score order by application_id"))]


@pytest.mark.parametrize("loads", [True, False], ids=["loaded from a file", "a server that takes no files"])
def test_chunks_loaded_from_a_file_are_the_scores_that_single_rows_would_be(
    any_database: Engine, app_engine: Engine, trained_run: str, no_alias: None, monkeypatch: pytest.MonkeyPatch, loads: bool
) -> None:
    open_day(any_database)
    ready = _promoted(app_engine, trained_run)
    strange = {"occupation": '\\N 日本"x', "marital": None, "income": None, "expenses": "0.10"}
    for number in range(1, 8):
        apply(ready, number, **{"income": f"{6000 + 1777 * number}.33", **(strange if number == 3 else {})})
    with ready.connect() as connection:
        plain = score_all(connection, ready)
        connection.rollback()
    monkeypatch.setattr(score_rows, "FEW", 0)
    monkeypatch.setattr(score_rows, "CHUNK", 3)
    if not loads:
        run_sql = score_rows.run_sql

        def refusing(connection: object, name: str, *rest: object) -> object:
            if name == "credit_model/score_load":
                raise OperationalError("load", {}, Exception(3948, "Loading local data is disabled"))
            return run_sql(connection, name, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(score_rows, "run_sql", refusing)
    assert score(ready).rows == 7
    assert _stored(ready) == plain
    assert len(plain) == 7
    assert scalar(ready, "select sum(applications) from score_bin_day where feature = 'points'") == 7
    assert scalar(ready, "select sum(applications) from score_bin_day where feature = 'marital' and bin_no = 0") == 1


def score_all(connection: object, database: Engine) -> list[tuple[object, ...]]:
    """What the step writes row by row, seen before it is rolled back."""
    from include.places import Places
    from include.steps.context import StepContext
    from include.steps.origination.score import score_applications
    from tests.models.scoring_scene import DAY

    score_applications(connection, StepContext(DAY, database, Places.from_environment()))  # type: ignore[arg-type]
    columns = "application_id, model_version, role, business_date, prob_good, points, reason_codes, features, model_source"
    found = connection.execute(text(f"select {columns} from application_score order by application_id"))  # type: ignore[attr-defined]
    return [tuple(row) for row in found]


def test_a_line_that_the_server_does_not_take_stops_the_step(ready: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """LOAD DATA LOCAL turns a duplicate into a warning: the rows are counted."""
    for number in (21, 22):
        apply(ready, number)
    score(ready)
    with ready.begin() as connection:
        connection.execute(text("insert ignore into application_transition values ('UNDER_REVIEW', 'NEW', 'test')"))
        connection.execute(text("update application set state = 'NEW' where application_no = 'A22'"))
        connection.execute(text("delete from application_transition where rule = 'test'"))
    monkeypatch.setattr(score_rows, "FEW", 0)
    with pytest.raises(StepError, match="took 0 of 1 scores: nothing is kept"):
        score(ready)
    with ready.begin() as connection:
        connection.execute(text("update application set state = 'WITHDRAWN' where application_no = 'A22'"))


def test_a_score_is_never_changed(ready: Engine) -> None:
    apply(ready, 31)
    score(ready)
    for statement in ("update application_score set prob_good = 1", "delete from application_score"):
        with pytest.raises(DatabaseError, match="append-only"), ready.begin() as connection:
            connection.execute(text(statement))
