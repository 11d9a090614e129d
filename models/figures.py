"""Curves for the risk officer, as matplotlib figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from models.evaluate import Outcomes
from models.features import Floats
from models.scorecard import NumberTerm, Scorecard

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GOOD, BAD, GUIDE = "#1b6e5a", "#b3432b", "#9a9a9a"


def curves(
    repaid: Outcomes, scores: Floats, scorecard: Scorecard, metrics: dict[str, float], by_tenth: pd.DataFrame, by_cut_off: pd.DataFrame
) -> dict[str, Figure]:
    """File name to figure: ROC, KS, calibration, distribution of points and cut-offs, all on held-out rows; and what each number adds."""
    points = scorecard.points(scores)
    return {
        "roc.png": _roc(repaid, scores, metrics),
        "ks.png": _ks(repaid, points, metrics),
        "calibration.png": _calibration(by_tenth, metrics),
        "points.png": _distribution(repaid, points),
        "cut_offs.png": _cut_offs(by_cut_off),
        "effects.png": _effects(scorecard),
    }


def _axes(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _roc(repaid: Outcomes, scores: Floats, metrics: dict[str, float]) -> Figure:
    interval = f"{metrics['auc_low']:.3f} to {metrics['auc_high']:.3f}"
    title = f"AUC {metrics['auc']:.3f} ± {metrics['auc_sd']:.3f} over folds; all held-out rows {interval}"
    figure, axes = _axes(title, "share of bad accepted", "share of repaid accepted")
    false_positive, true_positive, _ = roc_curve(repaid, scores)
    axes.plot(false_positive, true_positive, color=GOOD)
    axes.plot([0, 1], [0, 1], color=GUIDE, linestyle=":")
    return figure


def _ks(repaid: Outcomes, points: Floats, metrics: dict[str, float]) -> Figure:
    figure, axes = _axes(f"KS {metrics['ks']:.3f} ± {metrics['ks_sd']:.3f} over folds", "points", "share with at most so many points")
    for outcome, colour, label in ((1, GOOD, "repaid"), (0, BAD, "bad")):
        ordered = np.sort(points[repaid == outcome])
        axes.plot(ordered, np.arange(1, len(ordered) + 1) / len(ordered), color=colour, label=label)
    axes.legend(frameon=False)
    return figure


def _calibration(by_tenth: pd.DataFrame, metrics: dict[str, float]) -> Figure:
    title = f"Calibration: slope {metrics['calibration_slope']:.2f}, intercept {metrics['calibration_intercept']:+.2f}"
    figure, axes = _axes(title, "predicted share repaid", "observed share repaid")
    axes.plot([0, 1], [0, 1], color=GUIDE, linestyle=":")
    axes.plot(by_tenth["predicted"], by_tenth["observed"], color=GOOD, marker="o")
    return figure


def _distribution(repaid: Outcomes, points: Floats) -> Figure:
    figure, axes = _axes("Points", "points", "applications")
    edges = np.linspace(points.min(), points.max(), 31)
    axes.hist([points[repaid == 1], points[repaid == 0]], bins=list(edges), stacked=True, color=[GOOD, BAD], label=["repaid", "bad"])
    axes.legend(frameon=False)
    return figure


def _cut_offs(by_cut_off: pd.DataFrame) -> Figure:
    figure, axes = _axes("Where to cut", "points from which applications are approved", "share")
    axes.plot(by_cut_off["points"], by_cut_off["approval_rate"], color=GUIDE, label="approved")
    axes.plot(by_cut_off["points"], by_cut_off["bad_rate"], color=BAD, label="bad among the approved")
    money = axes.twinx()
    money.plot(by_cut_off["points"], by_cut_off["expected_profit"] / 1000, color=GOOD, label="expected profit (right)")
    money.set_ylabel("CNY thousand for 100 applications")
    money.spines["top"].set_visible(False)
    for cut_off in by_cut_off[by_cut_off["policy"]]["points"]:
        axes.axvline(cut_off, color=GUIDE, linestyle=":", label="policy")
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    return figure


def _effects(scorecard: Scorecard) -> Figure:
    """Points that each number adds over its reference, one small curve a number."""
    from matplotlib.figure import Figure

    terms = [term for term in scorecard.terms if isinstance(term, NumberTerm) and term.steps]
    columns = 3
    rows = max(1, -(-len(terms) // columns))
    figure = Figure(figsize=(9, 2.2 * rows), layout="constrained")
    panels = np.atleast_1d(figure.subplots(rows, columns, sharey=True)).ravel()
    for axes in panels[len(terms) :]:
        axes.set_visible(False)
    for term, axes in zip(terms, panels, strict=False):
        at = np.array(term.knots)
        reference = term.log_odds(pd.Series([term.reference], dtype=object))[0]
        axes.plot(at, scorecard.scale.factor * (term.log_odds(pd.Series(at)) - reference), color=GOOD, marker="o", markersize=3)
        axes.axhline(0, color=GUIDE, linewidth=0.7)
        axes.set_title(term.name.replace("_", " "), fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        if at[-1] >= 100_000:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:,.0f}k")
    figure.supylabel("points against the middle applicant", fontsize=9)
    return figure
