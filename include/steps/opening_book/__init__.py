"""Reading an opening book: ``manifest.json``, ``loans.csv``, ``instalments.csv`` and, where there is one, ``history.csv``.

The book holds, as of the end of the cut-over date, every loan: a running one with its remaining schedule (what is still owed
of each instalment), one that is paid off or written off with what became of it. It is taken over as a whole or not at all.
The columns are in include/data/README.md, the rules in expectations/book_*.json.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from upath import UPath

from include.steps.intake import rules
from include.steps.opening_book.across import add_across
from include.steps.opening_book.datasets import FILES
from include.steps.opening_book.files import read_files
from include.steps.opening_book.manifest import Manifest, Totals, read_manifest
from include.steps.opening_book.refusal import Fault, faults_of, refuse
from include.steps.opening_book.totals import differences, totals_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Manifest", "OpeningBook", "Totals", "read_book", "read_manifest"]


@dataclass(frozen=True)
class OpeningBook:
    """A book that is whole and agrees with itself and its control totals.

    Attributes
    ----------
    frames : by file name, texts and values of every row; ``history.csv`` where the book has one.
    totals : every control total of the files, also those that the manifest does not give.
    """

    manifest: Manifest
    frames: Mapping[str, pd.DataFrame]
    totals: Totals


def read_book(folder: UPath, manifest: Manifest, product_codes: Collection[str], records: UPath) -> OpeningBook:
    """Read and check the book in ``folder``.

    Parameters
    ----------
    product_codes : products that loans may have.
    records : where a refusal writes its report.

    Raises
    ------
    StepError : something is missing, malformed or does not add up; the message says where, without personal data.
    """
    frames = read_files(folder, manifest)
    add_across(frames, manifest.cut_over)
    totals = totals_of(frames)
    refuse(folder, manifest, _judge(frames, manifest, product_codes), differences(totals, manifest.totals), records)
    return OpeningBook(manifest, frames, totals)


def _judge(frames: Mapping[str, pd.DataFrame], manifest: Manifest, product_codes: Collection[str]) -> list[Fault]:
    rules.quietly_import()
    found: list[Fault] = []
    for name, frame in frames.items():
        parameters = {"rows_expected": manifest.files[name].rows, "product_codes": sorted(product_codes)}
        found += faults_of(name, frame, rules.judge(FILES[name], frame, parameters))
    return found
