"""Which model may score: recorded, approved, unchanged; and what happens when MLflow is away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from models import reader, registry, train
from models.champion import CACHE, ApprovedModel, NoChampionError, TamperedArtifactError, champion
from models.gates import GateError
from models.promote import judge, main, previous, promote
from models.scorecard import sha256
from tests.conftest import scalar
from tests.models.conftest import Fitted, artifact_file


def _load(database: Engine) -> ApprovedModel:
    with database.begin() as connection:
        return champion(connection)


def _set(database: Engine, version: str, figures: str) -> None:
    """Change recorded figures of a version, as only the schema's owner can."""
    with database.begin() as connection:
        connection.execute(text(f"update score_model set metrics = json_set(metrics, {figures}) where model_version = :v"), {"v": version})


def test_a_run_holds_what_a_risk_officer_needs(trained_run: str) -> None:
    client = registry.client()
    run = client.get_run(trained_run)
    assert {"auc", "auc_sd", "ks", "brier", "log_loss", "calibration_slope", "hold_out_auc", "psi", "wrong_signs"} <= set(run.data.metrics)
    assert {"penalty", "features", "policy_version", "training_sha256", "training_rows"} <= set(run.data.params)
    assert {item.path for item in client.list_artifacts(trained_run)} >= {
        "scorecard.json",
        "training_set.json",
        "held_out.csv",
        "tables",
        "curves",
        "model_card.md",
        "model_card.html",
    }
    assert {Path(item.path).stem for item in client.list_artifacts(trained_run, "tables")} == {
        "calibration", "lift", "cut_offs", "segments", "unequal_treatment", "coefficients", "signs", "drift",
    }  # fmt: skip
    assert {Path(item.path).stem for item in client.list_artifacts(trained_run, "curves")} == {
        "roc", "ks", "calibration", "points", "cut_offs", "effects",
    }  # fmt: skip
    model = client.get_logged_model(run.outputs.model_outputs[0].model_id)
    kept = {item.path for item in client.list_logged_model_artifacts(model.model_id)}
    assert {"MLmodel", "model.skops", "input_example.json"} <= kept
    assert not [name for name in kept if name.endswith((".pkl", ".pickle", ".cloudpickle"))]


def test_promotion_records_who_why_and_the_hash(model_database: Engine, champion_version: str, trained_run: str, own_mlflow: Path) -> None:
    model = _load(model_database)
    assert (model.version, model.source) == (champion_version, "REGISTRY")
    with model_database.connect() as connection:
        row = connection.execute(text("select * from score_model")).one()
    assert (row.state, row.promoted_by, row.reason, row.run_id) == ("CHAMPION", "ada", "a test", trained_run)
    assert row.sha256 == sha256(artifact_file(own_mlflow, trained_run).read_text())
    assert json.loads(row.metrics)["auc"] > 0.8


def test_there_is_nothing_to_roll_back_to_before_a_second_champion(model_database: Engine, champion_version: str) -> None:
    with pytest.raises(LookupError, match="nothing to roll back to"):
        previous(model_database)


def test_the_training_sets_distribution_is_kept_with_the_version(model_database: Engine, champion_version: str, fitted: Fitted) -> None:
    with model_database.connect() as connection:
        kept = connection.execute(
            text("select feature, sum(share) as total, count(*) as bins from score_reference where model_version = :v group by feature"),
            {"v": champion_version},
        ).all()
    assert {row.feature for row in kept} >= {"points", *fitted.scorecard.features}
    assert all(row.total == pytest.approx(1) for row in kept)
    assert {row.feature: row.bins for row in kept}["points"] == 11, "ten deciles and missing"


def test_without_any_champion_it_says_what_to_do(model_database: Engine, no_alias: None) -> None:
    with pytest.raises(NoChampionError, match="run the DAG credit_model"):
        _load(model_database)


def test_a_tampered_artifact_is_refused(model_database: Engine, champion_version: str, trained_run: str, own_mlflow: Path) -> None:
    file = artifact_file(own_mlflow, trained_run)
    honest = file.read_text()
    try:
        file.write_text(honest.replace('"intercept": -', '"intercept": '))
        with pytest.raises(TamperedArtifactError, match="is not the one that was registered"):
            _load(model_database)
        with pytest.raises(TamperedArtifactError):
            promote(model_database, champion_version, "eve", "mine is better")
    finally:
        file.write_text(honest)


def test_an_alias_on_a_version_that_nobody_approved_is_refused(model_database: Engine, trained_run: str, no_alias: None) -> None:
    version = train.register_model(trained_run, model_database)
    registry.set_alias("credit_score", reader.CHAMPION, version)
    with pytest.raises(NoChampionError, match="never approved"):
        _load(model_database)


def test_a_version_that_misses_a_gate_is_not_promoted_by_hand_either(model_database: Engine, trained_run: str, no_alias: None) -> None:
    version = train.register_model(trained_run, model_database)
    with model_database.begin() as connection:
        connection.execute(text("update score_model set metrics = json_set(metrics, '$.ks', 0.2)"))
    with pytest.raises(GateError, match=r"ks 0\.2000 \(MISSED"):
        promote(model_database, version, "eve", "I like it")
    assert reader.alias_version("credit_score", reader.CHAMPION) is None


def test_while_mlflow_is_down_the_last_verified_champion_scores(
    model_database: Engine, champion_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load(model_database)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    model = _load(model_database)
    assert (model.version, model.source) == (champion_version, CACHE)
    assert "did not answer" in str(model.notice)
    with model_database.begin() as connection:
        connection.execute(text("update score_model set coefficients = replace(coefficients, 'age', 'aged')"))
    with pytest.raises(TamperedArtifactError, match="no longer has its recorded SHA-256"):
        _load(model_database)


def test_while_mlflow_is_down_and_nothing_was_ever_approved(model_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(NoChampionError, match="start MLflow and run the DAG"):
        _load(model_database)


def test_gates_first_model_challenger_and_rollback(model_database: Engine, trained_run: str, no_alias: None) -> None:
    first = train.register_model(trained_run, model_database)
    assert train.register_model(trained_run, model_database) == first, "registering a run again must not make another version"
    assert judge(model_database, first).first
    promote(model_database, first, "rule", "first")

    again = train.fit_model(train.build_training_set())
    with registry.run(again):
        import mlflow

        figures = registry.client().get_run(trained_run).data.metrics
        mlflow.log_metrics(figures | {"champion_version": float(first), "auc_less_champion_low": -0.002})
    second = train.register_model(again, model_database)
    assert train.register_model(again, model_database) == second, "registering again is the same version"
    assert str(registry.client().get_run(again).info.run_name).startswith(f"version {second}: 2450 rows, policy ")
    verdict = judge(model_database, second)
    assert (verdict.first, verdict.champion and verdict.champion.version) == (False, first)
    asked = train.gate_model(second, model_database)["question"]
    assert f"|  | version {second} | champion {first} | limit |" in asked
    assert reader.alias_version("credit_score", reader.CHALLENGER) == second
    _set(model_database, second, "'$.auc_less_champion_low', -0.02")
    with pytest.raises(GateError, match=r"promoted: auc_against_champion -0\.0200"):
        promote(model_database, second, "eve", "newer is better")
    _set(model_database, second, "'$.auc_less_champion_low', -0.002")
    promote(model_database, second, "ada", "newer")
    assert reader.alias_version("credit_score", reader.CHALLENGER) is None
    assert (_load(model_database).version, scalar(model_database, "select state from score_model where model_version = :v", v=first)) == (
        second,
        "RETIRED",
    )

    # the rollback in one step; a second one does not bring back what was rolled back from
    assert previous(model_database) == first
    promote(model_database, previous(model_database), "bo", "roll back")
    assert _load(model_database).version == first
    with pytest.raises(LookupError, match="nothing to roll back to"):
        previous(model_database)
    with pytest.raises(ValueError, match=f"was replaced since.*make rollback VERSION={second}"):
        train.promote_model(model_database, second, "eve", "an old answer, run again")
    promote(model_database, second, "ada", "after all")
    assert _load(model_database).version == second

    # the alias moved back by hand in MLflow: the next scoring uses it and the record follows
    registry.set_alias("credit_score", reader.CHAMPION, first)
    assert _load(model_database).version == first
    assert scalar(model_database, "select state from score_model where model_version = :v", v=second) == "RETIRED"

    # every time is on record, for good
    with model_database.connect() as connection:
        history = connection.execute(
            text("select model_version, promoted_by, reason from score_model_promotion order by promotion_id")
        ).all()
    moved = "the alias champion was moved in the registry"
    assert [tuple(row) for row in history] == [
        (first, "rule", "first"), (second, "ada", "newer"), (first, "bo", "roll back"), (second, "ada", "after all"), (first, None, moved),
    ]  # fmt: skip
    for statement in ("update score_model_promotion set promoted_by = 'eve'", "delete from score_model_promotion"):
        with pytest.raises(DBAPIError, match="append-only"), model_database.begin() as connection:
            connection.execute(text(statement))

    _set(model_database, second, "'$.auc', 0.7, '$.auc_less_champion_low', -0.02")
    with pytest.raises(GateError, match=r"auc 0\.7000 \(MISSED: at least 0\.8, by 0\.1000\); auc_against_champion .* by 0\.0100"):
        judge(model_database, second)
    kept = json.loads(scalar(model_database, "select gates from score_model where model_version = :v", v=second))
    assert [gate["name"] for gate in kept if not gate["passed"]] == ["auc", "auc_against_champion"]


def test_a_version_that_was_never_compared_is_promoted_only_by_saying_so(
    model_database: Engine, champion_version: str, trained_run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = train.fit_model(train.build_training_set())
    with registry.run(again):
        import mlflow

        mlflow.log_metrics(registry.client().get_run(trained_run).data.metrics)
    second = train.register_model(again, model_database)
    with pytest.raises(GateError, match=r"auc_against_champion \(MISSED: at least -0\.01; not measured"):
        promote(model_database, second, "ada", "newer")
    monkeypatch.setattr("models.promote.engine", lambda: model_database)
    assert main(["--version", second, "--by", "ada", "--reason", "newer", "--uncompared"]) == 0
    reason = scalar(model_database, "select reason from score_model_promotion where model_version = :v", v=second)
    assert reason == "newer (not compared with the champion)"
    assert main(["--version", "previous", "--by", "bo", "--reason", "back"]) == 0
    assert _load(model_database).version == champion_version


def test_the_same_training_set_gives_the_same_table(trained_run: str, fitted: Fitted, own_mlflow: Path) -> None:
    assert artifact_file(own_mlflow, trained_run).read_text() == fitted.scorecard.to_json()
