"""``make demo`` for real, while what runs it is killed: Airflow's scheduler closes seven dates all the same, and the same
dates closed by one calm process without Airflow give the same books, table by table, to the cent."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from include.database import engine_for
from include.day import BY_NAME, STEPS
from ops import environment as settings
from ops.airflow_api import AirflowApi
from ops.local_database import LocalDatabase, find_server, port_taken
from tests.checksums import checksums, differences
from tests.e2e import killers
from tests.sample_week import FIRST, KEY, SampleWeek

ROOT = Path(__file__).parents[2]
LAST = date(2026, 3, 8)
DATES = [f"2026-03-0{day}" for day in range(2, 9)]
KILLED = [date(2026, 3, day) for day in (3, 4, 5, 6)]
MISSING = "2026-03-07"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@dataclass
class Demo:
    """A finished demo."""

    home: Path
    said: str
    engine: Engine


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One run of the demo in a folder of its own; on four of its dates something is killed inside post_repayments."""
    with tempfile.TemporaryDirectory(prefix="millrace-demo-") as name, pytest.MonkeyPatch.context() as patch:
        home = Path(name) / "var"
        patch.setenv("MILLRACE_HOME", str(home))
        # the key of the run without Airflow, so that digests of id numbers can be compared
        (settings.folder("secrets") / "personal_data_key").write_text(KEY)
        try:
            said = killed_demo(home)
            yield Demo(home, said, create_engine(settings.environment(own=True)["MILLRACE_DATABASE_URL"]))
        finally:
            run("ops.services", "stop")
        assert not any(port_taken(port) for port in settings.ports().values()), "everything that was started has ended"


def killed_demo(home: Path) -> str:
    """Run the demo; kill a task, a supervisor, a worker with its task and the database server, a date each; then let a date
    fail for want of its file, and resume. What it said, from both runs."""
    manifest = home / "source" / "repayments" / MISSING / "manifest.json"
    away = manifest.with_suffix(".away")
    with tempfile.TemporaryFile("w+") as said:
        demo = subprocess.Popen([sys.executable, "-m", "ops.demo"], cwd=ROOT, stdout=said, stderr=said)
        try:
            killers.wait_until("the demo's database", lambda: (home / "mysql" / "port").exists() or demo.poll() is not None)
            program = find_server()
            assert program is not None
            server = LocalDatabase(home / "mysql", program)
            owner = engine_for(server.url(settings.SCHEMA))
            for day, kill in zip(KILLED, (killers.kill_task, killers.kill_supervisor, killers.kill_worker_with_its_task), strict=False):
                with killers.held_inside_post_repayments(owner, day, demo) as pid:
                    kill(pid)
            held = killers.held_inside_post_repayments(owner, KILLED[3], demo)
            with pytest.raises(DBAPIError, match=r"(?i)lost connection|gone away"), held:
                manifest.rename(away)
                server.stop(kill=True)
                server.start()
            stopped = demo.wait(600)
        finally:
            demo.kill()
            said.seek(0)
            first = said.read()
    assert stopped == 1, first
    assert "intake.pull_repayments" in first, "it says which task failed"
    with owner.connect() as connection:
        assert str(connection.scalar(text("select business_date from business_day where is_current = 1"))) == MISSING
        error = connection.scalar(text("select error from step_attempt where state = 'FAILED' and step = 'intake.pull_repayments'"))
    assert f"The repayments of {MISSING} have not arrived" in str(error)
    away.rename(manifest)
    assert MISSING in run("ops.resume")
    return first + run("ops.demo")


def run(module: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_says_each_stage_and_where_to_look(demo: Demo) -> None:
    assert demo.said.count("done in") == 5 + 7, "it stopped at the sixth stage once"
    assert all(f"{day}  closed" in demo.said for day in DATES)
    password = json.loads((demo.home / "secrets" / "airflow_passwords.json").read_text())["admin"]
    assert f"user admin, password {password}" in demo.said
    assert "At the close of 2026-03-08" in demo.said
    assert "make down" in demo.said


def test_every_dag_run_is_green_and_each_date_has_one(demo: Demo) -> None:
    api = AirflowApi()
    for dag in ("business_day", "reports"):
        runs = api.runs(dag)
        assert {run["state"] for run in runs} == {"success"}
        assert sorted(run["partition_key"] for run in runs) == DATES
    assert [run["state"] for run in api.runs("credit_model")] == ["success"]
    tasks = [task for run in api.runs("business_day") for task in api.tasks("business_day", run["dag_run_id"])]
    assert {task["state"] for task in tasks} == {"success"}


def test_what_was_killed_was_tried_again_and_nothing_else(demo: Demo) -> None:
    with demo.engine.connect() as connection:
        found = connection.execute(
            text(
                "select business_date, count(*) as tries, sum(state = 'LOST') as lost from step_attempt"
                " where step = 'servicing.post_repayments' and shard = 1 group by business_date"
            )
        ).all()
    tries = {row.business_date: row.tries for row in found}
    assert {day for day, count in tries.items() if count > 1} == set(KILLED)


def test_every_step_of_every_date_is_done(demo: Demo) -> None:
    with demo.engine.connect() as connection:
        found = connection.execute(text("select cast(business_date as char) as day, step, state from step_run")).all()
        closed = connection.scalars(text("select cast(business_date as char) from business_day where state = 'CLOSED'")).all()
    assert {row.state for row in found} == {"DONE"}
    expected = {(day, step.name) for day in DATES for step in (*STEPS, *(step for step in BY_NAME.values() if step.group == "reports"))}
    assert {(row.day, row.step) for row in found} == expected
    assert sorted(closed) == DATES


def test_pages_answer(demo: Demo) -> None:
    port = settings.ports()
    for address in (f"http://127.0.0.1:{port['airflow']}/", f"http://127.0.0.1:{port['mlflow']}/"):
        with urllib.request.urlopen(address, timeout=30) as reply:
            assert reply.status == 200


def test_the_same_dates_without_airflow_give_the_same_books(demo: Demo, mariadb_server: URL) -> None:
    with tempfile.TemporaryDirectory(prefix="millrace-week-") as name:
        week = SampleWeek.prepare(mariadb_server, "e2e_week", Path(name))
        try:
            week.take_champion_from(demo.engine, settings.environment(own=True)["MLFLOW_TRACKING_URI"])
            week.run(FIRST, LAST)
            assert not differences(demo.engine, week.owner)
            assert checksums(demo.engine) == checksums(week.owner)
        finally:
            week.drop()


def test_clearing_what_is_done_changes_nothing(demo: Demo) -> None:
    before = checksums(demo.engine)
    api = AirflowApi()
    (closed,) = (run for run in api.runs("business_day") if run["partition_key"] == DATES[1])
    api.clear(closed["dag_run_id"], "business_day", ["servicing.post_repayments", "close.reconcile_and_close"])
    killers.wait_until("the cleared tasks", lambda: api.run("business_day", closed["dag_run_id"])["state"] == "success")
    assert checksums(demo.engine) == before


def test_running_it_again_changes_nothing(demo: Demo) -> None:
    before = checksums(demo.engine)
    said = run("ops.demo")
    assert "airflow runs already" in said
    assert checksums(demo.engine) == before
