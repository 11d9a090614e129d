"""A model fitted on the shipped history, and an MLflow of our own in a temporary folder: both once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sqlalchemy import Engine, text

from models import registry, train
from models.convert import scorecard_of
from models.features import feature_frame, switched_on, usable
from models.history import read
from models.pipeline import FitSettings, fit
from models.promote import promote
from models.scorecard import Scorecard


@dataclass(frozen=True)
class Fitted:
    applications: pd.DataFrame
    frame: pd.DataFrame
    repaid: NDArray[np.int64]
    pipeline: Pipeline
    scorecard: Scorecard


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    applications, repaid = read()
    features = usable(applications, switched_on())
    frame = feature_frame(applications, features)
    pipeline = fit(frame, repaid, features, FitSettings.from_policy())
    return Fitted(applications, frame, repaid, pipeline, scorecard_of(pipeline, frame, features))


@pytest.fixture(scope="session")
def own_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """MLFLOW_TRACKING_URI on a SQLite file."""
    folder = tmp_path_factory.mktemp("mlflow")
    before = os.environ.get("MLFLOW_TRACKING_URI")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    yield folder
    os.environ.pop("MLFLOW_TRACKING_URI")
    if before is not None:
        os.environ["MLFLOW_TRACKING_URI"] = before


@pytest.fixture(scope="session")
def trained_run(own_mlflow: Path) -> str:
    """The run of a model that was fitted and evaluated."""
    training = train.build_training_set()
    run_id = train.fit_model(training)
    train.evaluate_model(run_id, training)
    return run_id


@pytest.fixture
def no_alias(own_mlflow: Path) -> Iterator[None]:
    """A registry whose aliases stand nowhere, before and after."""
    yield
    for alias in (registry.CHAMPION, registry.CHALLENGER):
        if version := registry.alias_version("credit_score", alias):
            registry.drop_alias("credit_score", alias, version)


@pytest.fixture
def champion_version(database: Engine, trained_run: str, no_alias: None) -> str:
    """The first version, registered, judged and promoted in ``database``."""
    version = train.register_model(trained_run, database)
    promote(database, version, "ada", "a test")
    return version


def artifact_file(own_mlflow: Path, run_id: str) -> Path:
    """Where our MLflow keeps a run's coefficient table."""
    (path,) = own_mlflow.glob(f"artifacts/{run_id}/**/{registry.SCORECARD_FILE}")
    return path


def open_day(database: Engine, business_date: str = "2026-03-02") -> None:
    with database.begin() as connection:
        connection.execute(text("insert into business_day (business_date) values (:d)"), {"d": business_date})
