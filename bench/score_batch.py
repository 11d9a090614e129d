"""Measure batch scoring from the database to the database: ``python -m bench.score_batch --rows 1000000``.

Fits the score on the shipped history, makes so many waiting applications from it on a private server, and scores them by the
code of origination.score_applications as the pipeline's account: read, score, write with reasons and features, commit. Then
scores the same applications in memory. Single-threaded in this process; the server has the other core. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, make_url, text

from bench.make_book import FIRST_DATE, numbers, run_file, tidy
from include.database import engine_for, run_sql, run_sql_many
from include.places import Places, home_folder
from include.steps.context import StepContext

SCHEMA = "bench_score"
APPLICANT = (
    "amount", "tenor", "price", "age", "gender", "marital", "housing", "occupation", "seniority", "income", "expenses", "assets",
    "debts", "adverse_record",
)  # fmt: skip


def make_applications(owner: Engine, rows: int) -> None:
    """``rows`` applications in state NEW on FIRST_DATE, which is opened."""
    from models.history import read

    applicants, _ = read()
    plain = applicants[list(APPLICANT)].astype(object).where(applicants[list(APPLICANT)].notna(), None).replace("", None)
    with owner.connect() as connection:
        connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": FIRST_DATE})
        connection.execute(text("create table bench_applicant as select 0 as n, a.* from application as a where 1 = 0"))
        names = ", ".join(APPLICANT)
        missing = {"application_no": "x", "customer_id": 0, "product_code": "x", "business_date": FIRST_DATE}
        columns = f"n, {names}, {', '.join(missing)}"
        values = ", ".join(f":{name}" for name in ("n", *APPLICANT, *missing))
        connection.execute(
            text(f"insert into bench_applicant ({columns}) values ({values})"),  # noqa: S608
            [{"n": number, **missing, **row} for number, row in enumerate(plain.to_dict("records"))],
        )
        numbers(connection, rows)
        connection.execute(text("set @actor = 'bench'"))
        run_file(connection, "applications", {"business_date": FIRST_DATE, "applications": rows})
        connection.commit()
        tidy(connection, "bench_number", "bench_applicant")


def approve_model(owner: Engine) -> None:
    """A version fitted on the shipped history, approved; scoring takes it from the database, as while MLflow is away."""
    from models.convert import scorecard_of
    from models.features import FEATURES, feature_frame, switched_on, usable
    from models.history import read
    from models.pipeline import FitSettings, fit
    from models.reference import reference
    from models.score import score
    from models.scorecard import sha256

    applications, repaid = read()
    features = usable(applications, switched_on())
    frame = feature_frame(applications, features)
    card = scorecard_of(fit(frame, repaid, features, FitSettings.from_policy()), frame, features)
    bins = reference(feature_frame(applications, usable(applications, FEATURES)), score(card, applications).points)
    model = {"model_name": card.name, "model_version": "1"}
    table = card.to_json()
    recorded = {"sha256": sha256(table), "coefficients": table, "metrics": "{}", "run_id": "bench"}
    with owner.begin() as connection:
        run_sql(connection, "credit_model/model_register", {**model, **recorded})
        run_sql(connection, "credit_model/model_promote", {**model, "promoted_by": "bench", "reason": "bench"})
        run_sql_many(connection, "credit_model/reference_insert", [{**model, **vars(item)} for item in bins])
    os.environ["MLFLOW_TRACKING_URI"] = "http://127.0.0.1:9"


def measure(owner: Engine, app: Engine, rows: int, server: int | None = None) -> dict[str, Any]:
    """Make applications and model, score from the database to the database and in memory; everything that the last line says."""
    from models.champion import champion

    print(f"Making {rows:,} applications", flush=True)
    make_applications(owner, rows)
    approve_model(owner)
    found: dict[str, Any] = {"rows": rows}
    with app.connect() as connection:
        found["server"] = connection.scalar(text("select version()"))
        model = champion(connection)
        connection.commit()
        found |= _in_memory(connection, model)
        found |= _end_to_end(connection, app, model, server)
        written = connection.execute(text("select count(*), sum(octet_length(features)) from application_score")).one()
        if written[0] != rows:
            raise RuntimeError(f"{written[0]} scores were written of {rows} applications")
        found["features_bytes_a_row"] = round(float(written[1]) / rows)
    found["share_of_in_memory"] = round(found["end_to_end_per_second"] / found["in_memory_per_second"], 3)
    found["share_of_in_memory_by_cpu"] = round(found["end_to_end_per_cpu_second"] / found["in_memory_per_cpu_second"], 3)
    return found


def _in_memory(connection: Any, model: Any) -> dict[str, Any]:
    """Rows per second of the scoring alone, on frames that are there; and with reasons and features as the text that is stored."""
    from include.steps.origination.score_rows import as_lines, waiting_applications
    from models.score import score

    chunks = list(waiting_applications(connection))
    connection.rollback()
    rows = sum(map(len, chunks))
    started, used = time.perf_counter(), _cpu()
    scored = [score(model.scorecard, chunk) for chunk in chunks]
    scoring, scoring_cpu = time.perf_counter() - started, _cpu() - used
    for chunk, scores in zip(chunks, scored, strict=True):
        as_lines(chunk["application_id"].to_numpy(), scores)
    return {
        "in_memory_per_second": round(rows / scoring),
        "in_memory_per_cpu_second": round(rows / scoring_cpu),
        "in_memory_with_text_per_second": round(rows / (time.perf_counter() - started)),
    }


def _end_to_end(connection: Any, app: Engine, model: Any, server: int | None) -> dict[str, Any]:
    """Rows per second from reading the first application to the commit of the last score; and moving the states after it.

    Processor time of this process and of the server (process id ``server``) says what it costs on a machine that has other work.
    """
    from include.steps.origination.score import score_all, scorer_of
    from include.steps.origination.score_rows import waiting_applications

    place = Places.from_environment()
    context = StepContext(FIRST_DATE, app, place, run_id="bench")
    used, used_by_server, started = _cpu(), _cpu_of(server), time.perf_counter()
    connection.execute(text("set @actor = 'bench'"))
    chunks = waiting_applications(connection)
    rows = score_all(connection, [scorer_of(connection, context, model, "CHAMPION")], next(chunks), chunks)
    connection.commit()
    seconds = time.perf_counter() - started
    cpu, server_cpu = _cpu() - used, _cpu_of(server) - used_by_server
    moving = time.perf_counter()
    run_sql(connection, "credit_model/score_move", {"model_name": model.name, "model_version": model.version, "reason": "bench"})
    connection.commit()
    return {
        "end_to_end_per_second": round(rows / seconds),
        "end_to_end_seconds": round(seconds, 2),
        "python_cpu_seconds": round(cpu, 2),
        "server_cpu_seconds": round(server_cpu, 2),
        "end_to_end_per_cpu_second": round(rows / (cpu + server_cpu)),
        "states_moved_per_second": round(rows / (time.perf_counter() - moving)),
    }


def _cpu() -> float:
    """Seconds of processor time that this process used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _cpu_of(process: int | None) -> float:
    """The same of another process; 0 where it is not known."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(figures: dict[str, Any]) -> None:
    """The figures for people, then as JSON on the last line."""
    print(
        f"{figures['server']}: {figures['rows']:,} applications scored from the database to the database in"
        f" {figures['end_to_end_seconds']} s, {figures['end_to_end_per_second']:,} a second\n"
        f"  processor time: {figures['python_cpu_seconds']} s of this process, {figures['server_cpu_seconds']} s of the server,"
        f" {figures['end_to_end_per_cpu_second']:,} applications a second of both; in memory {figures['in_memory_per_cpu_second']:,}\n"
        f"  in memory {figures['in_memory_per_second']:,} a second, with reasons and features as text"
        f" {figures['in_memory_with_text_per_second']:,}; end to end is {figures['share_of_in_memory']:.1%} of the former\n"
        f"  moving the states, with a line of history each: {figures['states_moved_per_second']:,} a second"
    )
    print(json.dumps(figures))


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.score_batch", description="Measure batch scoring on a private server.")
    parser.add_argument("--rows", type=int, default=100_000, help="applications to score")
    parser.add_argument("--server", type=Path, help="a server program other than the one that is found")
    parser.add_argument("--url", type=make_url, help="root address of a running server instead of a private one; bench_score is dropped")
    options = parser.parse_args(arguments)
    home = home_folder()
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=home))
    try:
        if options.url is not None:
            show(_on_server(options.url, options.rows))
            return 0
        os.environ.setdefault("MILLRACE_BUFFER_POOL", "2G")
        from ops.local_database import LocalDatabase, find_server

        program = options.server or find_server()
        if program is None:
            print("No MySQL-family server on this machine: run `make setup`, or name one with --server.", file=sys.stderr)
            return 1
        server = LocalDatabase(folder / "server", program)
        server.start()
        try:
            show(_on_server(server.url(), options.rows, server.pid))
        finally:
            server.stop()
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _on_server(root: URL, rows: int, server: int | None = None) -> dict[str, Any]:
    from ops.accounts import create_account
    from tests.databases import create_schema, drop_schema

    drop_schema(root, SCHEMA)
    owner = create_schema(root, SCHEMA)
    try:
        with owner.connect() as connection:
            create_account(connection, "bench_app", "bench", "millrace_app")
        return measure(owner, engine_for(owner.url.set(username="bench_app", password="bench")), rows, server)  # noqa: S106
    finally:
        drop_schema(root, SCHEMA)


if __name__ == "__main__":
    raise SystemExit(main())
