"""A model fitted on the shipped history, and an MLflow of our own in a temporary folder: both once a session."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sqlalchemy import URL, Engine, text

from models import reader, registry, train
from models.convert import scorecard_of
from models.features import feature_frame, switched_on, usable
from models.history import read
from models.pipeline import FitSettings, fit
from models.promote import promote
from models.scorecard import Scorecard
from tests.databases import create_schema, drop_schema


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
    for alias in (reader.CHAMPION, reader.CHALLENGER):
        if version := reader.alias_version("credit_score", alias):
            registry.drop_alias("credit_score", alias, version)


@pytest.fixture(scope="session")
def model_schema(mariadb_server: URL) -> Iterator[Engine]:
    """One schema for all tests of the model that need no server of their own; its date 2026-03-02 is open."""
    name = f"model_{uuid.uuid4().hex[:12]}"
    owner = create_schema(mariadb_server, name)
    open_day(owner)
    yield owner
    drop_schema(mariadb_server, name)


@pytest.fixture
def model_database(model_schema: Engine) -> Engine:
    """``model_schema`` that knows no model yet."""
    with model_schema.begin() as connection:
        connection.execute(text("truncate score_model_promotion"))  # past its triggers
        connection.execute(text("delete from score_model"))
    return model_schema


@pytest.fixture
def champion_version(model_database: Engine, trained_run: str, no_alias: None) -> str:
    """The first version, registered and promoted in ``model_database``."""
    version = train.register_model(trained_run, model_database)
    promote(model_database, version, "ada", "a test")
    return version


def artifact_file(own_mlflow: Path, run_id: str, file: str = reader.SCORECARD_FILE) -> Path:
    """Where our MLflow keeps a run's coefficient table, or another file of it."""
    (path,) = own_mlflow.glob(f"artifacts/{run_id}/**/{file}")
    return path


def open_day(database: Engine, business_date: str = "2026-03-02") -> None:
    with database.begin() as connection:
        connection.execute(text("insert into business_day (business_date) values (:d)"), {"d": business_date})
