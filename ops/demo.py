"""``make demo``: the whole of Millrace on this machine, from nothing to seven closed business dates; ``DAYS=9`` closes nine.

Everything it writes is under MILLRACE_HOME (default ``var``). Run again, it goes on where it stopped: services that run
are used, what is loaded stays loaded, dates that are closed are not run again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date

from sqlalchemy import make_url

from include.database import engine_for
from include.desk.rights import ensure
from include.places import home_folder
from include.steps.headline import as_text, headline
from ops import environment as settings
from ops import services
from ops.airflow_api import AirflowApi, base_url
from ops.progress import Progress
from ops.services import ServiceError
from ops.watch import wait_for_dates, wait_for_question, wait_for_reports, wait_for_run


class Demo:
    """The stages in order; each is safe to repeat.

    Parameters
    ----------
    dates : business dates to close, without a gap from the sample lender's first.
    """

    def __init__(self, dates: Sequence[date]) -> None:
        self.dates = dates
        self.progress = Progress(7)
        self.say = self.progress.say

    def run(self) -> None:
        """All stages, then where to look."""
        progress = self.progress
        with progress.stage("Database: a private server and the schema"):
            self.database()
        with progress.stage("Sample lender: applications, repayments and bank statements of each date, and the book to start from"):
            self.sample()
        with progress.stage("Opening book: load it and prove its totals"):
            self.command("include.steps.book")
        with progress.stage("MLflow and Airflow: model registry, scheduler, DAG processor, web server"):
            self.airflow()
        with progress.stage("First model: train, check, register, approve (DAG credit_model)"):
            self.model()
        with progress.stage(f"{len(self.dates)} business dates, {self.dates[0]} to {self.dates[-1]} (DAG business_day)"):
            self.api.unpause("reports")
            self.api.unpause("business_day")
            wait_for_dates(self.api, self.engine, self.dates, progress)
        with progress.stage("Reports of each date (DAG reports)"):
            wait_for_reports(self.api, len(self.dates), progress)
        self.farewell()

    def database(self) -> None:
        """Server, schema, the pipeline's own account."""
        server = services.database()
        self.say(f"{'runs already' if server.pid else 'starting'}: {server.folder}")
        server.start()
        # they take half a minute to come up, most of it waiting: let them begin while we fill the database
        services.launch(services.mlflow, self.say)
        services.launch(services.airflow, self.say)
        self.environment = settings.environment(own=True)
        self.command("ops.migrate")
        self.engine = engine_for(make_url(self.environment["MILLRACE_DATABASE_URL"]))
        with self.engine.begin() as connection:
            for user, roles in settings.DESK_ROLES.items():
                for role in roles:
                    ensure(connection, user, role, "demo")
        self.say(f"schema {settings.SCHEMA} on 127.0.0.1:{server.port}, account {settings.APP_USER} (may not alter, drop or truncate)")

    def sample(self) -> None:
        """Write the files that the systems before us would send; those of a date are always the same."""
        if (settings.home() / "source" / "applications" / str(self.dates[-1]) / "manifest.json").exists():
            self.say("is there already")
        else:
            self.command("include.data.sample", "--days", str(len(self.dates)))

    def airflow(self) -> None:
        """Start it and wait until it knows our DAGs."""
        services.mlflow().wait(180)
        services.airflow().wait(240)
        self.api = AirflowApi()
        deadline = time.monotonic() + 120
        for dag in ("business_day", "reports", "credit_model", "model_drift"):
            while not self.api.knows(dag):
                if time.monotonic() > deadline:
                    raise ServiceError("Airflow did not find the DAG " + dag + "\n" + "\n".join(self.api.import_errors()))
                time.sleep(1)

    def model(self) -> None:
        """One run of credit_model, unless a champion is there. It waits for a person: user risk approves, by the REST API."""
        self.api.unpause("credit_model")
        self.api.unpause("model_drift")
        if any(run["state"] == "success" for run in self.api.runs("credit_model")):
            self.say("there is a champion already")
            return
        going = [run["dag_run_id"] for run in self.api.runs("credit_model") if run["state"] in ("queued", "running")]
        run = going[0] if going else self.api.trigger("credit_model")
        if wait_for_question(self.api, "credit_model", run, "approve", self.progress):
            AirflowApi("risk").answer("credit_model", run, "approve", "Approve", reason="the demo's first model: it passed the gates")
            self.say("the run asked for approval; user risk approved it")
        wait_for_run(self.api, "credit_model", run, self.progress)

    def command(self, module: str, *arguments: str) -> None:
        """Run a module of ours in the environment of the run; its output goes to a log and, on failure, to the reader."""
        log = settings.folder("logs") / f"{module}.log"
        with open(log, "ab") as output:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=settings.ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        if done.returncode:
            raise ServiceError(f"{module} failed. Its log is {log} and ends with:\n{log.read_text(errors='replace')[-2500:]}")

    def farewell(self) -> None:
        """Times, headline of the reports, addresses, how to stop."""
        total = time.monotonic() - self.progress.began
        print(f"\nAll {len(self.dates)} dates are closed, {int(total // 60)} min {total % 60:.0f} s in all.\n")
        with self.engine.connect() as connection:
            print(as_text(headline(connection, self.dates[-1])))
        passwords = json.loads(settings.passwords_file().read_text())
        print(f"""
Airflow       {base_url()}   user admin, password {passwords["admin"]}
              the review desk (menu Browse, Millrace desk): user officer, password {passwords["officer"]}
              the second person there: user second, password {passwords["second"]}
              who approves models: user risk, password {passwords["risk"]}
MLflow        http://127.0.0.1:{settings.ports()["mlflow"]}
Database      {self.engine.url.render_as_string(hide_password=False)}
Files         {settings.home()}

make down     stops everything that was started here
make demo     starts it again; closed dates stay closed
make resume   after a failure: clears the failed tasks and goes on""")


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops.demo", description="Close the sample lender's business dates on this machine.")
    parser.add_argument("--days", type=int, help="so many business dates, from now on (default: as many as last time; at first 7)")
    days = parser.parse_args(arguments).days
    if days is not None and days < 1:
        parser.error("--days must be 1 or more")
    wanted, folder = home_folder().resolve(), settings.claim_home()
    if folder != wanted:
        print(f"{wanted} holds something else or belongs to another checkout: everything goes to {folder} instead.")
    before, dates = settings.demo_dates(), settings.demo_dates(days)
    try:
        if dates != before and services.airflow().stop():
            print(f"Airflow ran up to {before[-1]}: it is started again to go on to {dates[-1]}.")
        Demo(dates).run()
    except (ServiceError, RuntimeError) as error:
        print(
            f"\nStopped: {error}\n\nWhat runs goes on running (make down stops it). Once mended, `make resume` or `make demo` goes on.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What runs goes on running: make down stops it, make demo goes on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
