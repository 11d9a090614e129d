"""An Airflow installation for tests: its own folder, SQLite, the settings of every local run.

Airflow reads its settings when it is first imported and again whenever it uses one. So this module imports it with
them set, takes them away again (other tests start programs that must not inherit them), and the fixture
``airflow_settings`` puts them back around each test of a package whose conftest.py imports it.
"""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest

from ops.airflow_env import airflow_env

ROOT = Path(__file__).parents[1]
HOME = Path(tempfile.mkdtemp(prefix="millrace-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

PORTS = {"airflow": 18080, "airflow_worker_log": 18793, "airflow_trigger_log": 18794, "airflow_scheduler_health": 18974}
USERS = {"admin": "admin", "officer": "viewer"}
FERNET_KEY = "8Nz1Yb0NiPVWrKwPpSKyGbXgTtFIVUVqRs7VJbF0Tj0="
JWT_SECRET = "a secret of these tests, long enough to sign tokens with, and known to everybody"
SETTINGS = airflow_env(HOME, PORTS, HOME / "passwords.json", FERNET_KEY, JWT_SECRET, USERS)

with patch.dict(os.environ, SETTINGS):
    importlib.import_module("airflow.settings")


@pytest.fixture(autouse=True)
def airflow_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this installation, for the time of one test."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def airflow_metadata() -> Path:
    """The installation's metadata database, migrated."""
    run_airflow("db", "migrate")
    return HOME / "airflow" / "airflow.db"


def run_airflow(*command: str) -> str:
    """Output of an ``airflow`` command in this installation."""
    program = Path(sys.executable).parent / "airflow"
    done = subprocess.run([program, *command], env={**os.environ, **SETTINGS}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
