"""``manifest.json`` of an opening book: the cut-over, the files that belong to it, and the totals that must come out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from upath import UPath

from include.steps.context import StepError
from include.steps.opening_book.datasets import FILES

TOTALS = ("loans", "instalments", "principal_outstanding", "arrears", "penalty", "held_money")
BY_STATE = ("loans", "principal", "charged_off")
STATES = ("RUNNING", "PAID_OFF", "WRITTEN_OFF")
HISTORY = ("events", "disbursed", "repaid", "charged_off", "recovered")

Totals = dict[str, Decimal]

_AMOUNT = re.compile(r"-?\d{1,16}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class FileEntry:
    """What the manifest says of one file."""

    rows: int
    sha256: str | None


@dataclass(frozen=True)
class Manifest:
    """What an opening book must hold.

    Attributes
    ----------
    files : by name; history.csv may be missing, loans.csv and instalments.csv never.
    totals : by name, those of a state as ``PAID_OFF loans``, those of the history as ``history repaid``; amounts in currency units.
    sha256 : of the manifest itself, which names the hashes of its files: it stands for the book as a whole.
    """

    cut_over: date
    first_date: date
    files: Mapping[str, FileEntry]
    totals: Totals
    sha256: str


def read_manifest(folder: UPath) -> Manifest:
    """Read and check the manifest in ``folder``.

    Raises
    ------
    StepError : it is missing or something in it is missing or malformed; the message says what to write.
    """
    place = folder / "manifest.json"
    try:
        content = place.read_bytes()
        fields = json.loads(content.decode("utf-8-sig"), parse_float=str)
    except FileNotFoundError:
        raise StepError(
            f"No opening book in {folder}: put loans.csv, instalments.csv and manifest.json there, or name it with --from"
        ) from None
    except ValueError:
        raise StepError(f"{place} is not JSON in UTF-8") from None
    if not isinstance(fields, dict) or fields.get("dataset") != "book" or not isinstance(fields.get("files"), dict):
        raise StepError(f'{place} is not that of an opening book: it needs "dataset": "book" and "files"')
    try:
        return Manifest(
            cut_over=_date(fields, "cut_over"),
            first_date=_date(fields, "first_date"),
            files=_files(fields["files"]),
            totals=_totals(fields),
            sha256=hashlib.sha256(content).hexdigest(),
        )
    except ValueError as error:
        raise StepError(f"{place}: {error}") from None


def _date(fields: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(fields.get(name)))
    except ValueError:
        raise ValueError(f"{name} must be a date like 2026-03-01") from None


def _files(listed: Mapping[str, Any]) -> dict[str, FileEntry]:
    if unknown := sorted(set(listed) - set(FILES)):
        raise ValueError(f"files lists {', '.join(unknown)}, a book has {', '.join(FILES)}")
    if missing := [name for name in ("loans.csv", "instalments.csv") if name not in listed]:
        raise ValueError(f"files does not list {' and '.join(missing)}")
    return {name: _file(name, entry) for name, entry in listed.items()}


def _file(name: str, entry: Any) -> FileEntry:
    rows = entry.get("rows") if isinstance(entry, dict) else None
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
        raise ValueError(f'files must say how many rows {name} has: {{"rows": 123, "sha256": "..."}}')
    digest = entry.get("sha256")
    return FileEntry(rows, None if digest is None else str(digest).lower())


def _totals(fields: Mapping[str, Any]) -> Totals:
    found = _amounts("totals", fields.get("totals"), TOTALS)
    for state, group in (fields.get("by_state") or {}).items():
        if state not in STATES:
            raise ValueError(f"by_state has {state}, a loan is one of {', '.join(STATES)}")
        found |= {f"{state} {name}": value for name, value in _amounts(f"by_state.{state}", group, BY_STATE).items()}
    if "history.csv" in fields["files"]:
        found |= {f"history {name}": value for name, value in _amounts("history", fields.get("history"), HISTORY).items()}
    return found


def _amounts(where: str, group: Any, names: tuple[str, ...]) -> Totals:
    given = group if isinstance(group, dict) else {}
    if missing := [name for name in names if not _AMOUNT.fullmatch(str(given.get(name)))]:
        raise ValueError(f'{where} needs {", ".join(missing)}: numbers like 6 or amounts like "1234.56"')
    return {name: Decimal(str(given[name])) for name in names}
