"""Reading the files of an opening book: just the bytes that the manifest names, every row as text."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from upath import UPath

from include.steps.context import StepError
from include.steps.intake.formats import read_rows
from include.steps.intake.manifest import FileFault
from include.steps.intake.parse import add_values
from include.steps.opening_book.datasets import FILES, OPTIONAL, as_given
from include.steps.opening_book.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd


def read_files(folder: UPath, manifest: Manifest) -> Mapping[str, pd.DataFrame]:
    """A frame a file, in the order of FILES: texts, the values read from them beside, and ``line``, the line in its file.

    Raises
    ------
    StepError : a file is missing, is not the one that the manifest describes, or is broken as a whole.
    """
    return {name: _read(folder / name, name, manifest.files[name].sha256) for name in FILES if name in manifest.files}


def _read(place: UPath, name: str, sha256: str | None) -> pd.DataFrame:
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise StepError(f"{place} is missing: the manifest names it") from None
    if sha256 not in (None, hashlib.sha256(content).hexdigest()):
        raise StepError(f"{place} is not the file that the manifest describes (its SHA-256 differs): fetch both again")
    dataset = FILES[name]
    try:
        texts = read_rows(content, ".csv", as_given(dataset, _header(content)))
    except FileFault as fault:
        raise StepError(f"{place}: {fault}") from None
    for column, default in OPTIONAL[dataset.name].items():
        if column not in texts:
            texts[column] = None
        texts[column] = texts[column].astype("str").fillna(default) if default else texts[column].astype("str")
    frame = add_values(texts[dataset.names], dataset)
    frame["line"] = range(2, len(frame) + 2)
    return frame


def _header(content: bytes) -> list[str]:
    first = content.partition(b"\n")[0].decode("utf-8-sig", errors="replace")
    return next(csv.reader([first.rstrip("\r")]), [])
