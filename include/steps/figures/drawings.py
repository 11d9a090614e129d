"""Which charts there are, and which figures go into each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from include.steps.figures import charts
from include.steps.figures.charts import AMBER, BLUE, GREEN, GREY, RED, SEQUENCE, VIOLET, Series
from include.steps.figures.overview import Overview, Row
from include.steps.figures.svg import inline
from include.steps.figures.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BUCKETS = ("0", "1-30", "31-60", "61-90", "91-180", "181-270", "271-360", ">360")
LONGEST_LIST = 10  # bars of a concentration


@dataclass(frozen=True)
class Chart:
    """A chart, ready to be put into a page. ``report`` is the table that its figures are in; ``legend`` its names and colours."""

    key: str
    title: str
    says: str
    report: str
    svg: str
    legend: Sequence[tuple[str, str]]


def draw(figures: Overview, words: Words) -> dict[str, Chart]:
    """Every chart of a date by its key; one without figures is left out."""
    made: dict[str, Chart] = {}
    for key, (report, drawer) in DRAWERS.items():
        drawn = drawer(figures, words)
        if drawn is None:
            continue
        drawing, said, legend = drawn
        title, says = words(key), words(f"{_family(key)}_says", **said)
        shown = [(one.name, one.colour) for one in legend] if len(legend) > 1 else []
        made[key] = Chart(key, title, says, report, inline(drawing, f"chart-{key}", title, says), shown)
    return made


Drawn = tuple["Figure", dict[str, str], Sequence[Series]]
Drawer = Callable[[Overview, Words], "Drawn | None"]


def _family(key: str) -> str:
    return "concentration" if key.startswith("concentration_") else key


def _trend(*lines: tuple[str, str, str], share: bool = False) -> Drawer:
    def drawer(figures: Overview, words: Words) -> Drawn | None:
        if not figures.trend:
            return None
        series = [Series(words(name), [row[column] for row in figures.trend], colour) for column, name, colour in lines]
        labels = [words.short_date(row["business_date"]) for row in figures.trend]
        return charts.lines(labels, series, (lambda value: _percent(words, value)) if share else words.axis), {}, series

    return drawer


def _flows(*parts: tuple[str, str, str]) -> Drawer:
    def drawer(figures: Overview, words: Words) -> Drawn | None:
        shown = figures.trend[-31:]
        if not shown:
            return None
        series = [Series(words(name), [row[column] for row in shown], colour) for column, name, colour in parts]
        labels = [words.short_date(row["business_date"]) for row in shown]
        return charts.columns(labels, series, words.axis, stacked=False), {}, series

    return drawer


def _ageing(figures: Overview, words: Words) -> Drawn | None:
    late = [row for row in figures.tables["ageing"] if row["bucket_no"] > 0]
    if not any(row["loans"] for row in late):
        return None
    series = [Series(words("principal"), [row["principal"] for row in late], AMBER)]
    labels = [row["bucket"] for row in late]
    return charts.columns(labels, series, words.axis, stacked=True, note=words("days_past_due")), {}, series


def _roll_rates(figures: Overview, words: Words) -> Drawn | None:
    rows = figures.tables["roll_rates"]
    if not rows:
        return None
    present = sorted({row["from_no"] for row in rows})
    ends = sorted({row["to_no"] for row in rows} | set(present))
    cells = {(present.index(row["from_no"]), ends.index(row["to_no"])): float(row["principal_share"] or 0) for row in rows}
    heads = [words({8: "PAID_OFF", 9: "WRITTEN_OFF"}.get(end, "")) or BUCKETS[end] for end in ends]

    def worse(row: int, column: int) -> bool:
        return ends[column] == 9 or (ends[column] < 8 and ends[column] > present[row])

    drawing = charts.shares([BUCKETS[n] for n in present], heads, cells, lambda share: words.share(share, 1), worse)
    return drawing, {"since": words.date(rows[0]["since"])}, []


def _classification(figures: Overview, words: Words) -> Drawn | None:
    rows = figures.tables["classification"]
    if not rows:
        return None
    classes = sorted({row["class_code"] for row in rows})
    sums = [sum((row["exposure"] for row in rows if row["class_code"] == code), Decimal(0)) for code in classes]
    whole = sum(sums) or Decimal(1)
    said = [f"{words.short(amount)} · {words.share(amount / whole)}" for amount in sums]
    return charts.bars([words(f"class_{code}") for code in classes], sums, said, GREEN), {}, []


def _vintage(figures: Overview, words: Words) -> Drawn | None:
    months = sorted({row["vintage_month"] for row in figures.curves})[-6:]
    if not months:
        return None
    last = max(row["months_on_book"] for row in figures.curves if row["vintage_month"] in months)
    series = []
    for number, month in enumerate(months):
        points = {row["months_on_book"]: row["ever_30_share"] for row in figures.curves if row["vintage_month"] == month}
        series.append(Series(words.month(month), [points.get(n) for n in range(last + 1)], SEQUENCE[number]))
    labels = [str(n) for n in range(last + 1)]
    drawing = charts.lines(labels, series, lambda value: _percent(words, value), note=words("months_on_book"))
    return drawing, {}, series


def _cash(figures: Overview, words: Words) -> Drawn | None:
    if not figures.cash:
        return None
    parts = (("principal", GREEN), ("interest", BLUE), ("fee", AMBER))
    series = [Series(words(name), [row[name] for row in figures.cash], colour) for name, colour in parts]
    labels = [words("overdue_now") if row["week_no"] == 0 else words.short_date(row["from_date"]) for row in figures.cash]
    return charts.columns(labels, series, words.axis, stacked=True, note=words("week_from")), {}, series


def _concentration(dimension: str, colour: str) -> Drawer:
    def drawer(figures: Overview, words: Words) -> Drawn | None:
        rows = [row for row in figures.tables["concentration"] if row["dimension"] == dimension]
        if not rows:
            return None
        top = rows[:LONGEST_LIST]
        said = [f"{words.share(row['principal_share'], 1)}" for row in top]
        labels = [words(row["value"]) for row in top]
        index = f"{rows[0]['concentration_index']:.2f}" if rows[0]["concentration_index"] is not None else "–"
        return charts.bars(labels, [row["principal_share"] for row in top], said, colour), {"index": index}, []

    return drawer


def _top_exposures(figures: Overview, words: Words) -> Drawn | None:
    rows = figures.tables["top_exposures"]
    if not rows:
        return None
    together = sum((row["exposure_share"] or Decimal(0) for row in rows), Decimal(0))
    said = [f"{words.short(row['exposure'])} · {words.share(row['exposure_share'])}" for row in rows[:LONGEST_LIST]]
    labels = [row["customer_no"] for row in rows[:LONGEST_LIST]]
    drawing = charts.bars(labels, [row["exposure"] for row in rows[:LONGEST_LIST]], said, BLUE)
    return drawing, {"share": words.share(together)}, []


def _score_bands(figures: Overview, words: Words) -> Drawn | None:
    rows: list[Row] = [row for row in figures.tables["score_bands"] if row["span"] == "MONTH"]
    if not rows:
        return None
    undecided = [row["applications"] - row["approved"] - row["referred"] - row["rejected"] for row in rows]
    series = [
        Series(words("rejected"), [row["rejected"] for row in rows], RED),
        Series(words("referred"), [row["referred"] for row in rows], AMBER),
        Series(words("approved"), [row["approved"] for row in rows], GREEN),
    ]
    if any(undecided):
        series.append(Series(words("undecided"), undecided, GREY))
    labels = [str(row["band_from"]) for row in rows]
    return charts.columns(labels, series, words.axis, stacked=True, note=words("points")), {}, series


def _funnel(figures: Overview, words: Words) -> Drawn | None:
    rows = [row for row in figures.tables["approval_funnel"] if row["span"] == "MONTH"]
    if not any(row["applications"] for row in rows):
        return None
    said = [f"{words.count(row['applications'])} · {words.share(row['share_of_received'], 1)}" for row in rows]
    return charts.bars([words(row["stage"]) for row in rows], [row["applications"] for row in rows], said, VIOLET), {}, []


def _percent(words: Words, value: Any) -> str:
    text = words.share(Decimal(str(value)), 2)
    return text.removesuffix("%").rstrip("0").rstrip(".") + "%" if "." in text else text


# key: the report with its figures, and who draws it
DRAWERS: dict[str, tuple[str, Drawer]] = {
    "book_trend": ("portfolio", _trend(("principal", "principal", GREEN))),
    "flow_trend": ("portfolio", _flows(("disbursed", "disbursed", BLUE), ("received", "received", GREEN))),
    "risk_trend": ("collections", _trend(("overdue_ratio", "overdue_ratio", AMBER), ("npl_ratio", "npl_ratio", RED), share=True)),
    "provision_trend": ("classification", _trend(("provision", "provisions", VIOLET))),
    "ageing": ("ageing", _ageing),
    "roll_rates": ("roll_rates", _roll_rates),
    "classification": ("classification", _classification),
    "vintage": ("vintage", _vintage),
    "collections": ("collections", _flows(("due_today", "due", GREY), ("collected_of_due", "collected", GREEN))),
    "expected_cash": ("expected_cash", _cash),
    "concentration_product": ("concentration", _concentration("PRODUCT", GREEN)),
    "concentration_region": ("concentration", _concentration("REGION", BLUE)),
    "concentration_industry": ("concentration", _concentration("INDUSTRY", VIOLET)),
    "top_exposures": ("top_exposures", _top_exposures),
    "approval_funnel": ("approval_funnel", _funnel),
    "score_bands": ("score_bands", _score_bands),
}
