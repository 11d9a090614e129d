"""What the images ``mysql`` and ``postgres`` do at their first start, done with the programs of this machine."""

from __future__ import annotations

import os
import pwd
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from ops.local_database import LocalDatabase


class Server(ABC):
    """A database image."""

    @abstractmethod
    def prepare(
        self, data: Path, ports: Mapping[int, int], environment: Mapping[str, str], options: list[str], paths: Mapping[str, Path]
    ) -> list[str]:
        """Initialise ``data`` as the image's entry point would; the command to start the server with."""

    def client(self, line: str) -> str:
        """A health check's line with this machine's client programs."""
        return line


class MySQL(Server):
    """Image ``mysql``, by MySQL or MariaDB."""

    def __init__(self, program: Path) -> None:
        self.program = program

    def prepare(
        self, data: Path, ports: Mapping[int, int], environment: Mapping[str, str], options: list[str], paths: Mapping[str, Path]
    ) -> list[str]:
        password, schema = environment["MYSQL_ROOT_PASSWORD"], environment["MYSQL_DATABASE"]
        server = LocalDatabase(data, self.program, ports[3306])
        server.start()
        import pymysql

        with pymysql.connect(host="127.0.0.1", port=server.port, user="root") as connection, connection.cursor() as cursor:
            cursor.execute(f"create database {schema}")
            cursor.execute("create user root@'%%' identified by %s", (password,))
            cursor.execute("grant all on *.* to root@'%' with grant option")
            cursor.execute("alter user root@localhost identified by %s", (password,))
        server.stop()
        return [*server.command(), *options]

    def client(self, line: str) -> str:
        beside = self.program.parent / "mysqladmin"
        return line.replace("mysqladmin", str(beside)) if beside.exists() else line.replace("mysqladmin", "mariadb-admin --ssl")


class Postgres(Server):
    """Image ``postgres``; run as the user ``postgres`` where we are root, which the server refuses to run as."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        self.programs = found[-1].parent if found else Path("/usr/bin")

    def prepare(
        self, data: Path, ports: Mapping[int, int], environment: Mapping[str, str], options: list[str], paths: Mapping[str, Path]
    ) -> list[str]:
        user, port = environment["POSTGRES_USER"], str(ports[5432])
        data.mkdir(exist_ok=True)
        secret = data.parent / "postgres.password"
        secret.write_text(environment["POSTGRES_PASSWORD"])
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            for path in (data, secret):
                os.chown(path, account.pw_uid, account.pw_gid)
        own = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
        self._as_owner([self._program("initdb"), "-D", str(data), "-U", user, "-A", "scram-sha-256", "--pwfile", str(secret)])
        self._as_owner([self._program("pg_ctl"), "-D", str(data), "-w", "-l", str(data / "first.log"), "-o", " ".join(own), "start"])
        connect = ["psql", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", port, "-U", user]
        login = {**environment, "PGPASSWORD": environment["POSTGRES_PASSWORD"]}
        if environment["POSTGRES_DB"] != "postgres":
            subprocess.run(
                [*connect, "-d", "postgres", "-c", f"create database {environment['POSTGRES_DB']}"],
                env=login,
                check=True,
                capture_output=True,
            )
        for target, here in paths.items():
            if target.startswith("/docker-entrypoint-initdb.d/"):
                subprocess.run([*connect, "-d", environment["POSTGRES_DB"], "-f", str(here)], env=login, check=True, capture_output=True)
        self._as_owner([self._program("pg_ctl"), "-D", str(data), "-w", "-m", "fast", "stop"])
        return self._su([self._program("postgres"), "-D", str(data), *own])

    def _program(self, name: str) -> str:
        return str(self.programs / name)

    def _as_owner(self, command: list[str]) -> None:
        subprocess.run(self._su(command), check=True, stdout=subprocess.DEVNULL, cwd="/")

    @staticmethod
    def _su(command: list[str]) -> list[str]:
        return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *command] if os.geteuid() == 0 else command
