"""Every setting and secret of a local run, in one place: the demo, ``make day``, the tests' services all read it here.

``python -m ops.environment`` prints it for a shell; ``python -m ops.environment COMMAND ...`` runs a command in it.
What is set in the environment already wins, so the same commands work against a server of yours.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import sys
from datetime import date, timedelta
from pathlib import Path

from include.places import home_folder
from ops.local_database import free_port, port_taken

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "millrace"
APP_USER = "millrace"
MARK = ".millrace"  # in the folder of a local run; says whose checkout it belongs to
DESK_USER = "millrace_web"
USERS = {"admin": "admin", "officer": "viewer", "second": "viewer", "viewer": "viewer", "risk": "user"}
DESK_ROLES = {
    "admin": ("ADMIN", "OPERATOR", "RISK"),
    "officer": ("OFFICER",),
    "second": ("SENIOR_OFFICER",),
    "viewer": ("VIEWER",),
    "risk": ("RISK",),
}

# where each service listens unless something else does already
PREFERRED_PORTS = {
    "airflow": 8080,
    "mlflow": 5000,
    "airflow_worker_log": 8793,
    "airflow_trigger_log": 8794,
    "airflow_scheduler_health": 8974,
}


def home() -> Path:
    """The folder of everything that a local run writes: MILLRACE_HOME, or the one beside it where that holds something else."""
    wanted = home_folder().resolve()
    return wanted if _is_free_or_ours(wanted) else wanted.with_name(wanted.name + "-millrace")


def claim_home() -> Path:
    """Make the folder and mark it as this checkout's."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(str(ROOT))
    return folder


def _is_free_or_ours(folder: Path) -> bool:
    mark = folder / MARK
    if mark.exists():
        return mark.read_text() == str(ROOT)
    return folder == ROOT / "var" or not folder.exists() or not any(folder.iterdir())


def secret(name: str, size: int = 24) -> str:
    """A random secret, made once and kept in ``var/secrets`` where only its owner can read it."""
    return _stored(name, lambda: secrets.token_urlsafe(size))


def personal_data_key() -> str:
    """The key under which personal data is encrypted: 32 random bytes, base64."""
    return _stored("personal_data_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())


def fernet_key() -> str:
    """Airflow's key for its connections and variables."""
    return _stored("fernet_key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def passwords_file() -> Path:
    """Airflow's users and their passwords, as its simple auth manager reads them."""
    path = folder("secrets") / "airflow_passwords.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if not set(USERS) <= set(known):
        _write(path, json.dumps({user: secrets.token_urlsafe(9) for user in USERS} | known))
    return path


def ports() -> dict[str, int]:
    """The port of each service: the usual one, or a free one where somebody else listens there; kept once chosen."""
    path = folder("run") / "ports.json"
    chosen: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    for name, preferred in PREFERRED_PORTS.items():
        if name not in chosen:
            chosen[name] = free_port() if port_taken(preferred) else preferred
    path.write_text(json.dumps(chosen))
    return chosen


def move_port(name: str) -> int:
    """Choose another port for ``name``: somebody took the one it had."""
    chosen = ports() | {name: free_port()}
    (folder("run") / "ports.json").write_text(json.dumps(chosen))
    return chosen[name]


def demo_dates(days: int | None = None) -> tuple[date, ...]:
    """The dates of the demo: as many as were asked for last, seven where nobody asked. ``days`` asks for so many from now on."""
    from ops.airflow_env import SAMPLE_FIRST_DATE, SAMPLE_LAST_DATE

    path = folder("run") / "demo_days"
    if days is not None:
        path.write_text(str(days))
    count = int(path.read_text()) if path.exists() else (SAMPLE_LAST_DATE - SAMPLE_FIRST_DATE).days + 1
    return tuple(SAMPLE_FIRST_DATE + timedelta(days=n) for n in range(count))


def database_port() -> int:
    """The port of our own database server, 0 before its first start."""
    path = home() / "mysql" / "port"
    return int(path.read_text()) if path.exists() else 0


def environment(own: bool = False) -> dict[str, str]:
    """The environment of every process of a local run: this process's own and ours.

    What is set already wins; with ``own`` ours wins, so that the demo never writes to a server of somebody else's.
    """
    where = home()
    port = ports()
    ours = {
        "MILLRACE_HOME": str(where),
        "MILLRACE_DATABASE_URL": f"mysql+pymysql://{APP_USER}:{secret('database_password')}@127.0.0.1:{database_port()}/{SCHEMA}",
        "MILLRACE_DESK_URL": f"mysql+pymysql://{DESK_USER}:{secret('desk_password')}@127.0.0.1:{database_port()}/{SCHEMA}",
        "MILLRACE_OWNER_URL": f"mysql+pymysql://root@127.0.0.1:{database_port()}/{SCHEMA}",
        "MILLRACE_KEY": personal_data_key(),
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port['mlflow']}",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "GIT_PYTHON_REFRESH": "quiet",
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    ours |= airflow_environment(port)
    return {**os.environ, **{name: value for name, value in ours.items() if own or name == "PATH" or name not in os.environ}}


def airflow_environment(port: dict[str, int]) -> dict[str, str]:
    """Airflow's part: what ops/airflow_env.py says of every installation, and where this one listens and writes."""
    from ops.airflow_env import airflow_env

    return airflow_env(home(), port, passwords_file(), fernet_key(), secret("jwt_secret", 48), USERS, demo_dates()[-1])


def _stored(name: str, make: object) -> str:
    path = folder("secrets") / name
    if not path.exists():
        assert callable(make)
        _write(path, make())
    return path.read_text()


def _write(path: Path, content: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)


def folder(name: str) -> Path:
    """A folder of the local run, closed to others."""
    path = claim_home() / name
    path.mkdir(exist_ok=True, mode=0o700)
    return path


def main(arguments: list[str] | None = None) -> int:
    """Command line: print the settings that are ours, or run a command with them."""
    command = sys.argv[1:] if arguments is None else arguments
    settings = environment()
    if command:
        os.execvpe(command[0], command, settings)  # noqa: S606 - the command that the caller typed
    for name, value in sorted(settings.items()):
        if os.environ.get(name) != value:
            print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
