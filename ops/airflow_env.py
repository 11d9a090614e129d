"""The environment of a local Airflow: SQLite metadata, LocalExecutor, everything on loopback and under one folder.

The demo, the tests, ``make resume`` and a developer's shell all start Airflow with this, so that they run the same thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The sample lender's first seven business dates; a real lender sets his own first date and no last one.
SAMPLE_FIRST_DATE = date(2026, 3, 2)
SAMPLE_LAST_DATE = date(2026, 3, 8)


def airflow_env(
    home: Path,
    ports: Mapping[str, int],
    passwords_file: Path,
    fernet_key: str,
    jwt_secret: str,
    users: Mapping[str, str],
    last_date: date = SAMPLE_LAST_DATE,
) -> dict[str, str]:
    """Settings of one installation.

    Parameters
    ----------
    home : MILLRACE_HOME; Airflow writes to its folder ``airflow``.
    ports : of ``airflow`` (the web server), ``airflow_worker_log``, ``airflow_trigger_log`` and ``airflow_scheduler_health``.
    passwords_file : JSON of user name to password.
    fernet_key : encrypts connections and variables in the metadata database.
    jwt_secret : signs the tokens of people and of tasks.
    users : name to role (admin, op, user or viewer). Officers are viewers: their rights at the desk are in our own table.
    last_date : no date after it is run.
    """
    folder = home / "airflow"
    address = f"http://127.0.0.1:{ports['airflow']}"
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # idle workers cost memory: four are enough for two shards, two intake chains and a report
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__FERNET_KEY": fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in users.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords_file),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        # a killed task is noticed after 30 s instead of 5 minutes
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(ports["airflow_scheduler_health"]),
        # a machine under load answers slowly; SQLite makes writers wait for each other
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(ports["airflow"]),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": hashlib.sha256(f"api:{jwt_secret}".encode()).hexdigest(),
        "AIRFLOW__API_AUTH__JWT_SECRET": jwt_secret,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports["airflow_worker_log"]),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports["airflow_trigger_log"]),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "MILLRACE_FIRST_DATE": SAMPLE_FIRST_DATE.isoformat(),
        "MILLRACE_LAST_DATE": last_date.isoformat(),
    }
