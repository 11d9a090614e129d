"""Run the services of docker-compose.yaml as plain processes, for machines without a docker engine and for the tests.

Commands, environment, secrets, configs, volumes, depends_on, health checks and replicas come from the file itself, so a
mistake there shows here. Mapped are only: image to program, a service's name to 127.0.0.1, ports to free ones, container
paths to folders. Standard library and PyYAML.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from ops.local_database import free_port
from ops.native_servers import MySQL, Postgres, Server
from ops.services import signal_session

ROOT = Path(__file__).resolve().parents[1]
PORTS = (3306, 5432, 6379, 8080, 5000, 8974)  # those that services listen on
START_WITHIN = 180.0
# every process shares one machine here: one log server's port, one host name
LOCAL = {"AIRFLOW__API__HOST": "127.0.0.1", "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1"}


class ComposeError(Exception):
    """A setting is missing, or a service did not come up; the message has the end of its log."""


class NativeCompose:
    """The services of one compose file.

    Parameters
    ----------
    file : the compose file.
    folder : an empty folder for data, logs, secrets and configs.
    settings : what the env file would say.
    mysql : programs of a MySQL-family server to run the image ``mysql`` with.
    """

    def __init__(self, file: Path, folder: Path, settings: Mapping[str, str], mysql: Path) -> None:
        document = yaml.safe_load(interpolate(file.read_text(encoding="utf-8"), settings))
        self.services: dict[str, Any] = document["services"]
        self.document, self.folder, self.base = document, folder, file.parent
        self.ports = {port: free_port() for port in PORTS}
        self.servers: dict[str, Server] = {"mysql": MySQL(mysql), "postgres": Postgres()}
        self.processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        for kind in ("logs", "data", "home"):
            (folder / kind).mkdir(parents=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        self._write_configs()

    def start(self) -> None:
        """Start every service as soon as what it depends on is ready, and wait until all are healthy or have done their work."""
        ready: dict[str, Future[None]] = {name: Future() for name in self.services}
        with ThreadPoolExecutor(len(self.services)) as threads:
            started = [threads.submit(self._start, name, ready) for name in self.services]
        for outcome in started:
            outcome.result()

    def stop(self) -> None:
        """End every process and what it started, last first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for _, process in reversed(self.processes):
                signal_session(process.pid, number)
            deadline = time.monotonic() + 20
            for _, process in reversed(self.processes):
                try:
                    process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    continue

    def run(self, name: str, command: list[str], **extra: str) -> subprocess.CompletedProcess[str]:
        """``docker compose exec``: run a command as service ``name`` would."""
        return subprocess.run(command, env=self.environment(name) | extra, cwd=ROOT, capture_output=True, text=True, check=False)

    def environment(self, name: str, replica: int = 0) -> dict[str, str]:
        """The environment of a service, with names, ports and paths of this machine."""
        given = {key: self.local(str(value), name) for key, value in (self.services[name].get("environment") or {}).items()}
        ours = LOCAL | {
            "AIRFLOW_HOME": str(self.folder / "home"),
            "AIRFLOW__API__PORT": str(self.ports[8080]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports[8974]),
            "HOSTNAME": f"{name}-{replica}",
            "PGPORT": str(self.ports[5432]),
        }
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "MILLRACE", "MLFLOW"))}
        return plain | given | ours | {"PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}

    def local(self, text: str, name: str) -> str:
        """``text`` with container paths, host names and ports as they are here."""
        for container, place in self._paths(name).items():
            text = re.sub(rf"(?<![\w.]){re.escape(container)}(?=[/\s'\"?&]|$)", str(place), text)
        hosts = "|".join(map(re.escape, (*self.services, "localhost")))
        text = re.sub(rf"(?:(?<=//)|(?<=@)|(?<=-h ))({hosts})(?=[:/ ])", "127.0.0.1", text)
        for port, here in self.ports.items():
            text = re.sub(rf"(?<=:){port}(?=[/?\s]|$)", str(here), text)
        return text

    def log(self, name: str, replica: int = 0) -> Path:
        """Where a service's output goes."""
        return self.folder / "logs" / f"{name}-{replica}.log"

    def _paths(self, name: str) -> dict[str, Path]:
        service, paths = self.services[name], {"/opt/millrace": ROOT}
        for secret in service.get("secrets") or ():
            paths[f"/run/secrets/{secret}"] = (self.base / self.document["secrets"][secret]["file"]).resolve()
        for config in service.get("configs") or ():
            paths[config["target"]] = self.folder / "configs" / config["source"]
        for volume in service.get("volumes") or ():
            source, target = volume.split(":")[:2]
            paths[target] = self.folder / "data" / source
            paths[target].mkdir(exist_ok=True)
        return paths

    def _write_configs(self) -> None:
        (self.folder / "configs").mkdir()
        for name, config in (self.document.get("configs") or {}).items():
            (self.folder / "configs" / name).write_text(config["content"])

    def _start(self, name: str, ready: dict[str, Future[None]]) -> None:
        service = self.services[name]
        try:
            for needed in service.get("depends_on") or {}:
                ready[needed].result()
            began = time.monotonic()
            for replica in range((service.get("deploy") or {}).get("replicas", 1)):
                self._launch(name, replica)
            wanted = {other["depends_on"][name]["condition"] for other in self.services.values() if name in (other.get("depends_on") or {})}
            if "service_completed_successfully" in wanted:
                self._wait_done(name)
            elif "service_healthy" in wanted:
                self._wait_healthy(name)
            print(f"{name:16} {time.monotonic() - began:5.1f} s", flush=True)
            ready[name].set_result(None)
        except BaseException as error:
            ready[name].set_exception(error)
            raise

    def _launch(self, name: str, replica: int) -> None:
        environment, command = self.environment(name, replica), self._command(name, replica)
        server = self.servers.get(name)
        if server is not None:
            command = server.prepare(self.folder / "data" / name, self.ports, environment, command, self._paths(name))
        with open(self.log(name, replica), "wb") as log:
            process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append((name, process))

    def _command(self, name: str, replica: int) -> list[str]:
        command = self.services[name].get("command") or []
        words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
        words = [self.local(word.replace("$$", "$"), name) for word in words]
        for option, here in (("--host", "127.0.0.1"), ("--port", str(self.ports[5000]))):
            if option in words:
                words[words.index(option) + 1] = here
        if words[:1] == ["redis-server"]:
            words += ["--port", str(self.ports[6379]), "--bind", "127.0.0.1", "--dir", str(self.folder / "data" / "redis")]
        if "celery" in words:
            words += ["--celery-hostname", f"celery@{name}-{replica}"]
        return words

    def _wait_done(self, name: str) -> None:
        process = self._process(name)
        try:
            status = process.wait(START_WITHIN)
        except subprocess.TimeoutExpired:
            status = -1
        if status:
            raise ComposeError(f"{name} ended with {status}:\n{self._tail(name)}")

    def _wait_healthy(self, name: str) -> None:
        deadline, process = time.monotonic() + START_WITHIN, self._process(name)
        while not self.healthy(name):
            if process.poll() is not None:
                raise ComposeError(f"{name} ended with {process.returncode}:\n{self._tail(name)}")
            if time.monotonic() > deadline:
                raise ComposeError(f"{name} was not healthy within {START_WITHIN:.0f} s:\n{self._tail(name)}")
            time.sleep(0.5)

    def healthy(self, name: str, replica: int = 0) -> bool:
        """Whether the service's own health check succeeds."""
        test = self.services[name]["healthcheck"]["test"]
        line = shlex.join(test[1:]) if test[0] == "CMD" else test[1].replace("$$", "$")
        line = (
            self.local(line, name)
            .replace("redis-cli", f"redis-cli -p {self.ports[6379]}")
            .replace("--protocol=tcp", f"--port={self.ports[3306]}")
        )
        if name in self.servers:
            line = self.servers[name].client(line)
        return subprocess.run(["bash", "-c", line], env=self.environment(name, replica), capture_output=True, check=False).returncode == 0

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        return next(process for service, process in self.processes if service == name)

    def _tail(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-3000:]


def interpolate(text: str, settings: Mapping[str, str]) -> str:
    """Compose's ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?message}``.

    Raises
    ------
    ComposeError : a setting with ``:?`` is missing or empty.
    """

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match["name"], match["kind"], match["rest"] or ""
        if found := settings.get(name):
            return found
        if kind == ":?":
            raise ComposeError(f"{name}: {rest}")
        return rest

    return re.sub(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}", value, text)
