"""The two things that scoring asks MLflow for: which version an alias names, and that version's coefficient table.

A server is asked over plain HTTP: importing MLflow costs several seconds of a day's morning, this costs none. Other stores
(a SQLite file) go through MLflow's own client.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from include.places import home_folder

SCORECARD_FILE = "scorecard.json"
CHAMPION, CHALLENGER = "champion", "challenger"
NO_SUCH = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
TIMEOUT, TRIES = 15, 2


class RegistryDownError(ConnectionError):
    """MLflow did not answer, or could not hand out an artifact."""


class _NoSuchError(Exception):
    """MLflow answered: there is no such thing."""


def tracking_uri() -> str:
    """Where MLflow is: MLFLOW_TRACKING_URI, else a SQLite file in MILLRACE_HOME."""
    if given := os.environ.get("MLFLOW_TRACKING_URI"):
        return given
    folder = home_folder() / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'mlflow.db'}"


def alias_version(name: str, alias: str) -> str | None:
    """The version that an alias stands on, None where there is no such model or alias.

    Raises
    ------
    RegistryDownError : MLflow did not answer.
    """
    if not is_server():
        return _client_alias(name, alias)
    try:
        return _ask("api/2.0/mlflow/registered-models/alias", {"name": name, "alias": alias}, "model_version", "version")
    except _NoSuchError:
        return None


def scorecard_text(name: str, version: str, file: str = SCORECARD_FILE) -> str:
    """The coefficient table of a version, or another file of its run, as the registry has it now.

    Raises
    ------
    RegistryDownError : MLflow did not answer, or has lost the version or its artifact.
    """
    if not is_server():
        return _client_scorecard(name, version, file)
    try:
        run_id = _ask("api/2.0/mlflow/model-versions/get", {"name": name, "version": version}, "model_version", "run_id")
        # what is not UTF-8 any more is no text of ours: its hash will not be either
        return _get("get-artifact", {"run_id": run_id, "path": file}).decode("utf-8", "replace")
    except _NoSuchError as error:
        raise RegistryDownError(f"MLflow at {public_uri()} has no {file} of {name} version {version}: {error}") from error


def public_uri() -> str:
    """The address without a login."""
    parts = urlsplit(tracking_uri())
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def first_line(error: BaseException) -> str:
    """What a log needs of an error."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def is_server() -> bool:
    """Whether MLflow is a server, with pages, rather than a file."""
    return tracking_uri().startswith(("http://", "https://"))


def _ask(path: str, query: Mapping[str, str], *keys: str) -> str:
    """One value of MLflow's answer, by its keys from the outside in."""
    try:
        found = json.loads(_get(path, query))
        for key in keys:
            found = found[key]
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryDownError(f"MLflow at {public_uri()} answered something that it should not: {first_line(error)}") from error
    return str(found)


def _get(path: str, query: Mapping[str, str]) -> bytes:
    request = urllib.request.Request(f"{public_uri().rstrip('/')}/{path}?{urlencode(query)}", headers=_login())  # noqa: S310
    failure: Exception | None = None
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT, context=_trust()) as answer:  # noqa: S310
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            body = error.read().decode("utf-8", "replace")
            if any(code in body for code in NO_SUCH):
                raise _NoSuchError(body[:300]) from error
            failure = error
        except (OSError, HTTPException) as error:
            failure = error
    raise RegistryDownError(f"MLflow at {public_uri()} did not answer: {first_line(failure or OSError('no try'))}") from failure


def _trust() -> ssl.SSLContext | None:
    """The authority of MLFLOW_TRACKING_SERVER_CERT_PATH, as MLflow's own client reads it; else the machine's."""
    if not public_uri().startswith("https"):
        return None
    return ssl.create_default_context(cafile=os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH"))


def _login() -> dict[str, str]:
    """Token, or user and password of the address or of MLflow's own variables."""
    if token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    parts = urlsplit(tracking_uri())
    user = unquote(parts.username or "") or os.environ.get("MLFLOW_TRACKING_USERNAME", "")
    password = unquote(parts.password or "") or os.environ.get("MLFLOW_TRACKING_PASSWORD", "")
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()} if user else {}


def _client_alias(name: str, alias: str) -> str | None:
    from models.registry import client

    mlflow_client = client()
    from mlflow.exceptions import MlflowException

    try:
        return str(mlflow_client.get_model_version_by_alias(name, alias).version)
    except Exception as error:  # the store's own errors come through as they are
        if isinstance(error, MlflowException) and error.error_code in NO_SUCH:
            return None
        raise RegistryDownError(f"MLflow at {public_uri()} did not answer: {first_line(error)}") from error


def _client_scorecard(name: str, version: str, file: str) -> str:
    from models.registry import client

    mlflow_client = client()
    try:
        run_id = str(mlflow_client.get_model_version(name, version).run_id)
        return Path(mlflow_client.download_artifacts(run_id, file)).read_text(encoding="utf-8")
    except Exception as error:
        raise RegistryDownError(f"MLflow at {public_uri()} did not hand out {name} version {version}: {first_line(error)}") from error
