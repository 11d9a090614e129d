"""The credit score beside other models on any CSV file: ``python bench/score.py --data FILE --target default [--test FILE]``.

The outcome is 1 (yes, true) where the loan went bad and 0 (no, false) where it was repaid. Column types are worked out from the
values. Without ``--test`` all models are measured on the same folds by nested cross-validation with fixed seeds; with it they are
fitted to the whole of ``--data`` and measured on the other file. A table for people goes first, then one JSON line a model: AUC, KS,
Brier score and calibration slope with their standard deviation over the folds, and the difference of its AUC to one-hot
logistic regression with a 95% interval; or the error of a model that failed. The exit status is 1 where ours failed, 2 where
nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

if not __package__:
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file

from bench.contenders import OURS
from bench.measure import FIGURES, cross_validated, on_other_file, possible_folds
from bench.outcome import copies, read
from models.schema import Schema, infer, prepare


def compare(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Run what the options ask for."""
    table, repaid = read(options.data, options.target)
    copied = copies(table, repaid)
    for column in copied:
        _notice(f"left out: {column} is a copy of the outcome")
    table = table.drop(columns=copied)
    schema = infer(table)
    frame = prepare(table, schema)
    _notice(f"{len(frame)} rows, {1 - repaid.mean():.3f} of them bad, {len(schema.features)} features")
    for column, reason in schema.left_out.items():
        _notice(f"left out: {column} {reason}")
    with threadpool_limits(1):
        if options.test is None:
            folds = possible_folds(repaid, options.folds)
            if folds < options.folds:
                _notice(f"{folds} folds in place of {options.folds}: the rarer outcome occurs {folds} times")
            return cross_validated(frame, repaid, schema, folds, options.repeats)
        other, outcome = read(options.test, options.target)
        return on_other_file(frame, repaid, schema, prepare(_completed(other, schema, options.test), schema), outcome)


def _completed(table: pd.DataFrame, schema: Schema, path: Path) -> pd.DataFrame:
    """With an empty column for each that the file does not have.

    Raises
    ------
    ValueError : it has none of them.
    """
    absent = [column for column in schema.forms if column not in table]
    if len(absent) == len(schema.forms):
        raise ValueError(f"{path} has none of the columns of --data: give a file with the same header")
    for column in absent:
        _notice(f"{path} has no column {column}: missing in all of its rows")
    return table.assign(**dict.fromkeys(absent))


def _notice(text: str) -> None:
    print(text, file=sys.stderr)


def show(results: Sequence[dict[str, Any]]) -> None:
    """A table, then a JSON line a model."""
    print(f"{'model':20}{'AUC':>16}{'KS':>16}{'Brier':>16}{'slope':>16}  AUC less one-hot's")
    for result in results:
        print(f"{result['model']:20}{_row(result)}")
    for result in results:
        print(json.dumps({name: _rounded(value) for name, value in result.items()}))


def _row(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"  failed: {result['error']}"
    cells = "".join(f" {_with_spread(result[figure], result[f'{figure}_sd']):>15}" for figure in FIGURES)
    if "difference_to_one_hot" not in result:
        return cells
    return f"{cells}  {result['difference_to_one_hot']:+.4f} ({result['difference_low']:+.4f} to {result['difference_high']:+.4f})"


def _with_spread(value: float, spread: float | None) -> str:
    return f"{value:.4f}" if spread is None else f"{value:.4f} ± {spread:.3f}"


def _rounded(value: Any) -> Any:
    """For JSON, which has no word for what is not finite."""
    if not isinstance(value, float):
        return value
    return round(value, 5) if math.isfinite(value) else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="CSV file with a header")
    parser.add_argument("--target", default="default", help="its column with the outcome, 1 = bad")
    parser.add_argument("--test", type=Path, help="CSV file to measure on, with the same columns")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=1, help="of the cross-validation, each with folds of its own")
    options = parser.parse_args(arguments)
    if options.folds < 2 or options.repeats < 1:
        parser.error("--folds must be at least 2 and --repeats at least 1")
    try:
        results = compare(options)
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    show(results)
    return int(any(result["model"] == OURS and "error" in result for result in results))


if __name__ == "__main__":
    raise SystemExit(main())
