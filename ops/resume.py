"""``make resume``: after a failure, let Airflow go on where it stopped.

Clears the failed tasks of every failed run (a business date is found again by its partition key), and unpauses the
DAGs that a failure had paused. Steps that are done answer with their recorded counts: nothing is booked twice.
"""

from __future__ import annotations

import sys

from ops.airflow_api import AirflowApi, base_url
from ops.services import ServiceError

DAGS = ("business_day", "reports", "credit_model")


def resume(api: AirflowApi) -> list[str]:
    """Clear and unpause; returns what was done, a line each."""
    did = []
    for dag in DAGS:
        for run in api.runs(dag, state="failed"):
            cleared = api.clear_failed(dag, run["dag_run_id"])
            did.append(f"{dag} {run.get('partition_key') or run['dag_run_id']}: {cleared} tasks run again")
        if api.get(f"/dags/{dag}")["is_paused"]:
            api.unpause(dag)
            did.append(f"{dag}: unpaused")
    return did


def main() -> int:
    """Command line. Returns the exit status."""
    try:
        did = resume(AirflowApi())
    except ServiceError as error:
        print(f"{error}\nIs it running? `make demo` starts it.", file=sys.stderr)
        return 1
    print("\n".join(did) or "Nothing has failed and nothing is paused.")
    print(f"Follow it at {base_url()}/dags/business_day")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
