"""Measure the close of one date on a private server: ``python -m bench --loans 100000 --repayments 20000 --shards 2``.

Makes a book and closes its first date; then measures the second: the steps of servicing, close and reports, run by include.steps
as the pipeline's account, every trigger on and every commit durable, shards side by side in processes of their own. Then does
the posting over again the two plain ways, for comparison. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict
from datetime import date
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, make_url, text
from upath import UPath

from bench.compare import keep_copies, orm_posting, raw_update
from bench.make_book import FIRST_DATE, MEASURED, make_book, make_repayments
from include.database import engine_for
from include.day import BY_NAME, REPORTS, STEPS
from include.places import Places, home_folder
from include.steps.context import StepContext, StepError
from include.steps.ledger import run_step, shards_of, with_shard

SCHEMA = "bench"
BEFORE = tuple(step for step in STEPS if step.group in ("intake", "origination"))
TIMED = tuple(step for step in STEPS if step.group in ("servicing", "close")) + REPORTS


def run(url: URL, outbox: str, day: date, name: str, shard: int | None) -> int:
    """Run one step of ``day``, or one shard of it; return its rows."""
    place = UPath(outbox)
    context = StepContext(day, engine_for(url), Places(place, place, place, place), run_id="bench")
    return run_step(BY_NAME[name], context if shard is None else with_shard(context, shard)).rows


def close_day(app: URL, outbox: str, day: date, pool: Executor, show: bool) -> dict[str, dict[str, float]]:
    """Every timed step in order; wall-clock seconds and rows by name. The shards of a step run side by side."""
    engine = engine_for(app)
    run(app, outbox, day, "intake.check_day", None)
    with engine.begin() as connection:
        # the maker's rows are the day's intake, and nobody applies for a loan here
        for step in BEFORE:
            connection.execute(
                text("update step_run set state = 'DONE', rows_done = 0, done_at = now(6) where business_date = :day and step = :step"),
                {"day": day, "step": step.name},
            )
    measured: dict[str, dict[str, float]] = {}
    for step in TIMED:
        with engine.connect() as connection:
            shards = [shard.number for shard in shards_of(connection, step, day)] if step.sharded else [None]
        started = time.monotonic()
        rows = sum(job.result() for job in [pool.submit(run, app, outbox, day, step.name, shard) for shard in shards])
        measured[step.name] = {"seconds": time.monotonic() - started, "rows": rows}
        if show:
            print(f"  {step.name:<32}{measured[step.name]['seconds']:>9.2f} s{rows:>12,} rows", flush=True)
    return measured


def measure(owner: Engine, app: URL, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Make the book, close the day, compare; everything that the last line says."""
    os.environ["MILLRACE_SHARDS"] = str(options.shards)
    print(f"Making a book of {options.loans:,} loans", end=": ", flush=True)
    book_seconds = make_book(owner, options.loans, options.repayments)
    print(f"{book_seconds:.1f} s", flush=True)
    with ProcessPoolExecutor(options.shards, get_context("spawn")) as pool:
        list(pool.map(_warm, [app] * options.shards * 2))
        first = close_day(app, str(folder), FIRST_DATE, pool, show=False)
        print(f"Closing {FIRST_DATE}, which takes the book over: {sum(step['seconds'] for step in first.values()):.1f} s", flush=True)
        print(f"Receiving {options.repayments:,} repayments: {make_repayments(owner, options.repayments):.1f} s", flush=True)
        keep_copies(owner)
        print(f"Closing {MEASURED} in {options.shards} shards", flush=True)
        steps = close_day(app, str(folder), MEASURED, pool, show=True)
        with owner.connect() as connection:
            found, ranges = _facts(connection)
        raw = raw_update(owner, MEASURED, ranges, pool)
    orm = orm_posting(owner, MEASURED, min(options.sample, options.repayments))
    return result(options, {**found, "book_seconds": round(book_seconds, 1)}, steps, asdict(raw), orm)


def _facts(connection: Connection) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    day = {"day": MEASURED}
    ranges = connection.execute(text("select loan_from, loan_to from shard where business_date = :day"), day)
    facts = connection.execute(
        text(
            "select version() as server, (select count(*) from instalment) as instalments, (select count(*) from ledger_entry"
            " where business_date = :day and entry_type in ('REPAYMENT', 'HELD_APPLIED')) as allocations"
        ),
        day,
    ).mappings()
    return dict(facts.one()), [(row.loan_from, row.loan_to) for row in ranges]


def _warm(url: URL) -> None:
    """Let a worker import and connect before the clock runs."""
    with engine_for(url).connect() as connection:
        connection.execute(text("select 1"))
    time.sleep(0.2)


def result(
    options: argparse.Namespace, found: dict[str, Any], steps: dict[str, dict[str, float]], raw: dict[str, Any], orm: float
) -> dict[str, Any]:
    """The figures, and how they compare. A ratio says how many times as fast (ORM) or as long (raw update)."""
    posting = steps["servicing.post_repayments"]
    seconds = {group: sum(step["seconds"] for step in named) for group, named in _by_group(steps)}
    per_second = posting["rows"] / posting["seconds"]
    return {
        **found,
        "loans": options.loans,
        "repayments": options.repayments,
        "shards": options.shards,
        "repayments_per_second": round(per_second),
        "close_seconds": round(seconds["servicing"] + seconds["close"], 2),
        "reports_seconds": round(seconds["reports"], 2),
        "step_seconds": {name: round(step["seconds"], 2) for name, step in steps.items()},
        "raw_update": {**raw, "seconds": round(raw["seconds"], 2)},
        "posting_to_raw_update": round(posting["seconds"] / raw["seconds"], 2),
        "orm_repayments_per_second": round(orm),
        "posting_to_orm": round(per_second / orm, 1),
    }


def _by_group(steps: dict[str, dict[str, float]]) -> list[tuple[str, list[dict[str, float]]]]:
    return [(group, [steps[name] for name in names]) for group, names in groupby(steps, key=lambda name: name.split(".")[0])]


def show(figures: dict[str, Any]) -> None:
    """The figures for people, then as JSON on the last line."""
    raw = figures["raw_update"]
    print(
        f"{figures['server']}: {figures['repayments_per_second']:,} repayments/s posted,"
        f" close {figures['close_seconds']} s, reports {figures['reports_seconds']} s\n"
        f"  plain update of the same {raw['loans']:,} loans and {raw['instalments']:,} instalments: {raw['seconds']} s;"
        f" posting took {figures['posting_to_raw_update']} times as long\n"
        f"  one loan at a time by ORM: {figures['orm_repayments_per_second']:,} repayments/s;"
        f" posting is {figures['posting_to_orm']} times as fast"
    )
    print(json.dumps(figures))


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the close of one date on a private database server.")
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--repayments", type=int, default=20_000)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--sample", type=int, default=1_000, help="repayments that the one-at-a-time comparison posts")
    parser.add_argument("--server", type=Path, help="mariadbd or mysqld to run; by default the one found on this machine")
    parser.add_argument(
        "--url", type=make_url, help="measure a running server instead, as root; its schema `bench` is dropped and made anew"
    )
    parser.add_argument("--buffer-pool", default="2G", help="of the private server")
    options = parser.parse_args(arguments)
    home = home_folder()
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=home))
    try:
        return _with_server(options, folder)
    except StepError as error:
        print(f"The day did not close: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with_server(options: argparse.Namespace, folder: Path) -> int:
    if options.url is not None:
        show(_on_server(options, options.url, folder))
        return 0
    os.environ["MILLRACE_BUFFER_POOL"] = options.buffer_pool  # read when the module is imported
    from ops.local_database import LocalDatabase, find_server

    program = options.server or find_server()
    if program is None:
        print("No MySQL-family server on this machine: run `make setup`, or name one with --server.", file=sys.stderr)
        return 1
    server = LocalDatabase(folder / "server", program)
    server.start()
    try:
        show(_on_server(options, server.url(), folder))
    finally:
        server.stop()
    return 0


def _on_server(options: argparse.Namespace, root: URL, folder: Path) -> dict[str, Any]:
    from ops.accounts import create_account
    from tests.databases import create_schema, drop_schema

    drop_schema(root, SCHEMA)
    owner = create_schema(root, SCHEMA)
    try:
        with owner.connect() as connection:
            create_account(connection, "bench_app", "bench", "millrace_app")
        return measure(owner, owner.url.set(username="bench_app", password="bench"), folder / "outbox", options)  # noqa: S106
    finally:
        drop_schema(root, SCHEMA)
