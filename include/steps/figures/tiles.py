"""The headline of a date as tiles: a figure, what it stands on, and how it changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from include.steps.figures.overview import Overview, change
from include.steps.figures.words import MINUS, Words

Tone = Literal["", "good", "bad"]


@dataclass(frozen=True)
class Tile:
    """One figure. ``exact`` is the figure to the cent, for who points at it; ``tone`` says whether the change is welcome."""

    key: str
    label: str
    figure: str
    exact: str
    note: str
    change: str
    tone: Tone


def tiles(figures: Overview, words: Words) -> list[Tile]:
    """Book, new, repaid, overdue, collected, NPL ratio, provisions, approval rate."""
    now, before = figures.headline, figures.before
    exposure = sum((row["exposure"] for row in figures.tables["classification"]), Decimal(0))
    coverage = now["provision"] / exposure if exposure else None

    def amount(key: str, label: str, note: str, tone_of_more: Tone = "") -> Tile:
        moved = change(now[key], before[key]) if before else None
        return Tile(key, words(label), words.short(now[key]), words.money(now[key]), note, _grown(words, moved), _tone(moved, tone_of_more))

    def ratio(key: str, label: str, note: str, tone_of_more: Tone) -> Tile:
        both = before is not None and now[key] is not None and before[key] is not None
        moved = now[key] - before[key] if both and before else None
        said = "" if moved is None else f"{_arrow(moved)} {words.share(abs(moved)).removesuffix('%')} {words('percentage_points')}"
        return Tile(key, words(label), words.share(now[key]), words.share(now[key], 4), note, said, _tone(moved, tone_of_more))

    overdue_on = words("overdue_on", count=words.count(now["overdue_loans"]), amount=words.short(now["overdue_principal"]))
    due = figures.tables["collections"][0]["due_today"] if figures.tables["collections"] else None
    return [
        amount("principal", "book", f"{words.count(now['loans'])} {words('loans')}"),
        amount("disbursed", "new", f"{words.count(now['new_loans'])} {words('loans')}"),
        amount("received", "repaid", ""),
        ratio("collection_rate", "collection_rate", words("collection_note", amount=words.short(due)), "good"),
        amount("arrears", "overdue", overdue_on, "bad"),
        ratio("npl_ratio", "npl_ratio", words("npl_note"), "bad"),
        amount("provision", "provisions", words("coverage_note", share=words.share(coverage)), "bad"),
        ratio("month_approval_rate", "approval_rate", words("approval_note", count=words.count(now["applications"])), ""),
    ]


def month_so_far(figures: Overview, words: Words) -> list[tuple[str, str]]:
    """What the month moved up to the date: name and figure."""
    month = figures.month
    loans = words("loans")
    return [
        (words("month_dates"), words.count(month["dates"])),
        (words("month_new"), f"{words.short(month['disbursed'])} · {words.count(month['new_loans'])} {loans}"),
        (words("month_received"), words.short(month["received"])),
        (words("month_rate"), words.share(month["collection_rate"])),
        *(
            (words(f"month_{kind}"), f"{words.count(month[f'{kind}_loans'])} {loans}")
            for kind in ("newly_overdue", "cured", "defaulted", "paid_off")
        ),
    ]


def _grown(words: Words, moved: Decimal | None) -> str:
    return "" if moved is None else f"{_arrow(moved)} {words.share(abs(moved), 1)}"


def _arrow(moved: Decimal) -> str:
    return "▲" if moved > 0 else "▼" if moved < 0 else MINUS


def _tone(moved: Decimal | None, tone_of_more: Tone) -> Tone:
    if not moved or not tone_of_more:
        return ""
    return tone_of_more if moved > 0 else "bad" if tone_of_more == "good" else "good"
