"""What scoring gender costs and brings: ``python -m bench.score_gender``, on German credit, whose applicants' sex is known.

The same pipeline with and without it, on the same folds; then who would be approved if the best part of all applications were,
as large a part either way. The column that holds sex holds marital status too; both are left out when gender is off.
Prints two tables; the last line is JSON. docs/model.md has results.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

import include
from bench.contenders import SEED, Millrace
from bench.measure import FIGURES, difference, figures
from bench.outcome import read
from models.evaluate import Outcomes
from models.fairness import adverse_impact, approval_by_group
from models.features import Floats
from models.schema import infer, prepare
from models.score import probability

SHIPPED = Path(include.__file__).parent / "data" / "german_credit.csv"
STATUS_AND_SEX = "personal_status_and_sex"
APPROVED = 0.7


def tables(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Name of a variant to what it scores."""
    without = table.drop(columns=STATUS_AND_SEX)
    return {"off": without, "on": without.assign(gender=table[STATUS_AND_SEX].str.partition(" :")[0])}


def held_out(table: pd.DataFrame, repaid: Outcomes, folds: int, repeats: int) -> tuple[Floats, list[dict[str, float]]]:
    """Cross-validated log-odds, a column a repeat, and the figures of every fold."""
    schema = infer(table)
    frame = prepare(table, schema)
    scores, by_fold = np.zeros((len(frame), repeats)), []
    for repeat in range(repeats):
        for learn, check in StratifiedKFold(folds, shuffle=True, random_state=SEED + repeat).split(frame, repaid):
            scores[check, repeat] = Millrace(schema).fit(frame.iloc[learn], repaid[learn]).log_odds(frame.iloc[check])
            by_fold.append(figures(repaid[check], scores[check, repeat]))
    return scores, by_fold


def treatment(gender: pd.Series[Any], repaid: Outcomes, scores: Floats) -> pd.DataFrame:
    """By gender: approval, bad rate and what was predicted, means over the repeats; ``ratio`` is the adverse-impact ratio."""
    applications = pd.DataFrame({"gender": gender})
    parts = []
    for values in scores.T:
        approved = values >= np.quantile(values, 1 - APPROVED)
        by_group = approval_by_group(applications, approved, repaid)
        predicted = [float(1 - probability(values)[gender == group].mean()) for group in by_group["group"]]
        parts.append(by_group.assign(predicted_bad_rate=predicted, adverse_impact=adverse_impact(by_group)["gender"]))
    columns = ["rows", "approval_rate", "bad_rate", "predicted_bad_rate", "bad_rate_approved", "adverse_impact"]
    return pd.concat(parts).groupby("group", as_index=False)[columns].mean()


def run(data: Path, folds: int, repeats: int) -> dict[str, Any]:
    """Figures of both variants, the paired difference, and the treatment of each gender."""
    table, repaid = read(data, "default")
    gender = tables(table)["on"]["gender"]
    found: dict[str, Any] = {}
    measured = {}
    for name, scored in tables(table).items():
        scores, measured[name] = held_out(scored, repaid, folds, repeats)
        found[name] = {figure: float(np.mean([fold[figure] for fold in measured[name]])) for figure in FIGURES}
        found[name] |= {f"{figure}_sd": float(np.std([fold[figure] for fold in measured[name]], ddof=1)) for figure in FIGURES}
        found[name]["treatment"] = treatment(gender, repaid, scores).to_dict("records")
    paired = [on["auc"] - off["auc"] for on, off in zip(measured["on"], measured["off"], strict=True)]
    mean, low, high = difference(paired, 1 / (folds - 1))
    return found | {"auc_on_less_off": mean, "low": low, "high": high, "folds": folds, "repeats": repeats}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.score_gender", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=SHIPPED)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    with threadpool_limits(1):
        found = run(options.data, options.folds, options.repeats)
    for name in ("off", "on"):
        print(
            f"gender {name}: " + ", ".join(f"{figure} {found[name][figure]:.4f} ± {found[name][f'{figure}_sd']:.4f}" for figure in FIGURES)
        )
        print(pd.DataFrame(found[name]["treatment"]).round(4).to_string(index=False))
    print(f"AUC on less off {found['auc_on_less_off']:+.4f} ({found['low']:+.4f} to {found['high']:+.4f})")
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
