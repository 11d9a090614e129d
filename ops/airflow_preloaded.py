"""Airflow's command line, with what the steps import loaded before it starts: ``airflow_preloaded.py scheduler``.

The LocalExecutor forks every task from the scheduler, Celery from its worker. Great Expectations alone takes 5 to 10 s to
import; loaded here, once, each validation finds it in memory.
"""

from __future__ import annotations

import gc
import sys

from include.steps.intake.rules import quietly_import


def main() -> int:
    """Load, then be ``airflow`` with the arguments given."""
    quietly_import()
    gc.freeze()  # what is loaded stays shared with the forks: their garbage collectors leave it alone
    from airflow.__main__ import main as airflow

    sys.argv[0] = "airflow"
    airflow()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
