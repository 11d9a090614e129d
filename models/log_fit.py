"""A fit in MLflow: the model, its coefficient table, what it was trained on, and how its applicants were distributed."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models import infer_signature

from include import policy
from include.places import place
from models.features import FEATURES, feature_frame, switched_on, usable
from models.history import TrainingSet
from models.reader import SCORECARD_FILE
from models.reference import REFERENCE_FILE, reference, to_json
from models.score import score
from models.scorecard import Scorecard, sha256

# what the scikit-learn copy of the model may be made of; anything else is refused when it is loaded
TRUSTED_TYPES = ["models.monotone.MonotoneLogisticRegression", "models.pipeline.PiecewiseLinear", "numpy.dtype"]


def log_model(pipeline: Any, frame: Any) -> None:
    """The scikit-learn pipeline in the skops format, with signature and input example; scoring never loads it."""
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
            input_example=frame.loc[frame.isna().sum(axis="columns").nsmallest(3).index],
            pip_requirements=["scikit-learn", "pandas"],
            pyfunc_predict_fn="predict_proba",
        )


def log_reference(scorecard: Scorecard, applicants: Any, weights: Any = None) -> None:
    """The distribution of every feature that the applicants have, and of the points."""
    frame = feature_frame(applicants, usable(applicants, FEATURES))
    mlflow.log_text(to_json(reference(frame, score(scorecard, applicants).points, weights)), REFERENCE_FILE)


def log_table(table: str, training: TrainingSet, features: list[str], penalty: float) -> None:
    """The coefficient table, what it was fitted with and to, and the training set itself."""
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
            "training_source": training.source,
        }
    )
    mlflow.log_text(table, SCORECARD_FILE)
    names = {"path": Path(training.path).name, "applicants": Path(training.applicants).name if training.applicants else None}
    mlflow.log_dict(training.as_dict() | names, "training_set.json")
    mlflow.log_text(place(training.path).read_text(encoding="utf-8"), "training_set.csv")
    mlflow.set_tags({"training_sha256": training.sha256, "scorecard_sha256": sha256(table)})
    if training.applicants:
        mlflow.log_text(place(training.applicants).read_text(encoding="utf-8"), "applicants.csv")
        mlflow.set_tag("applicants_sha256", training.applicants_sha256)
