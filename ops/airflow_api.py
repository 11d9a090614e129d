"""The few calls of Airflow's REST API that the demo and ``make resume`` make. Standard library only."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from ops import environment as settings
from ops.services import ServiceError

# A local run keeps Airflow's metadata in SQLite, which lets one write at a time: a request that waited too long is rolled back
# whole and says so, and may be made again.
DATABASE_BUSY, TRIES = "Database error", 10


def base_url() -> str:
    """Where Airflow's web server listens."""
    return f"http://127.0.0.1:{settings.ports()['airflow']}"


def healthy() -> bool:
    """Whether the web server answers and says that scheduler and DAG processor are well."""
    try:
        health = _call("GET", "/api/v2/monitor/health", token=None)
    except ServiceError:
        return False
    return all((health.get(part) or {}).get("status") == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


class AirflowApi:
    """A signed-in session, as ``admin`` or another user of the local run."""

    def __init__(self, user: str = "admin") -> None:
        password = json.loads(settings.passwords_file().read_text())[user]
        self._token = _call("POST", "/auth/token", {"username": user, "password": password}, None)["access_token"]

    def knows(self, dag: str) -> bool:
        """Whether the DAG has been parsed."""
        try:
            return bool(self.get(f"/dags/{dag}"))
        except ServiceError:
            return False

    def import_errors(self) -> list[str]:
        """One text per DAG file that does not parse."""
        return [f"{error['filename']}: {error['stack_trace']}" for error in self.get("/importErrors")["import_errors"]]

    def unpause(self, dag: str) -> None:
        """Let the scheduler start runs of a DAG."""
        _call("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False}, self._token)

    def trigger(self, dag: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run by hand; returns its id."""
        return str(_call("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": conf or {}}, self._token)["dag_run_id"])

    def runs(self, dag: str, **filters: str) -> list[dict[str, Any]]:
        """Runs of a DAG, oldest first."""
        query = urllib.parse.urlencode({"order_by": "run_after", "limit": 100, **filters})
        return list(self.get(f"/dags/{dag}/dagRuns?{query}")["dag_runs"])

    def run(self, dag: str, run: str) -> dict[str, Any]:
        """One run."""
        return self.get(f"/dags/{dag}/dagRuns/{urllib.parse.quote(run)}")

    def tasks(self, dag: str, run: str, state: str | None = None) -> list[dict[str, Any]]:
        """Task instances of a run, optionally only those in ``state``."""
        query = urllib.parse.urlencode({"limit": 200} | ({"state": state} if state else {}))
        return list(self.get(f"/dags/{dag}/dagRuns/{urllib.parse.quote(run)}/taskInstances?{query}")["task_instances"])

    def answer(self, dag: str, run: str, task: str, option: str, **inputs: str) -> None:
        """Answer a task that asks a person, in the name of this session's user; what is not given stays as the form has it."""
        path = f"/dags/{dag}/dagRuns/{urllib.parse.quote(run)}/taskInstances/{task}/-1/hitlDetails"
        form = {name: param["value"] for name, param in self.get(path)["params"].items()}
        _call("PATCH", f"/api/v2{path}", {"chosen_options": [option], "params_input": form | inputs}, self._token)

    def clear(self, run: str, dag: str, tasks: list[str]) -> int:
        """Make named tasks of a run run again; returns how many task instances that is."""
        body = {"dry_run": False, "only_failed": False, "dag_run_id": run, "reset_dag_runs": True, "task_ids": tasks}
        return len(_call("POST", f"/api/v2/dags/{dag}/clearTaskInstances", body, self._token)["task_instances"])

    def clear_failed(self, dag: str, run: str) -> int:
        """Make the failed tasks of a run, and those that waited for them, run again; returns how many."""
        body = {"dry_run": False, "only_failed": True, "dag_run_id": run, "reset_dag_runs": True, "include_downstream": True}
        return len(_call("POST", f"/api/v2/dags/{dag}/clearTaskInstances", body, self._token)["task_instances"])

    def get(self, path: str) -> dict[str, Any]:
        """GET a path under /api/v2."""
        return _call("GET", f"/api/v2{path}", token=self._token)


def _call(method: str, path: str, body: dict[str, Any] | None = None, token: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base_url() + path, data, headers, method=method)  # noqa: S310 - our own loopback address
    said = ""
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                answer: dict[str, Any] = json.loads(reply.read() or b"{}")
                return answer
        except urllib.error.HTTPError as error:
            said = f"Airflow answered {error.code} to {method} {path}: {error.read().decode(errors='replace')[:500]}"
            if DATABASE_BUSY not in said:
                raise ServiceError(said) from error
            time.sleep(1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ServiceError(f"Airflow does not answer at {base_url()}: {error}") from error
    raise ServiceError(said)
