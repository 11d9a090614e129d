"""``make demo``'s week, closed by Airflow's scheduler while things are killed under it, against the same week closed in
one calm process without Airflow: every table is equal by natural key, to the cent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from include.database import engine_for
from include.day import REPORTS, STEPS
from ops.local_database import LocalDatabase, find_server
from tests.checksums import checksums, differences
from tests.e2e import killers
from tests.sample_week import SampleWeek

ROOT = Path(__file__).parents[2]
DATES = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]


@dataclass
class Week:
    """The demo's installation in ``home``."""

    home: Path
    environment: dict[str, str]
    owner: Engine
    output: str

    def api(self, expression: str) -> object:
        """Evaluate an expression over ``api``, a signed-in AirflowApi, in the demo's environment."""
        code = f"import json\nfrom ops.airflow_api import AirflowApi\napi = AirflowApi()\nprint(json.dumps({expression}))"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Run the demo and kill, on four of its dates, what posts the day's repayments."""
    home = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MILLRACE_", "AIRFLOW_", "MLFLOW_"))}
    environment |= {"MILLRACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    log = home.with_suffix(".log")
    with open(log, "wb") as output:
        demo = subprocess.Popen([sys.executable, "-m", "ops.demo"], cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            program = find_server()
            assert program is not None
            port = home / "mysql" / "port"
            killers.wait_until("the demo's database", port.exists)
            server = LocalDatabase(home / "mysql", program)
            owner = engine_for(server.url("millrace"))
            killers.wait_until("the first date", lambda: _open_date(owner) or demo.poll())
            for day, kill in (
                (DATES[1], killers.kill_task),
                (DATES[2], killers.kill_supervisor),
                (DATES[3], killers.kill_worker_with_its_task),
            ):
                with killers.held_inside_post_repayments(owner, day) as pid:
                    kill(pid)
            with pytest.raises(Exception, match=r"(?i)lost connection|gone away"), killers.held_inside_post_repayments(owner, DATES[4]):
                server.stop(kill=True)
                server.start()
            assert demo.wait(timeout=900) == 0, log.read_text()[-4000:]
            yield Week(home, environment, owner, log.read_text())
        finally:
            demo.kill()
            subprocess.run([sys.executable, "-m", "ops.services", "stop"], cwd=ROOT, env=environment, check=True)


def _open_date(owner: Engine) -> object:
    try:
        with owner.connect() as connection:
            return connection.scalar(text("select count(*) from business_day"))
    except Exception:  # the schema is not there yet
        return None


@pytest.mark.timeout(1500)
def test_seven_dates_are_closed_and_every_run_is_green(week: Week) -> None:
    with week.owner.connect() as connection:
        closed = connection.scalars(text("select business_date from business_day where state = 'CLOSED' order by business_date")).all()
        steps = connection.execute(text("select business_date, step, count(*) from step_run where state = 'DONE' group by 1, 2")).all()
        assert connection.scalar(text("select count(*) from step_run where state <> 'DONE'")) == 0
    assert closed == DATES
    shards = {step.name: 2 if step.sharded else 1 for step in STEPS + REPORTS}
    assert {(day, step, count) for day, step, count in steps} == {(day, name, n) for day in DATES for name, n in shards.items()}
    for dag in ("business_day", "reports"):
        runs = week.api(f"[(run['partition_key'], run['state']) for run in api.runs('{dag}')]")
        assert sorted(map(tuple, runs)) == [(str(day), "success") for day in DATES]  # type: ignore[call-overload]


def test_every_kill_was_noticed_and_retried(week: Week) -> None:
    with week.owner.connect() as connection:
        attempts = connection.execute(
            text(
                "select business_date, count(*) from step_attempt where step = 'servicing.post_repayments' and shard = 1"
                " group by business_date order by business_date"
            )
        ).all()
    tries = {day: count for day, count in attempts}
    assert all(tries[day] > 1 for day in DATES[1:5]), tries
    assert tries[DATES[0]] == tries[DATES[5]] == tries[DATES[6]] == 1


def test_the_week_without_airflow_is_the_same_to_the_cent(week: Week) -> None:
    calm = SampleWeek.prepare(week.owner.url.set(database=None), "calm", week.home, settings=_settings(week))
    with calm.owner.begin() as connection:
        connection.execute(text("insert into score_model select * from millrace.score_model"))
    calm.run(DATES[0], DATES[-1])
    assert differences(calm.owner, week.owner) == {}
    assert checksums(calm.owner) == checksums(week.owner)


def test_the_demo_says_how_it_went_and_where_to_look(week: Week) -> None:
    for expected in ("2026-03-08  closed", "http://127.0.0.1:", "make down", "NPL"):
        assert expected in week.output


def _settings(week: Week) -> dict[str, str]:
    """The demo's registry and key for personal data, so that both weeks score and find people alike."""
    code = "import json; from ops import environment; print(json.dumps(environment.environment(own=True)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=week.environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {name: found[name] for name in ("MILLRACE_KEY", "MLFLOW_TRACKING_URI")}
