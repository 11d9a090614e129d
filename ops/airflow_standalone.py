"""Run a local Airflow: scheduler, DAG processor, triggerer and web server, until one of them ends or we are told to stop.

``airflow standalone`` does nearly that, but goes on when its web server is dead, opens log servers on every network
interface (which nobody needs where all logs are on this disk), and costs a fifth process of Airflow.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

AIRFLOW = str(Path(sys.executable).parent / "airflow")
PARTS: dict[str, list[str]] = {
    "api-server": [AIRFLOW, "api-server"],
    # -P: this folder does not become a place to import from
    "scheduler": [sys.executable, "-P", str(Path(__file__).with_name("airflow_preloaded.py")), "scheduler", "--skip-serve-logs"],
    "dag-processor": [AIRFLOW, "dag-processor"],
    "triggerer": [AIRFLOW, "triggerer", "--skip-serve-logs"],
}
STOP_WITHIN = 20.0  # seconds, then they are killed


class Stopped(Exception):
    """We were told to stop."""


def main() -> int:
    """Migrate the metadata database, start the parts, and stay. Returns 0 when told to stop, 1 when a part ended."""
    signal.signal(signal.SIGTERM, _stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        subprocess.run([AIRFLOW, "db", "migrate"], check=True)
        # a process group each: a scheduler that is killed leaves its workers behind
        running |= {name: subprocess.Popen(command, process_group=0) for name, command in PARTS.items()}
        while True:
            for name, process in running.items():
                if process.poll() is not None:
                    print(f"airflow {name} ended with status {process.returncode}: stopping the others", flush=True)
                    return 1
            time.sleep(0.5)
    except (Stopped, KeyboardInterrupt):
        return 0
    finally:
        _end(running)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def _end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in running.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    raise SystemExit(main())
