"""Start and stop the background processes of a local run: MLflow and Airflow (the database is ops/local_database.py).

Each runs in a session of its own, its id in ``var/run/<name>.pid``, its output in ``var/logs/<name>.log``.
``python -m ops.services start|stop|status`` for people; start leaves Airflow out.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from ops import environment as settings
from ops.local_database import LocalDatabase, find_server, port_taken

STOP_WITHIN = 40.0  # seconds: Airflow gives its parts 20


class ServiceError(Exception):
    """A service did not come up; the message says where its log is and how it ends."""


@dataclass(frozen=True)
class Service:
    """A program that runs until it is told to stop.

    Parameters
    ----------
    name : of its pid file and its log.
    command : the program and its arguments.
    healthy : whether it answers.
    port : the name under which ops/environment.py keeps its port.
    """

    name: str
    command: Sequence[str]
    healthy: Callable[[], bool]
    port: str

    @property
    def pid_file(self) -> Path:
        return settings.folder("run") / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return settings.folder("logs") / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Process id of what we started, None where it has ended. A process that took over the number is not ours."""
        try:
            pid, started = (int(part) for part in self.pid_file.read_text().split())
        except (OSError, ValueError):
            return None
        return pid if _started_at(pid) == started else None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in the background in a session of its own."""
        with open(self.log_file, "ab") as log:
            process = subprocess.Popen(
                self.command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=settings.home(),
            )
        self.pid_file.write_text(f"{process.pid} {_started_at(process.pid)}")

    def wait(self, seconds: float) -> None:
        """Wait until it answers.

        Raises
        ------
        ServiceError : it ended, or did not answer in time.
        """
        deadline = time.monotonic() + seconds
        while not self.healthy():
            if self.pid is None:
                raise ServiceError(f"{self.name} ended. {self._end_of_log()}")
            if time.monotonic() > deadline:
                raise ServiceError(f"{self.name} did not answer within {seconds:.0f} s. {self._end_of_log()}")
            time.sleep(0.5)

    def stop(self) -> bool:
        """End it and everything it started. Returns whether there was anything to end."""
        pid = self.pid
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return False
        deadline = time.monotonic() + STOP_WITHIN
        signal_session(pid, signal.SIGTERM)
        while _session(pid) and time.monotonic() < deadline:
            time.sleep(0.2)
        signal_session(pid, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)
        return True

    def _end_of_log(self) -> str:
        tail = self.log_file.read_text(errors="replace")[-1500:] if self.log_file.exists() else ""
        return f"Its log is {self.log_file} and ends with:\n{tail}"


def mlflow() -> Service:
    """The model registry: SQLite and a folder, on loopback, one worker."""
    folder, port = settings.folder("mlflow"), settings.ports()["mlflow"]
    command = ["mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}", "--artifacts-destination", str(folder / "artifacts")]
    return Service("mlflow", _of_venv(command), lambda: answers(f"http://127.0.0.1:{port}/health"), "mlflow")


def airflow() -> Service:
    """Scheduler, DAG processor, triggerer and web server in one, on SQLite."""
    from ops.airflow_api import healthy

    settings.folder("airflow")
    command = [*_of_venv(["python"]), str(settings.ROOT / "ops" / "airflow_standalone.py")]
    return Service("airflow", command, healthy, "airflow")


def database() -> LocalDatabase:
    """Our own database server."""
    program = find_server()
    if program is None:
        raise ServiceError("No MySQL or MariaDB server found: run `make setup`, which installs one, or set MILLRACE_MYSQLD.")
    return LocalDatabase(settings.folder("mysql"), program)


def launch(service: Callable[[], Service], say: Callable[[str], None]) -> None:
    """Start a service unless it runs already, on another port than usual where somebody else has that one."""
    wanted = service()
    if wanted.pid is not None:
        say(f"{wanted.name} runs already")
        return
    port, usual = settings.ports()[wanted.port], settings.PREFERRED_PORTS[wanted.port]
    if port_taken(port):
        port, usual = settings.move_port(wanted.port), port
        wanted = service()
    if port != usual:
        say(f"port {usual} is taken by another program: {wanted.name} uses {port}")
    wanted.start(settings.environment(own=True))


def answers(url: str) -> bool:
    """Whether an HTTP GET of ``url`` succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310 - our own loopback address
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_without_airflow() -> None:
    """What `make day` needs: the database with its schema, and the model registry. Nothing where a server of yours is named."""
    if "MILLRACE_DATABASE_URL" in os.environ:
        return
    from ops.migrate import migrate

    server = database()
    server.start()
    addresses = settings.environment(own=True)
    migrate(make_url(addresses["MILLRACE_OWNER_URL"]), make_url(addresses["MILLRACE_DATABASE_URL"]))
    if mlflow().pid is None:
        launch(mlflow, print)
    mlflow().wait(120)


def stop_all(say: Callable[[str], None] = print) -> None:
    """Stop everything that a local run started, last started first."""
    for service in (airflow(), mlflow()):
        say(f"{service.name}: {'stopped' if service.stop() else 'was not running'}")
    server = database()
    running = server.pid is not None
    server.stop()
    say(f"database: {'stopped' if running else 'was not running'}")


def _of_venv(command: list[str]) -> list[str]:
    return [str(settings.ROOT / ".venv" / "bin" / command[0]), *command[1:]]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the program's name, [] where the process is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
    return [] if fields[0] == "Z" else fields


def _started_at(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[19]) if fields else -1


def _session(leader: int) -> list[int]:
    """The living processes of a session."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[3]) == leader]


def signal_session(leader: int, number: signal.Signals) -> None:
    """Send a signal to every process of a session: a service and all that it started."""
    for pid in _session(leader):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m ops.services", description="What a local run started.")
    parser.add_argument("action", choices=("start", "stop", "status"))
    action = parser.parse_args().action
    if action == "start":
        start_without_airflow()
    elif action == "stop":
        stop_all()
    else:
        for service in (airflow(), mlflow()):
            print(f"{service.name}: {'runs' if service.pid else 'stopped'}, log {service.log_file}")
        print(f"database: {'runs' if database().pid else 'stopped'}, folder {database().folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
