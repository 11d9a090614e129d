"""``make test``: whole stacks in one pytest, most of the rest in another beside it; each waits for what the other does not.
The browser, the score, the benchmarks and the steps go with the stacks, so that both take about as long.

With arguments it is one pytest with those arguments.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

STACKS = ("tests/e2e", "tests/faults", "tests/browser", "tests/models", "tests/bench", "tests/steps")
PYTEST = (sys.executable, "-m", "pytest")


def main() -> int:
    """Run the tests; what the stacks' run said is printed after the other's. Returns the worse exit status."""
    if arguments := sys.argv[1:]:
        return subprocess.run([*PYTEST, *arguments]).returncode
    print(f"Beside these tests, and printed after them: {' and '.join(STACKS)}", flush=True)
    with tempfile.TemporaryFile("w+") as said:
        stacks = subprocess.Popen([*PYTEST, *STACKS], stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            rest = subprocess.run([*PYTEST, *(f"--ignore={folder}" for folder in STACKS)]).returncode
            status = stacks.wait()
        finally:
            stacks.terminate()
            stacks.wait()
            said.seek(0)
            print(said.read(), flush=True)
    return max(rest, status)


if __name__ == "__main__":
    raise SystemExit(main())
