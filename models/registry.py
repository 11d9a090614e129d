"""MLflow, the writing side: runs, the registered model and its aliases. What scoring reads from it is in ``models.reader``."""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from models.reader import alias_version, is_server, public_uri, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "credit_score"

# tags of a run: what its held-out scores are, and the columns by which their rows are known again
HELD_OUT_SHA256, HELD_OUT_COLUMNS = "held_out_sha256", "held_out_columns"

# a server that is down must not hold up the morning: MLflow by itself tries for minutes
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20", "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1"}
QUIET = {
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


def client() -> MlflowClient:
    """A client that gives up soon and does not fill the log."""
    for name, value in (PATIENCE | QUIET).items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", module="mlflow")
    import mlflow

    for noisy in ("mlflow", "alembic", "urllib3.connectionpool", "matplotlib.font_manager"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    mlflow.set_tracking_uri(tracking_uri())
    return mlflow.MlflowClient()


@contextmanager
def run(run_id: str | None = None, name: str | None = None) -> Iterator[str]:
    """A new run of our experiment, or an old one taken up again; gives its id."""
    mlflow_client = client()
    import mlflow

    found = mlflow_client.get_experiment_by_name(EXPERIMENT)
    experiment = found.experiment_id if found else mlflow_client.create_experiment(EXPERIMENT, artifact_location=_artifact_location())
    with mlflow.start_run(run_id=run_id, experiment_id=experiment, run_name=name) as active:
        yield active.info.run_id


def _artifact_location() -> str | None:
    """Beside the SQLite file; a server has a place of its own."""
    uri = tracking_uri()
    return (Path(uri.removeprefix("sqlite:///")).resolve().parent / "artifacts").as_uri() if uri.startswith("sqlite:///") else None


def register(name: str, run_id: str, model_id: str, tags: Mapping[str, Any]) -> str:
    """Make a run's model the next version of ``name``; registering the same run again gives the version that it has."""
    from mlflow.exceptions import MlflowException

    mlflow_client = client()
    try:
        mlflow_client.create_registered_model(name, description="P(repaid) of an application; see the run's coefficient table and curves.")
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = [found for found in mlflow_client.search_model_versions(f"name = '{name}'") if found.run_id == run_id] or [
        mlflow_client.create_model_version(
            name, f"models:/{model_id}", run_id, tags={key: str(value) for key, value in tags.items()}, model_id=model_id
        )
    ]
    version = str(made[0].version)
    _say_version(mlflow_client, run_id, version)
    return version


def _say_version(mlflow_client: MlflowClient, run_id: str, version: str) -> None:
    """Name a run after the version that it became: people compare runs."""
    named, label = str(mlflow_client.get_run(run_id).info.run_name), f"version {version}: "
    if not named.startswith(label):
        mlflow_client.update_run(run_id, name=label + named)


def page(run_ids: Sequence[str]) -> str | None:
    """Where people see a run, or compare several, in MLflow; None where it has no pages (a SQLite file)."""
    address = os.environ.get("MILLRACE_MLFLOW_PAGES") or (public_uri() if is_server() else "")
    if not address:
        return None
    experiment = client().get_run(run_ids[0]).info.experiment_id
    if len(run_ids) == 1:
        return f"{address.rstrip('/')}/#/experiments/{experiment}/runs/{run_ids[0]}/artifacts"
    query = urlencode({"runs": json.dumps(run_ids), "experiments": json.dumps([experiment])}, quote_via=quote)
    return f"{address.rstrip('/')}/#/compare-runs?{query}"


def run_of(name: str, version: str) -> tuple[str, dict[str, Any]]:
    """(id, figures) of the run that made a version: its metrics, and what its held-out scores are."""
    mlflow_client = client()
    made_by = mlflow_client.get_run(str(mlflow_client.get_model_version(name, version).run_id))
    tags = {tag: made_by.data.tags[tag] for tag in (HELD_OUT_SHA256, HELD_OUT_COLUMNS) if tag in made_by.data.tags}
    return made_by.info.run_id, dict(made_by.data.metrics) | tags


def has_artifact(run_id: str, file: str) -> bool:
    """Whether a run kept a file of that name."""
    return any(item.path == file for item in client().list_artifacts(run_id))


def set_alias(name: str, alias: str, version: str) -> None:
    """Point an alias at a version."""
    client().set_registered_model_alias(name, alias, version)


def drop_alias(name: str, alias: str, version: str) -> None:
    """Remove an alias where it stands on ``version``."""
    if alias_version(name, alias) == version:
        client().delete_registered_model_alias(name, alias)
