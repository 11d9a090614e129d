"""What is wrong with an opening book: the first faults in words, all of them in a file that says where and what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upath import UPath

from include.steps.context import StepError
from include.steps.intake.rules import Finding
from include.steps.opening_book.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 10
COLUMNS = ("file", "line", "loan_no", "column", "rule", "expected", "do")


@dataclass(frozen=True)
class Fault:
    """One rule that one row breaks, or with line 0 a file as a whole. It holds no value of the row but its loan number."""

    file: str
    line: int
    loan_no: str
    column: str
    rule: str
    expected: str
    do: str

    def words(self) -> str:
        """For a message."""
        where = f"{self.file} line {self.line} ({self.loan_no or 'no loan_no'})" if self.line else self.file
        return f"{where}: expected: {self.expected}; {self.do}"


def faults_of(file: str, frame: pd.DataFrame, findings: Iterable[Finding]) -> list[Fault]:
    """Every broken rule of one file, in the order of its lines."""
    lines, loans = frame["line"].tolist(), frame["loan_no"].fillna("").tolist()
    found = []
    for finding in findings:
        what = (finding.column, finding.rule, finding.says, finding.do)
        if finding.scope != "row":
            found += [] if finding.passed else [Fault(file, 0, "", *what[:2], f"{finding.says}; found: {finding.found()}", finding.do)]
        found += [Fault(file, lines[place], loans[place], *what) for place in finding.failed]
    return sorted(found, key=lambda fault: fault.line)


def refuse(folder: UPath, manifest: Manifest, faults: Sequence[Fault], differences: Sequence[str], records: UPath) -> None:
    """Raise where anything is wrong, with every reason written to ``<records>/book/refused-<book>.csv`` before.

    Raises
    ------
    StepError : there are faults, or totals that differ.
    """
    if not faults and not differences:
        return
    report = ""
    if faults:
        place = records / "book" / f"refused-{manifest.sha256[:12]}.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        # with its mark a spreadsheet reads it as UTF-8
        place.write_bytes(_as_csv(faults).encode("utf-8-sig"))
        bad_rows = len({(fault.file, fault.line) for fault in faults})
        report = f"{bad_rows} rows are wrong in {len(faults)} ways; every row and reason is in {place}. "
    said = [*differences, *(fault.words() for fault in faults)]
    more = f" | and {len(said) - MOST_SHOWN} more" if len(said) > MOST_SHOWN else ""
    raise StepError(f"The opening book in {folder} is refused, nothing was loaded. {report}{' | '.join(said[:MOST_SHOWN])}{more}")


def _as_csv(faults: Iterable[Fault]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(fault, column) for column in COLUMNS] for fault in faults)
    return out.getvalue()
