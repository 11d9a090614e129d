from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import URL, Engine, text

from include.desk.rights import ensure
from tests.airflow_home import ROOT, airflow_metadata, airflow_settings
from tests.conftest import as_role
from tests.databases import create_schema, drop_schema
from tests.desk_scene import build_scene
from tests.orchestration.runs import use_database
from tests.steps.origination_scene import KEY

__all__ = ["airflow_metadata", "airflow_settings"]

ORIGIN = "http://millrace.example.org"


@pytest.fixture(scope="session")
def desk_schema(mariadb_server: URL) -> Iterator[Engine]:
    """One schema for all tests of the desk."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield create_schema(mariadb_server, name)
    drop_schema(mariadb_server, name)


@pytest.fixture
def database(desk_schema: Engine) -> Engine:
    """The schema without any business day."""
    with desk_schema.begin() as connection:
        for table in ("step_attempt", "step_run", "shard", "landing_file", "business_day", "desk_right"):
            connection.execute(text(f"truncate table {table}"))
    return desk_schema


@pytest.fixture(scope="session")
def scene_schema(mariadb_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A lender with applications and loans, for tests that leave it usable for each other."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    engine = create_schema(mariadb_server, name)
    build_scene(engine, tmp_path_factory.mktemp("scene"))
    yield engine
    drop_schema(mariadb_server, name)


@pytest.fixture
def web(
    airflow_settings: None, airflow_metadata: Path, database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[TestClient]:
    """The desk on a database without any business day."""
    yield from _serve(database, monkeypatch, tmp_path)


@pytest.fixture
def desk(
    airflow_settings: None, airflow_metadata: Path, scene_schema: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[TestClient]:
    """The desk of the lender of ``scene_schema``, by the account that its pages have."""
    monkeypatch.setenv("MILLRACE_DESK_URL", as_role(scene_schema, "millrace_desk").url.render_as_string(hide_password=False))
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    yield from _serve(scene_schema, monkeypatch, tmp_path)


def _serve(database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestClient]:
    """The desk as Airflow's web server mounts it, with Airflow's own sign-in."""
    from airflow.api_fastapi.app import init_auth_manager, purge_cached_app

    monkeypatch.syspath_prepend(ROOT / "plugins")
    use_database(monkeypatch, database)
    monkeypatch.setenv("MILLRACE_RECORDS", str(tmp_path / "records"))
    from millrace_plugin import MillracePlugin

    app = FastAPI()
    (desk,) = MillracePlugin.fastapi_apps
    app.mount(desk["url_prefix"], desk["app"])
    init_auth_manager(app)
    with TestClient(app, base_url=ORIGIN) as client:
        yield client
    purge_cached_app()


@pytest.fixture
def viewer(web: TestClient) -> dict[str, str]:
    """Headers of a signed-in viewer."""
    return {"Authorization": f"Bearer {token('officer', 'viewer')}"}


def token(name: str, role: str) -> str:
    """A token as Airflow gives it to a user who signs in."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return str(get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=name, role=role)))


def as_user(database: Engine, name: str, *roles: str) -> dict[str, str]:
    """Headers of a viewer of Airflow who holds ``roles`` at the desk."""
    with database.begin() as connection:
        for role in roles:
            ensure(connection, name, role, "test")
    return {"Authorization": f"Bearer {token(name, 'viewer')}"}
