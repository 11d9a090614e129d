"""Run a file of reference cases and print what passes: ``python -m tests.reference.report FILE``.

The last line is JSON: passed and total by kind and tier, and of the extended cases by what they hold.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.reference.case import CASES, Case, read
from tests.reference.compare import differences

HOLDS = {"with_rate": "has_rate", "with_reversal": "has_reversal", "with_chargeback": "has_chargeback"}


def outcome(case: Case) -> list[str]:
    """What differs; what cannot even be told is a difference too."""
    try:
        return differences(case)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def summary(results: Iterable[tuple[Case, list[str]]]) -> dict[str, dict[str, int]]:
    """Passed and total, by kind and tier, by verified_by_recomputation, and of the extended ones by what they hold."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"passed": 0, "total": 0})
    for case, found in results:
        names = [f"{case.kind}/{case.tier}"]
        names += ["verified"] if case.verified else []
        if case.tier == "extended":
            names += [f"extended/{name}" for name, attribute in HOLDS.items() if getattr(case, attribute)]
        for name in names:
            counts[name]["total"] += 1
            counts[name]["passed"] += not found
    return dict(sorted(counts.items()))


def main(arguments: list[str]) -> int:
    """Print the table of what fails and why, the counts, and the JSON line."""
    results = [(case, outcome(case)) for case in read(Path(arguments[0]) if arguments else CASES)]
    for case, found in results:
        if found:
            print(f"{case.id:40} {case.kind:22} {case.tier:9} {len(found):3} differ: {found[0][:160]}")
    counts = summary(results)
    for name, count in counts.items():
        print(f"{name:36} {count['passed']:4} of {count['total']:4}")
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
