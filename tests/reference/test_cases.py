"""Every case of the file comes out as it expects; those that don't are named in README.md with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reference.case import CASES, Case, read
from tests.reference.compare import differences
from tests.reference.report import outcome, summary

README = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
KNOWN = {line.split("|")[1].split()[0]: line.split("|")[2].strip() for line in README.splitlines() if line.startswith("| e2e-")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        given = metafunc.config.getoption("--cases")
        cases = read(Path(given) if given else CASES)
        marks = {id: pytest.mark.xfail(reason=why, strict=True) for id, why in KNOWN.items()}
        metafunc.parametrize("case", [pytest.param(case, id=case.id, marks=marks.get(case.id, ())) for case in cases])


def test_case(case: Case) -> None:
    assert differences(case) == []


def test_the_case_that_contradicts_its_siblings_passes_by_their_rule() -> None:
    """With its run a day later, every expected date as it is but the one that is the run's own."""
    (case,) = (case for case in read() if case.id == "e2e-COB-L64")
    told = json.dumps(case.raw)
    run, shown = '"date": "2023-08-09", "posted_on": "2023-08-09"', '"Added on date": "09 August 2023"'
    assert told.count(run) == told.count(shown) == 1
    later = told.replace(run, run.replace("-09", "-10")).replace(shown, shown.replace("09", "10"))
    assert differences(Case(json.loads(later.replace('"as_of_date": "2023-08-09"', '"as_of_date": "2023-08-10"')))) == []


def test_the_extended_cases_reach_their_shares() -> None:
    counts = summary((case, outcome(case)) for case in read() if case.tier == "extended")
    shares = {name: count["passed"] / count["total"] for name, count in counts.items()}
    assert set(shares) >= {"extended/with_rate", "extended/with_reversal", "extended/with_chargeback"}
    assert min(shares.values()) >= 0.8, shares


def test_the_report_counts_every_case_once_by_kind() -> None:
    results = [(case, []) for case in read()]
    counts = summary(results)
    assert sum(count["total"] for name, count in counts.items() if name.split("/")[-1] in ("core", "extended")) == len(results)
