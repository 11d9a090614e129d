"""Train, register and judge a score, with or without Airflow: ``python -m models.train [--data FILE]``.

Each function is one task of the DAG credit_model and hands on only what fits into XCom. In Airflow a person approves every
version. From the shell the first model of an empty registry is promoted when it passes the gates, in the name of whoever
ran the command; later ones wait for a person (``python -m models.promote``).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from include import policy
from include.database import engine
from include.places import home_folder
from models import registry
from models.features import feature_frame, switched_on, usable
from models.history import TrainingSet, describe, observed, read, read_applicants

if TYPE_CHECKING:
    from datetime import date


log = logging.getLogger("millrace.model")

FIRST_MODEL = "the first model of an empty registry, trained from the shell: it passed the gates"


def build_training_set(
    data: str | Path | None = None, database: Engine | None = None, folder: Any = None, as_of: date | None = None
) -> dict[str, Any]:
    """Build, check and describe the training set.

    Parameters
    ----------
    data : a file to train on, whatever the database holds.
    database : taken where it has as many matured loans as policy asks for; else the shipped history is.
    folder : where a set from the database is written.
    as_of : closed date that it is built for, by default the last one.

    Raises
    ------
    LeakError : a feature knows what could not be known at decision time.
    ValueError : the file cannot be trained on.
    """
    if data:
        described = describe(data, f"the file {Path(data).name}")
    else:
        from models.training_set import described_for

        described = described_for(database, folder, as_of) if database else describe()
    log.info("training set: %s rows, %s bad, from %s", described.rows, described.bad, described.source)
    _check_leaks(described)
    return described.as_dict()


def _check_leaks(described: TrainingSet) -> None:
    from models.leakage import check_power

    applications, repaid = observed(*read(described.path))
    features = usable(applications, switched_on())
    check_power(feature_frame(applications, features), repaid, features, policy.read("model_watch")["training"]["leak_auc_max"])


def fit_model(training: dict[str, Any]) -> str:
    """Fit on the whole training set and log the model to a new MLflow run. Returns its id."""
    from models.convert import scorecard_of
    from models.evaluate import outcome_weights
    from models.log_fit import log_model, log_reference, log_table
    from models.pipeline import FitSettings, fit

    described = _unchanged(training)
    applications, repaid = read(described.path)
    features = usable(applications, switched_on())
    settings = FitSettings.from_policy()
    frame = feature_frame(applications, features)
    pipeline = fit(frame, repaid, features, settings)
    scorecard = scorecard_of(pipeline, frame, features)
    with registry.run(name=f"{described.rows} rows, policy {policy.version()}") as run_id:
        log_model(pipeline, frame)
        if described.applicants:
            log_reference(scorecard, read_applicants(described.applicants))
        else:
            log_reference(scorecard, applications, outcome_weights(repaid, settings.population_bad_rate))
        log_table(scorecard.to_json(), described, [feature.name for feature in features], pipeline.named_steps["regression"].C)
    return run_id


def evaluate_model(run_id: str, training: dict[str, Any], database: Engine | None = None) -> dict[str, float]:
    """Cross-validate, hold out, compare with the champion; log figures, tables, curves and the model card to the run.

    Parameters
    ----------
    database : where the champion is recorded; without it there is no comparison.

    Raises
    ------
    TamperedArtifactError : the champion's table or its held-out scores are not those that were recorded.
    """
    from models.logged import evaluate_run

    described = _unchanged(training)
    applications, repaid = observed(*read(described.path))
    features = usable(applications, switched_on())
    return evaluate_run(run_id, applications, repaid, features, described.as_dict(), database)


def register_model(run_id: str, database: Engine) -> str:
    """Register the run's model and record its coefficient table with its hash. Returns the version; safe to repeat."""
    run = registry.client().get_run(run_id)
    tags = {key: run.data.tags[key] for key in ("training_sha256", "scorecard_sha256")}
    version = registry.register(policy.read("score")["model"], run_id, run.outputs.model_outputs[0].model_id, tags)
    from models.promote import record

    record(database, version)
    return version


def gate_model(version: str, database: Engine) -> dict[str, Any]:
    """Hold the version against the gates; says whether it is the first one and what the person reads who is asked to approve it.

    Raises
    ------
    GateError : a gate was missed; the message says which and by how much.
    """
    from models.promote import judge
    from models.question import question

    verdict = judge(database, version)
    log.info("%s version %s: %s", policy.read("score")["model"], version, "; ".join(map(str, verdict.gates)))
    runs = [judged.run_id for judged in (verdict.champion, verdict.judged) if judged]
    return {"version": version, "first": verdict.first, "question": question(verdict, registry.page(runs))}


def approval_of(answer: dict[str, Any]) -> tuple[str, str, str]:
    """(version, who, why) of an answer to the approval task.

    Raises
    ------
    ValueError : it does not say which version it is about, or who gave it.
    """
    user, given = answer.get("responded_by_user") or {}, answer["params_input"]
    who = user.get("name") or user.get("id")
    if not who:
        raise ValueError("The answer does not say who gave it: clear the task approve and answer it on its page.")
    if not given.get("version"):
        raise ValueError("The answer does not name the version that it approves: clear the task approve and answer it on its page.")
    return str(given["version"]), str(who), str(given.get("reason") or "approved in Airflow")


def promote_model(database: Engine, version: str, by: str, reason: str) -> None:
    """Make the version champion, as an answer to the approval task says. An answer that is there already changes nothing.

    Raises
    ------
    ValueError : the version was champion and was replaced since: an old answer does not bring it back.
    """
    from models.promote import promote, was_replaced

    if was_replaced(database, version):
        raise ValueError(
            f"{policy.read('score')['model']} version {version} was champion and was replaced since: an old answer does not bring it back."
            f' To do so: make rollback VERSION={version} BY=NAME REASON="..."'
        )
    promote(database, version, by, reason)
    log.info("%s version %s is champion, promoted by %s", policy.read("score")["model"], version, by)


def _unchanged(training: dict[str, Any]) -> TrainingSet:
    found = describe(training["path"], training["source"], training.get("applicants"))
    for file, sha256, built in (
        (found.path, found.sha256, training["sha256"]),
        (found.applicants, found.applicants_sha256, training.get("applicants_sha256")),
    ):
        if sha256 != built:
            raise ValueError(f"{file} changed since the training set was built: run build_training_set again")
    return found


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train", description="Train, evaluate, register and judge a score.")
    parser.add_argument("--data", type=Path, help="training file: columns of the applications file and is_bad")
    parser.add_argument("--by", default=os.environ.get("USER") or f"uid {os.getuid()}", help="who promotes a first model: it is recorded")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    training = build_training_set(options.data, engine(), home_folder() / "landing" / "training")
    print(f"{training['rows']} rows, {training['bad']} bad, from {training['source']}")
    run_id = fit_model(training)
    metrics = evaluate_model(run_id, training, engine())
    print(json.dumps({name: round(value, 4) for name, value in sorted(metrics.items())}))
    version = register_model(run_id, engine())
    verdict = gate_model(version, engine())
    if verdict["first"]:
        promote_model(engine(), version, options.by, FIRST_MODEL)
    else:
        print(f"version {version} passed the gates and waits: `python -m models.promote --version {version} --by NAME --reason WHY`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
