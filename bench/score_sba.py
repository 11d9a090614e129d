"""The score on real small-business loans, out of time: ``python -m bench.score_sba [--before 2004]``.

Fitted to loans of the US Small Business Administration approved before a year and measured on those approved from then on,
through the years before the crisis of 2008: a population that drifts and an outcome that gets worse. Scored is what was known at
approval; ``term`` leaks the outcome (a loan that fails ends early) and stays out, as do disbursement and charge-off. Prints
figures by year, drift, what the gates say and what recalibration does; the last line is JSON. docs/model.md has results.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

import include
from bench.contenders import Millrace
from bench.measure import figures
from bench.outcome import read
from models.drift import psi, psi_by_feature
from models.evaluate import Outcomes, calibration_line, measure
from models.features import Floats, feature_frame
from models.gates import check
from models.pipeline import FitSettings
from models.schema import infer, prepare
from models.score import probability

SHIPPED = Path(include.__file__).parent / "data" / "sba_loans.csv"
KNOWN_AT_APPROVAL = [
    "state", "bank_state", "naics2", "no_emp", "new_exist", "create_job", "retained_job", "urban_rural", "rev_line_cr", "low_doc",
    "gr_appv", "sba_appv",
]  # fmt: skip
CODES = ["naics2", "new_exist", "urban_rural"]  # numbers that are names


def known_at_approval(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that may be scored: codes as text, whether it is a franchise, whether the bank is of the borrower's state."""
    known = table[KNOWN_AT_APPROVAL].assign(**{column: "code " + table[column] for column in CODES})
    return known.assign(
        franchise=np.where(table["franchise_code"].isin(["0", "1"]), "no", "yes"),
        bank_of_state=np.where(table["state"] == table["bank_state"], "yes", "no"),
    )


def held_out(frame: pd.DataFrame, repaid: Outcomes, model: Millrace, settings: FitSettings) -> Floats:
    """Cross-validated scores of the years fitted to."""
    scores = np.zeros(len(frame))
    for learn, check_rows in StratifiedKFold(settings.outer_folds, shuffle=True, random_state=settings.seed).split(frame, repaid):
        scores[check_rows] = Millrace(model.schema).fit(frame.iloc[learn], repaid[learn]).log_odds(frame.iloc[check_rows])
    return scores


def shifted(repaid: Outcomes, scores: Floats) -> float:
    """What must be added to the scores for their mean probability to be the share repaid."""
    return float(brentq(lambda shift: probability(scores + shift).mean() - repaid.mean(), -20, 20))


def recalibration(years: Floats, repaid: Outcomes, scores: Floats, first: int) -> list[dict[str, Any]]:
    """Figures on the years after ``first``: as fitted, and recalibrated on the loans of ``first`` alone, or each year on the one before."""
    on, after = years == first, years > first
    slope, intercept = calibration_line(repaid[on], scores[on])
    rolling, shift = scores.copy(), 0.0
    for year in np.unique(years[after]):
        before = years == year - 1
        # a year whose year before has too few loans keeps the shift of the last that had enough
        shift = shifted(repaid[before], scores[before]) if min(repaid[before].sum(), (1 - repaid[before]).sum()) >= 20 else shift
        rolling[years == year] += shift
    variants = {
        "as fitted": scores,
        f"intercept from {first}": scores + shifted(repaid[on], scores[on]),
        f"intercept and slope from {first}": intercept + slope * scores,
        "intercept from the year before": rolling,
    }
    rows = []
    for name, values in variants.items():
        measured = measure(repaid[after], values[after])
        rows.append(
            {
                "scores": name,
                "predicted_bad_rate": float(1 - probability(values[after]).mean()),
                "bad_rate": float(1 - repaid[after].mean()),
            }
            | {figure: measured[figure] for figure in ("auc_pooled", "brier", "log_loss", "calibration_slope", "calibration_intercept")}
        )
    return rows


def by_year(years: Floats, repaid: Outcomes, scores: Floats) -> list[dict[str, Any]]:
    """Loans, bad rate observed and predicted, AUC and calibration slope by year of approval."""
    rows = []
    for year in np.unique(years):
        of = years == year
        if min(repaid[of].sum(), (1 - repaid[of]).sum()) < 20:
            continue
        found = figures(repaid[of], scores[of])
        predicted = float(1 - probability(scores[of]).mean())
        rows.append(
            {"year": int(year), "loans": int(of.sum()), "bad_rate": float(1 - repaid[of].mean()), "predicted_bad_rate": predicted} | found
        )
    return rows


def run(data: Path, before: int) -> dict[str, Any]:
    """All results."""
    table, repaid = read(data, "default")
    years = pd.to_datetime(table["approval_date"]).dt.year.to_numpy()
    known = known_at_approval(table)
    early = years < before
    schema = infer(known[early])
    frame = prepare(known, schema)
    settings = FitSettings.from_policy()
    model = Millrace(schema).fit(frame[early], repaid[early])
    scores = model.log_odds(frame)
    within = measure(repaid[early], held_out(frame[early].reset_index(drop=True), repaid[early], model, settings))
    later = measure(repaid[~early], scores[~early])
    values = feature_frame(frame, model.features)
    judged = {"auc": later["auc_pooled"], "ks": later["ks_pooled"], "psi": psi(scores[early], scores[~early]), "wrong_signs": 0.0}
    judged |= {name: later[name] for name in ("brier", "calibration_slope")}
    return {
        "fitted_to": int(early.sum()),
        "measured_on": int((~early).sum()),
        "bad_rate_fitted": float(1 - repaid[early].mean()),
        "bad_rate_measured": float(1 - repaid[~early].mean()),
        "within": within,
        "out_of_time": later,
        "psi": judged["psi"],
        "drift": psi_by_feature(values[early], values[~early]).to_dict("records"),
        "by_year": by_year(years[~early], repaid[~early], scores[~early]),
        "gates": [str(gate) for gate in check(judged)],
        "recalibration": recalibration(years[~early], repaid[~early], scores[~early], before),
    }


def show(found: dict[str, Any]) -> None:
    """Tables, then one line of JSON."""
    print(f"fitted to {found['fitted_to']} loans ({found['bad_rate_fitted']:.1%} bad), ", end="")
    print(f"measured on {found['measured_on']} later ones ({found['bad_rate_measured']:.1%} bad)\n")
    with pd.option_context("display.width", 160, "display.float_format", "{:.4f}".format):
        print(pd.DataFrame({"cross-validated before": found["within"], "out of time": found["out_of_time"]}), "\n")
        for title in ("by_year", "drift", "recalibration"):
            print(title.replace("_", " "), pd.DataFrame(found[title]).to_string(index=False), sep="\n", end="\n\n")
    print(f"PSI of the score {found['psi']:.4f}", *found["gates"], sep="\n")
    print(json.dumps(found, default=float))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.score_sba", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=SHIPPED)
    parser.add_argument("--before", type=int, default=2004, help="fitted to loans approved before this year")
    options = parser.parse_args(arguments)
    with threadpool_limits(1):
        show(run(options.data, options.before))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
