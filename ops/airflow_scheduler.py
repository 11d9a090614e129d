"""Airflow's scheduler, with what the steps import loaded before it starts: ``airflow scheduler`` otherwise.

The LocalExecutor forks every task from this process. Great Expectations alone takes 5 to 10 s to import; loaded here,
once, each validation finds it in memory. A server with Celery workers pays that price once a worker process instead.
"""

from __future__ import annotations

import gc
import sys

from include.steps.intake.rules import quietly_import


def main() -> int:
    """Load, then be ``airflow scheduler`` with the arguments given."""
    quietly_import()
    gc.freeze()  # what is loaded stays shared with the forks: their garbage collectors leave it alone
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", "scheduler", *sys.argv[1:]]
    airflow()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
