"""Run days without Airflow, by the same steps in the same order: ``python -m include.day DATE [LAST_DATE]``."""

from __future__ import annotations

import argparse
import logging
import sys
from datetime import date, timedelta

from include.database import engine
from include.day import HAND_ON, REPORTS, STEPS, Step
from include.places import Places
from include.steps.context import StepContext, StepError
from include.steps.ledger import run_step, shards_of, with_shard


def run_day(context: StepContext, steps: tuple[Step, ...] = (*STEPS, *REPORTS, *HAND_ON)) -> None:
    """Run ``steps`` of one date in order, shards one after the other. Steps that are done are skipped."""
    for step in steps:
        with context.engine.connect() as connection:
            shards = shards_of(connection, step, context.business_date)
        for shard in shards:
            run_step(step, with_shard(context, shard.number) if step.sharded else context)


def main(arguments: list[str] | None = None) -> int:
    """Command line of ``python -m include.day``. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.day", description="Run business dates without Airflow; what is done is skipped."
    )
    parser.add_argument("first", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("last", type=date.fromisoformat, metavar="LAST_DATE", nargs="?")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    day, last = options.first, options.last or options.first
    while day <= last:
        try:
            run_day(StepContext(day, engine(), Places.from_environment(), run_id=f"shell__{day}"))
        except StepError as error:
            print(f"{day} stopped: {error}", file=sys.stderr)
            return 1
        day += timedelta(days=1)
    return 0
