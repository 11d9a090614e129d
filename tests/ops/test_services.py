"""Background services: what was started ends with everything that it started, and nothing else is touched."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ops import services
from ops.services import Service, ServiceError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MILLRACE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def shell(script: str, healthy: bool = True) -> Service:
    return Service("worker", ["bash", "-c", script], lambda: healthy, "worker")


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def test_stop_ends_the_whole_family(tmp_path: Path) -> None:
    # a child that leaves the process group and one that does not listen to SIGTERM
    service = shell(f"set -m; (sleep 300 & echo $! >{tmp_path}/child; wait) & exec sleep 300")
    service.start(os.environ)
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text().strip():
        time.sleep(0.05)
    child, pid = int((tmp_path / "child").read_text()), service.pid
    assert pid is not None
    assert alive(child)

    assert service.stop()

    assert not alive(child)
    assert service.pid is None
    assert not service.stop(), "a second stop finds nothing"


def test_what_ignores_the_polite_signal_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "STOP_WITHIN", 0.5)
    service = shell("trap '' TERM; while true; do sleep 0.1; done")
    service.start(os.environ)
    time.sleep(0.3)
    assert service.stop()
    assert service.pid is None


def test_a_number_that_went_to_another_process_is_not_ours() -> None:
    service = shell("exit")
    service.pid_file.write_text(f"{os.getpid()} 1")
    assert service.pid is None
    assert not service.stop()


def test_a_service_that_dies_is_reported_with_the_end_of_its_log() -> None:
    service = shell("echo cannot bind; exit 3", healthy=False)
    service.start(os.environ)
    with pytest.raises(ServiceError, match="cannot bind"):
        service.wait(20)


def test_a_taken_port_is_said_and_avoided(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(services.settings, "PREFERRED_PORTS", {"worker": 1})
    monkeypatch.setattr(services, "port_taken", lambda port: port == services.settings.ports()["worker"])
    monkeypatch.setattr(services.settings, "environment", lambda own: dict(os.environ))
    service = shell("sleep 300")
    services.launch(lambda: service, said.append)
    assert "taken" in said[0]
    services.launch(lambda: service, said.append)
    assert said[1] == "worker runs already"
    assert service.stop()
