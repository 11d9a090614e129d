"""The outcome of a file: 1 where the loan went bad in the file, 1 where it was repaid in what is computed with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.evaluate import Outcomes
from models.table import read_text

WORDS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}  # in either case


def read(path: Path, target: str) -> tuple[pd.DataFrame, Outcomes]:
    """Table of text without the outcome, and 1 where the loan was repaid; rows without an outcome are left out.

    Raises
    ------
    ValueError : no such column, or it does not hold both outcomes and nothing else.
    """
    table = read_text(path)
    if target not in table:
        raise ValueError(f"{path} has no column {target}: say which holds the outcome with --target; there are {', '.join(table.columns)}")
    table = table[table[target].notna()].reset_index(drop=True)
    cells = table.pop(target)
    bad = _as_numbers(cells)
    if set(bad) != {0, 1}:
        raise ValueError(
            f"{path}: {target} must be 0 (repaid) or 1 (bad), or no and yes, or false and true, and both must occur;"
            f" found {', '.join(sorted(set(cells))[:5]) or 'nothing'}. Correct it, or name another column with --target"
        )
    return table, (1 - bad).to_numpy(dtype=np.int64)


def copies(table: pd.DataFrame, repaid: Outcomes) -> list[str]:
    """Columns that are the outcome once more: two values, one for each outcome."""
    found = []
    for column in table.columns:
        numbers = _as_numbers(table[column])
        values = numbers if numbers.notna().all() else table[column].fillna("")
        if values.nunique() == 2 and len(set(zip(values, repaid.tolist(), strict=True))) == 2:
            found.append(str(column))
    return found


def _as_numbers(cells: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_numeric(cells, errors="coerce").astype(np.float64).fillna(cells.str.lower().map(WORDS).astype(np.float64))
