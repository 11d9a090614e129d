"""Train, register and judge a score, with or without Airflow: ``python -m models.train [--data FILE]``.

Each function is one task of the DAG credit_model and hands on only what fits into XCom. The first model of an empty
registry is promoted when it passes the gates; later ones wait for a person (``python -m models.promote``).
"""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from include import policy
from include.database import engine
from models import registry
from models.features import feature_frame, switched_on, usable
from models.history import SHIPPED, TrainingSet, describe, read
from models.reader import SCORECARD_FILE

log = logging.getLogger("millrace.model")

FIRST_MODEL = "rule: the first model of an empty registry is promoted when it passes the gates"

# what the scikit-learn copy of the model may be made of; anything else is refused when it is loaded
TRUSTED_TYPES = ["models.monotone.MonotoneLogisticRegression", "models.pipeline.PiecewiseLinear", "numpy.dtype"]


def build_training_set(data: Path | str | None = None) -> dict[str, Any]:
    """Check and describe the training file; by default the shipped history."""
    return describe(Path(data) if data else SHIPPED).as_dict()


def fit_model(training: dict[str, Any]) -> str:
    """Fit on the whole training set and log the model to a new MLflow run. Returns its id."""
    from models.convert import scorecard_of
    from models.pipeline import FitSettings, fit

    described = _unchanged(training)
    applications, repaid = read(described.path)
    features = usable(applications, switched_on())
    settings = FitSettings.from_policy()
    frame = feature_frame(applications, features)
    pipeline = fit(frame, repaid, features, settings)
    scorecard = scorecard_of(pipeline, frame, features)
    with registry.run(name=f"{described.rows} rows, policy {policy.version()}") as run_id:
        _log_model(pipeline, frame)
        _log_table(scorecard.to_json(), described, [feature.name for feature in features], pipeline.named_steps["regression"].C)
    return run_id


def _log_model(pipeline: Any, frame: Any) -> None:
    """The scikit-learn pipeline in the skops format, with signature and input example; scoring never loads it."""
    import mlflow
    from mlflow.models import infer_signature

    mlflow.log_param("knots", pipeline.named_steps["encode"].named_transformers_["numbers"].knots)
    with warnings.catch_warnings():
        # skops looks for each of SciPy's function names in every loaded module, and Airflow's answer with a warning each
        warnings.simplefilter("ignore")
        mlflow.sklearn.log_model(
            pipeline,
            name="model",
            serialization_format="skops",
            skops_trusted_types=TRUSTED_TYPES,
            signature=infer_signature(frame, pipeline.predict_proba(frame)),
            input_example=frame.dropna().head(3),
            pip_requirements=["scikit-learn", "pandas"],
            pyfunc_predict_fn="predict_proba",
        )


def _log_table(scorecard: str, training: TrainingSet, features: list[str], penalty: float) -> None:
    import mlflow

    from models.scorecard import sha256

    settings = policy.read("score")["fit"]
    mlflow.log_params(
        {
            "penalty": penalty,
            **{key: settings[key] for key in ("tails", "rare", "seed")},
            "features": ", ".join(features),
            "left_out": ", ".join(feature.name for feature in switched_on() if feature.name not in features) or "none",
            "policy_version": policy.version(),
            "training_rows": training.rows,
            "training_bad": training.bad,
            "training_sha256": training.sha256,
        }
    )
    mlflow.log_text(scorecard, SCORECARD_FILE)
    mlflow.log_dict(training.as_dict() | {"path": Path(training.path).name}, "training_set.json")
    mlflow.set_tags({"training_sha256": training.sha256, "scorecard_sha256": sha256(scorecard)})


def evaluate_model(run_id: str, training: dict[str, Any]) -> dict[str, float]:
    """Cross-validate, hold out, compare with the champion; log figures, tables, curves and the model card to the run."""
    from models.logged import evaluate_run

    described = _unchanged(training)
    applications, repaid = read(described.path)
    features = usable(applications, switched_on())
    return evaluate_run(run_id, applications, repaid, features, described.as_dict())


def register_model(run_id: str, database: Engine) -> str:
    """Register the run's model and record its coefficient table with its hash. Returns the version; safe to repeat."""
    run = registry.client().get_run(run_id)
    tags = {key: run.data.tags[key] for key in ("training_sha256", "scorecard_sha256")}
    version = registry.register(policy.read("score")["model"], run_id, run.outputs.model_outputs[0].model_id, tags)
    from models.promote import record

    record(database, version)
    return version


def gate_model(version: str, database: Engine) -> dict[str, Any]:
    """Hold the version against the gates; says whether it is the first one and what each gate said.

    Raises
    ------
    GateError : a gate was missed; the message says which and by how much.
    """
    from models.promote import judge

    verdict = judge(database, version)
    log.info("%s version %s: %s", policy.read("score")["model"], version, "; ".join(map(str, verdict.gates)))
    return {"version": version, "first": verdict.first, "gates": [str(gate) for gate in verdict.gates]}


def approval_of(answer: dict[str, Any] | None) -> tuple[str, str]:
    """(who, why) of an answer to the approval task; without one it is the first model's rule."""
    if answer is None:
        return "credit_model", FIRST_MODEL
    user = answer.get("responded_by_user") or {}
    return str(user.get("name") or user.get("id") or "unknown"), str(answer["params_input"].get("reason") or "approved in Airflow")


def promote_model(version: str, database: Engine, by: str, reason: str) -> None:
    """Make the version champion."""
    from models.promote import promote

    promote(database, version, by, reason)
    log.info("%s version %s is champion, promoted by %s", policy.read("score")["model"], version, by)


def _unchanged(training: dict[str, Any]) -> TrainingSet:
    found = describe(Path(training["path"]))
    if found.sha256 != training["sha256"]:
        raise ValueError(f"{found.path} changed since the training set was built: run build_training_set again")
    return found


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m models.train", description="Train, evaluate, register and judge a score.")
    parser.add_argument("--data", type=Path, default=SHIPPED, help="training file: columns of the applications file and is_bad")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    training = build_training_set(options.data)
    run_id = fit_model(training)
    metrics = evaluate_model(run_id, training)
    print(json.dumps({name: round(value, 4) for name, value in sorted(metrics.items())}))
    version = register_model(run_id, engine())
    verdict = gate_model(version, engine())
    if verdict["first"]:
        promote_model(version, engine(), "models.train", FIRST_MODEL)
    else:
        print(f"version {version} passed the gates and waits: `python -m models.promote --version {version} --by NAME --reason WHY`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
