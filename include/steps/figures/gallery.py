"""Charts that were drawn once: by the reports of the date, for whoever opens its page later.

Drawing takes about a second; a chart depends on the date's report tables alone. So ``reports.pack`` keeps the charts of its
date under ``<records>/figures``, with the moment at which the tables were built last; what is older is drawn anew.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from upath import UPath

from include.steps.figures.drawings import Chart, draw
from include.steps.figures.overview import Overview
from include.steps.figures.words import Words

KEPT = 32  # dates x languages that a process remembers

_remembered: OrderedDict[tuple[str, str, str], Mapping[str, Chart]] = OrderedDict()
_lock = threading.Lock()


def charts_of(figures: Overview, words: Words, built_at: datetime | None, records: UPath) -> Mapping[str, Chart]:
    """The charts of a date whose tables were built at ``built_at``: from memory, from the records, or drawn now."""
    key = (str(figures.business_date), words.language, _stamp(built_at))
    with _lock:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
    charts = _read(_file(records, figures, words), key[2]) or draw(figures, words)
    with _lock:
        _remembered[key] = charts
        while len(_remembered) > KEPT:
            _remembered.popitem(last=False)
    return charts


def keep(figures: Overview, words: Words, built_at: datetime | None, records: UPath) -> Mapping[str, Chart]:
    """Draw the charts of a date and put them into the records."""
    charts = draw(figures, words)
    file = _file(records, figures, words)
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"built_at": _stamp(built_at), "charts": [asdict(chart) for chart in charts.values()]}
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return charts


def _read(file: UPath, stamp: str) -> Mapping[str, Chart] | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if content["built_at"] != stamp:
        return None
    return {chart["key"]: Chart(**{**chart, "legend": [tuple(entry) for entry in chart["legend"]]}) for chart in content["charts"]}


def _file(records: UPath, figures: Overview, words: Words) -> UPath:
    return records / "figures" / f"{figures.business_date}.{words.language}.json"


def _stamp(built_at: datetime | None) -> str:
    return "" if built_at is None else built_at.isoformat()


def forget() -> None:
    """Forget what this process drew."""
    with _lock:
        _remembered.clear()
