"""Databases for the tests: a private MariaDB, and a real MySQL where one is at hand.

A test that asks for ``database`` gets a schema at head with nothing in it but policy; SQL tests ask for ``any_database``
and run on both servers. The schema is shared and emptied between tests; ``own_database`` is a module's own. A
developer may point MILLRACE_TEST_MARIADB or MILLRACE_TEST_MYSQL at a running server's address
(``mysql+pymysql://root@127.0.0.1:33061``) to save the start-up.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, make_url, text

from include.database import engine_for
from ops.local_database import LocalDatabase, find_server
from tests.databases import SharedSchema, create_schema, drop_schema

ROOT = Path(__file__).parents[1]
MYSQL_SCRIPT = ROOT.parent / "shared" / "tools" / "get-mysql.sh"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", help="a file of loan cases for tests/reference instead of its own")


def _start(name: str, program: Path) -> Iterator[URL]:
    with tempfile.TemporaryDirectory(prefix=f"millrace-{name}-") as folder:
        server = LocalDatabase(Path(folder), program, durable=False)
        server.start()
        try:
            yield server.url()
        finally:
            server.stop()


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    """Root address of a MariaDB (or whatever MySQL-family server the machine has)."""
    if given := os.environ.get("MILLRACE_TEST_MARIADB"):
        yield make_url(given)
        return
    program = find_server()
    assert program is not None, "No MySQL-family server on this machine: run `make setup`, which installs one."
    yield from _start("mariadb", program)


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[URL]:
    """Root address of a real MySQL; tests that ask for it are skipped where there is none."""
    if given := os.environ.get("MILLRACE_TEST_MYSQL"):
        yield make_url(given)
        return
    prefix = Path(os.environ.get("MILLRACE_MYSQL_PREFIX", Path(tempfile.gettempdir()) / "millrace-mysql"))
    if not MYSQL_SCRIPT.exists() and not (prefix / "bin" / "mysqld").exists():
        pytest.skip("no real MySQL here: set MILLRACE_TEST_MYSQL to a server's address to run on it")
    if not (prefix / "bin" / "mysqld").exists():
        subprocess.run([MYSQL_SCRIPT, prefix], check=True, stdout=subprocess.DEVNULL)
    yield from _start("mysql", prefix / "bin" / "mysqld")


@pytest.fixture(scope="session")
def mariadb_schema(mariadb_server: URL) -> Iterator[SharedSchema]:
    """The schema that most tests on MariaDB share."""
    yield from _shared(mariadb_server)


@pytest.fixture(scope="session")
def mysql_schema(mysql_server: URL) -> Iterator[SharedSchema]:
    """The schema that most tests on a real MySQL share."""
    yield from _shared(mysql_server)


@pytest.fixture
def database(mariadb_schema: SharedSchema) -> Engine:
    """A schema at head on MariaDB with nothing in it but policy, as its owner."""
    mariadb_schema.empty()
    return mariadb_schema.owner


@pytest.fixture(params=["mariadb", "mysql"])
def any_database(request: pytest.FixtureRequest) -> Engine:
    """A schema at head with nothing in it but policy, as its owner, on each server in turn."""
    schema: SharedSchema = request.getfixturevalue(f"{request.param}_schema")
    schema.empty()
    return schema.owner


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def own_database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A schema of the module's own, for tests that build one scene for all or take guards away."""
    server: URL = request.getfixturevalue(f"{request.param}_server")
    name = f"t_{uuid.uuid4().hex[:12]}"
    owner = create_schema(server, name)
    yield owner
    drop_schema(server, name)


def _shared(server: URL) -> Iterator[SharedSchema]:
    name = f"t_shared_{uuid.uuid4().hex[:8]}"
    try:
        yield SharedSchema(create_schema(server, name))
    finally:
        drop_schema(server, name)


@pytest.fixture
def app_engine(any_database: Engine) -> Engine:
    """The same schema as ``any_database``, as the pipeline's own account, which holds the role millrace_app."""
    return as_role(any_database, "millrace_app")


@cache
def as_role(owner: Engine, role: str) -> Engine:
    """An engine for an account that holds ``role`` alone on the schema of ``owner``."""
    from ops.accounts import create_account

    user = f"u_{uuid.uuid4().hex[:10]}"
    with owner.connect() as connection:
        create_account(connection, user, "secret", role)
    return engine_for(owner.url.set(username=user, password="secret"))


def scalar(engine: Engine, sql: str, **parameters: object) -> object:
    """One value."""
    with engine.connect() as connection:
        return connection.execute(text(sql), parameters).scalar()
