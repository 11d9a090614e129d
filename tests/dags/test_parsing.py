"""Every DAG file parses, without a database, without the network, and without libraries that take seconds to import."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.airflow_home import ROOT, SETTINGS

DAGS = {"business_day", "credit_model", "model_drift", "reports"}
HEAVY = ("great_expectations", "mlflow", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "skops")

PARSE = f"""
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
print("RESULT", json.dumps({{
    "errors": {{str(file): error for file, error in bag.import_errors.items()}},
    "dags": sorted(bag.dags),
    "heavy": [name for name in {HEAVY!r} if name in sys.modules],
    "fatal": [name for name in ("pymysql",) if name in sys.modules],
}}))
"""


@pytest.fixture(scope="module")
def parsed() -> dict[str, object]:
    """What a fresh process finds in dags/; no database address is set."""
    settings = {name: value for name, value in {**os.environ, **SETTINGS}.items() if name != "MILLRACE_DATABASE_URL"}
    done = subprocess.run([sys.executable, "-c", PARSE], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    answer = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
    return dict(json.loads(answer.removeprefix("RESULT ")))


def test_no_file_fails(parsed: dict[str, object]) -> None:
    assert parsed["errors"] == {}


def test_exactly_the_known_dags_are_there(parsed: dict[str, object]) -> None:
    assert set(parsed["dags"]) == DAGS  # type: ignore[call-overload]


def test_parsing_imports_nothing_heavy(parsed: dict[str, object]) -> None:
    assert parsed["heavy"] == []


def test_parsing_needs_no_database(parsed: dict[str, object]) -> None:
    assert parsed["fatal"] == []


def test_without_a_first_date_the_day_says_which_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from include.orchestration.defaults import first_run

    monkeypatch.delenv("MILLRACE_FIRST_DATE")
    with pytest.raises(RuntimeError, match="MILLRACE_FIRST_DATE is not set"):
        first_run()
