"""docker-compose.yaml is right and its pieces work together: one whole date closes through Celery workers, over TLS."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, create_engine, text

from include.day import STEPS
from ops.local_database import find_server
from ops.native_compose import ComposeError, NativeCompose, interpolate

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yaml"
DAY = "2026-03-02"
SECRETS = {
    name: f"{name.lower()}0123456789"
    for name in (
        "MYSQL_ROOT_PASSWORD",
        "MILLRACE_APP_PASSWORD",
        "MILLRACE_DESK_PASSWORD",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "MLFLOW_PASSWORD",
        "MLFLOW_SECRET",
        "AIRFLOW_API_SECRET",
        "AIRFLOW_ADMIN_PASSWORD",
    )
} | {
    "AIRFLOW_JWT_SECRET": "a-secret-that-signs-tokens-and-is-long-enough-for-sha512-0123456789abcdef",
    "MILLRACE_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "AIRFLOW_FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}
SETTINGS = SECRETS | {
    "MILLRACE_FIRST_DATE": DAY,
    "MILLRACE_LAST_DATE": DAY,
    "MYSQL_BUFFER_POOL": "256M",
    "WORKER_CONCURRENCY": "2",
    # here the services call each other by this address
    "MLFLOW_HOSTS": "127.0.0.1,127.0.0.1:*",
}


def test_file_follows_the_compose_specification() -> None:
    done = subprocess.run(
        [ROOT / ".venv/bin/check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("missing", [*SECRETS, "MILLRACE_FIRST_DATE"])
def test_a_missing_secret_is_named(missing: str) -> None:
    with pytest.raises(ComposeError, match=missing):
        interpolate(COMPOSE.read_text(), {name: value for name, value in SETTINGS.items() if name != missing})


def test_env_example_names_every_secret_and_holds_none() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line and not line.startswith("#")]
    assert set(SECRETS) | {"MILLRACE_FIRST_DATE"} == {line.partition("=")[0] for line in lines if line.endswith("=")}


def test_only_the_two_web_pages_are_published_and_every_image_is_pinned() -> None:
    services = yaml.safe_load(interpolate(COMPOSE.read_text(), SETTINGS))["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"api-server", "mlflow"}
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", ()))
    assert all(":" in service["image"] and not service["image"].endswith(":latest") for service in services.values())
    assert all("healthcheck" in service for name, service in services.items() if service["restart"] == "unless-stopped")


@pytest.fixture(scope="module")
def stack(mysql_program: Path) -> Iterator[NativeCompose]:
    """Every service of the file, running."""
    missing = [name for name in ("redis-server", "openssl", "setpriv") if not shutil.which(name)]
    if missing or not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip(f"needs PostgreSQL and {', '.join(missing) or 'nothing else'}: `make test` installs them where it can")
    # not pytest's own folder: that is closed to other users, and PostgreSQL runs as one
    with tempfile.TemporaryDirectory(prefix="millrace-compose-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        subprocess.run([ROOT / "ops/make_certificates.sh", folder / "tls"], check=True, capture_output=True)
        compose = NativeCompose(COMPOSE, folder / "run", SETTINGS | {"TLS_FOLDER": str(folder / "tls")}, mysql_program)
        try:
            compose.start()
            yield compose
        finally:
            compose.stop()


@pytest.fixture(scope="module")
def mysql_program() -> Path:
    """MySQL where it is at hand, as in the compose file; else MariaDB."""
    mysqld = Path(os.environ.get("MILLRACE_MYSQL_PREFIX", Path(tempfile.gettempdir()) / "millrace-mysql")) / "bin" / "mysqld"
    program = mysqld if mysqld.exists() else find_server()
    assert program is not None, "No MySQL-family server on this machine: run `make setup`, which installs one."
    return program


class Web:
    """Airflow's REST API, trusting the stack's own certificate authority alone."""

    def __init__(self, stack: NativeCompose) -> None:
        self.base = f"https://127.0.0.1:{stack.ports[8080]}"
        self.trust = ssl.create_default_context(cafile=stack.environment("api-server")["PROBE_CA"])
        login = {"username": "admin", "password": SECRETS["AIRFLOW_ADMIN_PASSWORD"]}
        self.token = self.call("POST", "/auth/token", login)["access_token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {})
        request = urllib.request.Request(self.base + path, json.dumps(body).encode() if body else None, headers, method=method)
        with urllib.request.urlopen(request, timeout=60, context=self.trust) as reply:
            return json.load(reply)

    def wait(self, dag: str, seconds: float) -> dict[str, Any]:
        """The one run of ``dag``, once it has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            runs = self.call("GET", f"/api/v2/dags/{dag}/dagRuns")["dag_runs"]
            if runs and runs[0]["state"] in ("success", "failed"):
                return dict(runs[0])
            time.sleep(1)
        raise AssertionError(f"{dag} did not end within {seconds} s: {runs}")


def errors(stack: NativeCompose) -> str:
    """What the tasks' logs say went wrong."""
    lines = (line for path in (stack.folder / "data" / "airflow-logs").rglob("attempt=*.log") for line in path.read_text().splitlines())
    return "\n".join(line[:2000] for line in lines if '"level":"error"' in line.replace(" ", ""))


def app(stack: NativeCompose) -> Engine:
    return create_engine(stack.environment("worker")["MILLRACE_DATABASE_URL"])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_one_date_closes_through_celery(stack: NativeCompose) -> None:
    # given the sample lender's files, its opening book and a first model
    for module in ("include.data.sample", "include.steps.book", "models.train"):
        done = stack.run("worker", ["python", "-m", module])
        assert done.returncode == 0, done.stdout + done.stderr
    web = Web(stack)

    # when the scheduler is let to run its one date
    for dag in ("reports", "business_day"):
        web.call("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
    run = web.wait("business_day", 600)

    # then every task succeeded on a Celery worker, every step is done and the date is closed
    tasks = web.call("GET", f"/api/v2/dags/business_day/dagRuns/{run['dag_run_id']}/taskInstances?limit=200")["task_instances"]
    assert {task["state"] for task in tasks} == {"success"}, errors(stack)
    assert {task["executor"] or "CeleryExecutor" for task in tasks} == {"CeleryExecutor"}
    assert {task["queue"] for task in tasks} == {"default"}
    with app(stack).connect() as connection:
        steps = connection.execute(text("select step, state from step_run where step not like 'reports.%'")).all()
        assert {step.step for step in steps} == {step.name for step in STEPS}
        assert {step.state for step in steps} == {"DONE"}
        assert connection.scalar(text("select state from business_day where business_date = :day"), {"day": DAY}) == "CLOSED"
    assert web.wait("reports", 300)["state"] == "success"
    workers = {path.name for path in (stack.folder / "logs").glob("worker-*.log") if "business_day" in path.read_text(errors="replace")}
    assert workers == {"worker-0.log", "worker-1.log"}, "both workers took tasks"


@pytest.mark.slow
def test_the_database_refuses_an_unencrypted_connection(stack: NativeCompose) -> None:
    import pymysql

    with pytest.raises(pymysql.err.OperationalError, match=r"3159|1045|insecure transport"):
        pymysql.connect(host="127.0.0.1", port=stack.ports[3306], user="root", password=SECRETS["MYSQL_ROOT_PASSWORD"], ssl_disabled=True)


@pytest.mark.slow
def test_mlflow_refuses_anonymous_callers(stack: NativeCompose) -> None:
    address = f"https://127.0.0.1:{stack.ports[5000]}/api/2.0/mlflow/registered-models/search"
    trust = ssl.create_default_context(cafile=stack.environment("mlflow")["PROBE_CA"])
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(address, timeout=30, context=trust)
