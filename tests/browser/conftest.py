"""A real browser on a real Airflow: its web server on a test database, headless Chromium before it.

Skipped where the machine has no Chromium and chromedriver (`make test` installs them where it may).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from include.desk.rights import ensure
from ops.environment import DESK_ROLES
from ops.local_database import free_port
from tests.airflow_home import HOME, SETTINGS, airflow_metadata, airflow_settings
from tests.browser.reader import Reader
from tests.conftest import as_role
from tests.databases import create_schema, drop_schema
from tests.desk_scene import build_scene
from tests.steps.origination_scene import KEY

__all__ = ["airflow_metadata", "airflow_settings"]

USERS = {"officer": "viewer", "second": "viewer", "viewer": "viewer", "nobody": "viewer", "admin": "admin"}
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
DRIVER = shutil.which("chromedriver")
START_WITHIN = 180.0  # seconds; a loaded machine imports Airflow slowly


@pytest.fixture(scope="session")
def desk_database(mariadb_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A lender with referred applications and loans, as its owner."""
    name = f"t_browser_{uuid.uuid4().hex[:8]}"
    owner = create_schema(mariadb_server, name)
    build_scene(owner, tmp_path_factory.mktemp("scene"))
    with owner.begin() as connection:
        for user, roles in DESK_ROLES.items():
            for role in roles:
                ensure(connection, user, role, "test")
    yield owner
    drop_schema(mariadb_server, name)


@pytest.fixture(scope="session")
def address(desk_database: Engine, airflow_metadata: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Airflow's web server answers; the desk reads and writes by its own account."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no Chromium here: `apt-get install chromium chromium-driver`")
    port, folder = free_port(), tmp_path_factory.mktemp("airflow")
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps({user: f"{user}-password" for user in USERS}))
    environment = os.environ | SETTINGS
    environment |= {
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "MILLRACE_DATABASE_URL": desk_database.url.render_as_string(hide_password=False),
        "MILLRACE_DESK_URL": as_role(desk_database, "millrace_desk").url.render_as_string(hide_password=False),
        "MILLRACE_KEY": KEY,
        "MILLRACE_HOME": str(HOME),
    }
    program = Path(sys.executable).parent / "airflow"
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(
            [program, "api-server", "--workers", "1"], env=environment, stdout=log, stderr=subprocess.STDOUT, process_group=0
        )
    try:
        _wait(f"http://127.0.0.1:{port}/api/v2/version", server, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, 9)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"Airflow's web server did not come up:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def people(address: str) -> Iterator[dict[str, Reader]]:
    """Browsers by user, each opened and signed in by the first test that asks for it."""
    open_browsers: dict[str, Reader] = {}
    yield open_browsers
    for reader in open_browsers.values():
        reader.quit()


class SignIn:
    """Gives the signed-in browser of a user."""

    def __init__(self, address: str, people: dict[str, Reader]) -> None:
        self.address, self.people = address, people

    def __call__(self, user: str) -> Reader:
        if user not in self.people:
            assert CHROMIUM is not None
            assert DRIVER is not None
            self.people[user] = Reader(self.address, CHROMIUM, DRIVER)
            self.people[user].sign_in(user, f"{user}-password")
        reader = self.people[user]
        reader.language(None)
        reader.width(1280)
        return reader


@pytest.fixture
def sign_in(address: str, people: dict[str, Reader]) -> SignIn:
    """Call it with a user's name."""
    return SignIn(address, people)


@pytest.fixture
def open_day(desk_database: Engine) -> None:
    """The current business date is open."""
    with desk_database.connect() as connection:
        assert connection.scalar(text("select state from business_day where is_current = 1")) == "OPEN"
