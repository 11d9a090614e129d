"""A private MySQL-family server: own data, tmp, socket and port; an instance that is already there is never touched.

``python -m ops.local_database start|stop|status FOLDER`` for people; ``LocalDatabase`` for the demo and the tests.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pymysql
from sqlalchemy import URL

BUFFER_POOL = os.environ.get("MILLRACE_BUFFER_POOL", "512M")


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_server() -> Path | None:
    """The server program: MILLRACE_MYSQLD, else mariadbd or mysqld on the PATH or in /usr/sbin."""
    if chosen := os.environ.get("MILLRACE_MYSQLD"):
        return Path(chosen)
    for name in ("mariadbd", "mysqld"):
        for folder in (*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"):
            if folder and (path := Path(folder) / name).is_file() and os.access(path, os.X_OK):
                return path
    return None


@dataclass
class LocalDatabase:
    """A server in ``folder``, reached on 127.0.0.1:``port`` as ``root`` without a password."""

    folder: Path
    program: Path
    port: int = 0
    durable: bool = True

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        stored = self.folder / "port"
        if not self.port:
            self.port = int(stored.read_text()) if stored.exists() else free_port()

    @property
    def is_mariadb(self) -> bool:
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout
        return "MariaDB" in version

    @property
    def pid(self) -> int | None:
        """Process id of our running server, None where it does not run."""
        file = self.folder / "server.pid"
        if not file.exists():
            return None
        pid = int(file.read_text().strip() or 0)
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return None
        return pid if str(self.folder) in command else None

    def url(self, schema: str | None = None, user: str = "root", password: str = "") -> URL:
        """SQLAlchemy address of a schema on this server."""
        return URL.create("mysql+pymysql", user, password or None, "127.0.0.1", self.port, schema)

    def start(self, wait: float = 60) -> None:
        """Initialise the folder if it is new, start the server if it does not run, wait until it answers.

        Raises
        ------
        RuntimeError : it ended or did not answer in ``wait`` seconds; the message has the end of its log.
        """
        if self.pid is None:
            self._initialise()
            patience = time.monotonic() + 3  # a server that has just been killed may still hold it
            while port_taken(self.port) and time.monotonic() < patience:
                time.sleep(0.1)
            if port_taken(self.port):
                self.port = free_port()
            (self.folder / "port").write_text(str(self.port))
            with open(self.folder / "server.log", "ab") as log:
                subprocess.Popen(self.command(), stdout=log, stderr=log, start_new_session=True, cwd=self.folder)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            try:
                pymysql.connect(host="127.0.0.1", port=self.port, user="root", connect_timeout=2).close()
                return
            except pymysql.err.OperationalError:
                time.sleep(0.2)
        tail = (self.folder / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"The database server in {self.folder} did not answer on port {self.port}. End of its log:\n{tail}")

    def stop(self, kill: bool = False) -> None:
        """Stop the server and wait until it is gone; ``kill`` sends SIGKILL."""
        pid = self.pid
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL if kill else signal.SIGTERM)
        deadline = time.monotonic() + 60
        # its command line goes first, its sockets last: only a process that is gone has left the port
        while time.monotonic() < deadline and not _gone(pid):
            time.sleep(0.1)

    def command(self) -> list[str]:
        """Program and options to start it with."""
        f = self.folder
        options = [
            str(self.program),
            "--no-defaults",
            f"--datadir={f / 'data'}",
            f"--tmpdir={f / 'tmp'}",
            f"--socket={f / 's'}",
            f"--pid-file={f / 'server.pid'}",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--local-infile=1",
            "--log-bin-trust-function-creators=1",
            f"--innodb-buffer-pool-size={BUFFER_POOL}",
            "--max-connections=200",
            f"--innodb-flush-log-at-trx-commit={1 if self.durable else 0}",
        ]
        if self.is_mariadb:
            # interleaved, as MySQL has it by default: else a shard's `insert ... select` keeps the others from inserting
            options += ["--innodb-log-file-size=512M", "--skip-log-bin", "--innodb-autoinc-lock-mode=2"]
        else:
            options += ["--mysqlx=OFF", "--skip-log-bin", "--innodb-redo-log-capacity=1G"]
        if not self.durable:
            options += ["--innodb-doublewrite=0"]
        if user := self._run_as():
            options.append(f"--user={user}")
        return options

    def _run_as(self) -> str | None:
        """The account to run as when we are root: a server refuses root unless told so."""
        return "root" if os.geteuid() == 0 else None

    def _initialise(self) -> None:
        if (self.folder / "data" / "mysql").exists():
            return
        for name in ("data", "tmp"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir(parents=True)
        user = [f"--user={self._run_as()}"] if self._run_as() else []
        if self.is_mariadb:
            install = (
                shutil.which("mariadb-install-db")
                or shutil.which("mysql_install_db")
                or str(self.program.parent.parent / "bin/mariadb-install-db")
            )
            command = [install, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
            command += [f"--datadir={self.folder / 'data'}", f"--tmpdir={self.folder / 'tmp'}", *user]
        else:
            command = [str(self.program), "--no-defaults", "--initialize-insecure", f"--datadir={self.folder / 'data'}", *user]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"Could not set up a database in {self.folder}: {done.stdout[-1500:]}{done.stderr[-1500:]}")


def port_taken(port: int) -> bool:
    """Whether somebody listens on ``port`` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def main() -> int:
    """Command line: start, stop or show the server of a folder."""
    parser = argparse.ArgumentParser(prog="python -m ops.local_database")
    parser.add_argument("action", choices=("start", "stop", "status"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    program = find_server()
    if program is None:
        raise SystemExit("No MySQL or MariaDB server found. Install one (apt-get install mariadb-server) or set MILLRACE_MYSQLD.")
    server = LocalDatabase(options.folder, program)
    if options.action == "start":
        server.start()
    elif options.action == "stop":
        server.stop()
    print(f"{options.folder}: {f'running on 127.0.0.1:{server.port}' if server.pid else 'stopped'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
