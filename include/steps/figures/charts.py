"""The kinds of charts that the figures use: lines over dates, columns, bars, a grid of shares. Drawn by matplotlib."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from include.steps.figures.svg import GRID, INK, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# readable on white and on near-black, and apart from each other for the colour-blind; grey says "before" or "not counted"
GREEN, BLUE, AMBER, RED, VIOLET, GREY = "#1f8a63", "#3d7cc9", "#c9871f", "#cc4b40", "#8a67b8", "#8b9791"
SEQUENCE = (GREEN, BLUE, AMBER, VIOLET, RED, GREY)
Number = Decimal | int | float | None
Format = Callable[[Any], str]
LETTER, CAPITAL, WIDE = 6.0, 7.6, 11.2  # CSS pixels of a letter at our size: Latin small and capital, Chinese


@dataclass(frozen=True)
class Series:
    """One line, or one part of each column."""

    name: str
    values: Sequence[Number]
    colour: str


def lines(
    labels: Sequence[str], series: Sequence[Series], write: Format, width: float = 520, height: float = 220, note: str = ""
) -> Figure:
    """One line a series over ``labels``; a missing value leaves a gap; ``note`` stands under the axis."""
    drawing, axes = _plain(width, height, left=62, bottom=42 if note else 26)
    for one in series:
        values = [float("nan") if value is None else float(value) for value in one.values]
        few = sum(value == value for value in values) <= 3
        axes.plot(range(len(values)), values, color=one.colour, linewidth=2, marker="o" if few else "", markersize=5)
        known = [number for number, value in enumerate(values) if value == value]
        if known:
            axes.plot(known[-1:], [values[known[-1]]], color=one.colour, marker="o", markersize=4.5)
    _dates(axes, labels)
    _under(drawing, note)
    _amounts(axes, write, [float(value) for one in series for value in one.values if value is not None])
    return drawing


def columns(labels: Sequence[str], series: Sequence[Series], write: Format, stacked: bool, height: float = 220, note: str = "") -> Figure:
    """Columns side by side or on top of each other; ``note`` stands under the axis."""
    width = 520.0
    drawing, axes = _plain(width, height, left=62, bottom=42 if note else 26)
    wide = 0.72 if stacked else 0.8 / max(1, len(series))
    floor = [0.0] * len(labels)
    for number, one in enumerate(series):
        values = [float(value or 0) for value in one.values]
        places = [n if stacked else n + (number - (len(series) - 1) / 2) * wide for n in range(len(labels))]
        axes.bar(places, values, wide * 0.94, bottom=floor if stacked else None, color=one.colour, linewidth=0)
        floor = [a + b for a, b in zip(floor, values, strict=True)] if stacked else floor
    axes.set_xlim(-0.6, max(len(labels) - 0.4, 0.6))
    _dates(axes, labels)
    tops = floor if stacked else [float(value or 0) for one in series for value in one.values]
    _amounts(axes, write, [0.0, *tops])
    _under(drawing, note)
    return drawing


def bars(labels: Sequence[str], values: Sequence[Number], said: Sequence[str], colour: str, width: float = 520) -> Figure:
    """Bars from left to right with their figures at the end, first one on top."""
    named = [_cut(label, 24) for label in labels]
    left = 14 + max((_width(label) for label in named), default=0)
    right = 10 + max((_width(text) for text in said), default=0)
    height = 12 + 24 * max(1, len(named))
    drawing, axes = _plain(width, height, left=left, bottom=4, right=right, top=4)
    axes.barh(range(len(named)), [float(value or 0) for value in values], 0.62, color=colour, linewidth=0)
    axes.set_ylim(len(named) - 0.45, -0.55)
    axes.set_xlim(0, max([float(value or 0) for value in values] or [0]) or 1)
    axes.set_yticks(range(len(named)), named)
    axes.set_xticks([])
    axes.grid(False)
    for number, (value, text) in enumerate(zip(values, said, strict=True)):
        axes.annotate(text, (float(value or 0), number), (6, 0), textcoords="offset pixels", va="center", color=INK, annotation_clip=False)
    return drawing


def shares(
    rows: Sequence[str], heads: Sequence[str], cells: dict[tuple[int, int], float], write: Format, bad: Callable[[int, int], bool]
) -> Figure:
    """A grid of shares of each row, the larger the darker; ``bad`` cells are red, others green."""
    left, cell_width, cell_height = 18 + max((_width(row) for row in rows), default=0), 52, 25
    width, height = left + cell_width * len(heads) + 8, 26 + cell_height * len(rows) + 6
    drawing, axes = _plain(width, height, left=left, bottom=6, top=26, right=8)
    for (row, column), share in cells.items():
        colour = RED if bad(row, column) else GREEN
        axes.add_patch(_box(column, row, colour, 0.10 + 0.55 * min(1.0, share)))
        axes.text(column, row, write(Decimal(str(share))), ha="center", va="center", color=INK)
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(heads)), heads)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=4)
    axes.set_yticks(range(len(rows)), rows)
    axes.grid(False)
    return drawing


def _box(column: int, row: int, colour: str, alpha: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.47, row - 0.44), 0.94, 0.88, facecolor=colour, alpha=alpha, linewidth=0)


def _plain(width: float, height: float, left: float, bottom: float, right: float = 18, top: float = 12) -> tuple[Figure, Axes]:
    """Axes without a frame, with ``left`` ... ``top`` pixels around them, and lines at the amounts."""
    drawing = figure(width, height)
    axes = drawing.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))
    axes.set_facecolor("none")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=INK, pad=6)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=GRID, linewidth=1)
    return drawing, axes


def _under(drawing: Figure, note: str) -> None:
    width, height = drawing.get_size_inches() * 96
    if note:
        drawing.text(0.5 + 26 / width, 3 / height, note, ha="center", va="bottom", color=INK)


def _dates(axes: Axes, labels: Sequence[str]) -> None:
    """As many labels as there is room for, the last one always; where the first is no date, from that one on."""
    room = axes.get_window_extent().width
    fit = max(1, int(room / (16 + max((_width(label) for label in labels), default=1))))
    step = max(1, -(-len(labels) // fit))
    first = 0 if labels and not any(letter.isdigit() for letter in labels[0]) else (len(labels) - 1) % step
    shown = list(range(first, len(labels), step))
    axes.set_xticks(shown, [labels[n] for n in shown])


def _amounts(axes: Axes, write: Format, values: Sequence[float]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(round(value, 10))))
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low or abs(high) or 1.0) * 0.08
    axes.set_ylim(low - room if low > 0 else min(0.0, low), high + room)


def _width(text: str) -> float:
    return sum(
        WIDE if letter == "%" or unicodedata.east_asian_width(letter) in "WF" else CAPITAL if letter.isupper() else LETTER
        for letter in text
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
