"""Curves for the risk officer, as matplotlib figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_curve

from models.evaluate import Outcomes, calibration_table
from models.features import Floats
from models.scorecard import Scorecard

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GOOD, BAD, GUIDE = "#1b6e5a", "#b3432b", "#9a9a9a"


def curves(repaid: Outcomes, scores: Floats, scorecard: Scorecard, metrics: dict[str, float]) -> dict[str, Figure]:
    """File name to figure: ROC, KS, calibration and the distribution of points, all on held-out rows."""
    points = scorecard.points(scores)
    return {
        "roc.png": _roc(repaid, scores, metrics),
        "ks.png": _ks(repaid, points, metrics),
        "calibration.png": _calibration(repaid, scores, metrics),
        "points.png": _distribution(repaid, points),
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


def _calibration(repaid: Outcomes, scores: Floats, metrics: dict[str, float]) -> Figure:
    title = f"Calibration: slope {metrics['calibration_slope']:.2f}, intercept {metrics['calibration_intercept']:+.2f}"
    figure, axes = _axes(title, "predicted share repaid", "observed share repaid")
    table = calibration_table(repaid, scores)
    axes.plot([0, 1], [0, 1], color=GUIDE, linestyle=":")
    axes.plot(table["predicted"], table["observed"], color=GOOD, marker="o")
    return figure


def _distribution(repaid: Outcomes, points: Floats) -> Figure:
    figure, axes = _axes("Points", "points", "applications")
    edges = np.linspace(points.min(), points.max(), 31)
    axes.hist([points[repaid == 1], points[repaid == 0]], bins=list(edges), stacked=True, color=[GOOD, BAD], label=["repaid", "bad"])
    axes.legend(frameon=False)
    return figure
