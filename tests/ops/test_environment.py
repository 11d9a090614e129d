"""Settings of a local run: secrets are made once and kept closed, taken ports and folders are avoided."""

from __future__ import annotations

import base64
import socket
import stat
from pathlib import Path

import pytest

from ops import environment as settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MILLRACE_DATABASE_URL", "MILLRACE_OWNER_URL", "MILLRACE_KEY", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MILLRACE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_secret_is_made_once_and_only_its_owner_reads_it(home: Path) -> None:
    first = settings.secret("database_password")
    assert settings.secret("database_password") == first
    assert stat.S_IMODE((home / "secrets" / "database_password").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "secrets").stat().st_mode) == 0o700


def test_the_key_for_personal_data_has_32_bytes() -> None:
    assert len(base64.b64decode(settings.personal_data_key())) == 32


def test_a_taken_port_is_avoided_and_the_choice_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        monkeypatch.setattr(settings, "PREFERRED_PORTS", {"airflow": taken})
        chosen = settings.ports()["airflow"]
        assert chosen != taken
    assert settings.ports()["airflow"] == chosen


def test_a_folder_of_somebody_else_is_avoided(home: Path) -> None:
    home.mkdir()
    (home / "letters.txt").write_text("mine")
    assert settings.home() == home.with_name("home-millrace")
    assert settings.claim_home() == settings.home(), "and found again"
    assert [path.name for path in home.iterdir()] == ["letters.txt"]


def test_our_own_folder_is_found_again(home: Path) -> None:
    assert settings.claim_home() == home
    (home / "mysql").mkdir()
    assert settings.home() == home


def test_the_demo_goes_on_for_as_many_dates_as_were_asked_for_last() -> None:
    assert [str(day) for day in settings.demo_dates()[::6]] == ["2026-03-02", "2026-03-08"]
    assert str(settings.demo_dates(9)[-1]) == "2026-03-10"
    assert len(settings.demo_dates()) == 9, "kept for the next time"
    assert settings.environment(own=True)["MILLRACE_LAST_DATE"] == "2026-03-10", "Airflow stops there"


def test_what_is_set_wins_except_for_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILLRACE_DATABASE_URL", "mysql+pymysql://a:b@server/millrace")
    assert settings.environment()["MILLRACE_DATABASE_URL"] == "mysql+pymysql://a:b@server/millrace"
    assert "127.0.0.1" in settings.environment(own=True)["MILLRACE_DATABASE_URL"]


def test_everything_a_run_needs_is_there() -> None:
    environment = settings.environment(own=True)
    needed = ("MILLRACE_HOME", "MILLRACE_KEY", "MLFLOW_TRACKING_URI", "AIRFLOW_HOME", "MILLRACE_FIRST_DATE", "AIRFLOW__CORE__FERNET_KEY")
    assert all(environment.get(name) for name in needed)
