"""A model card as Markdown and as one HTML page that needs no other file."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from models.card import Section

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = """
:root { --ink: #1d2523; --soft: #5d6966; --line: #d9dfdd; --good: #1b6e5a; --bad: #b3432b; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Noto Sans", sans-serif; color: var(--ink); max-width: 1080px; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 1.5rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .6rem; border-bottom: 2px solid var(--good); }
p { max-width: 50rem; margin: .5rem 0; }
table { border-collapse: collapse; margin: .8rem 0 1.2rem; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; white-space: nowrap; color: var(--soft); padding-bottom: .3rem; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
th, td { padding: .22rem .8rem .22rem 0; } td { border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; } .held { color: var(--good); } .missed { color: var(--bad); font-weight: 600; }
.marked td { background: #eef5f2; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; } .pictures img { max-width: min(100%, 500px); }
.pictures img.wide { max-width: 100%; }
@media print { body { margin: 0; } h2 { break-after: avoid; } table, img { break-inside: avoid; } }
"""

PERCENT = ("_rate", "predicted", "observed", "missing_", "bad_found")
WHOLE = ("points", "rows", "profit", "group", "tenth")


def as_markdown(title: str, sections: Sequence[Section]) -> str:
    """Pictures are those that lie beside it in ``curves/``."""
    lines = [f"# {title}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for words in section.words:
            lines += [words, ""]
        for caption, table in section.tables:
            lines += [f"*{caption}*", ""] if caption else []
            titles, rows = _texts(table)
            numeric = _numeric(table)
            lines += ["| " + " | ".join(titles) + " |", "|" + "|".join("---:" if right else "---" for right in numeric) + "|"]
            lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows] + [""]
        lines += [f"![{picture.removesuffix('.png')}](curves/{picture})\n" for picture in section.pictures]
    return "\n".join(lines)


def as_html(title: str, sections: Sequence[Section], figures: Mapping[str, Figure]) -> str:
    """Pictures are inside of the page."""
    body = [f"<h1>{html.escape(title)}</h1>"]
    for section in sections:
        body.append(f"<h2>{html.escape(section.title)}</h2>")
        body += [f"<p>{html.escape(words)}</p>" for words in section.words]
        body += [_table(caption, table) for caption, table in section.tables]
        if section.pictures:
            body.append('<div class="pictures">' + "".join(_picture(name, figures[name]) for name in section.pictures) + "</div>")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
    head += f"<style>{STYLE}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _table(caption: str, table: pd.DataFrame) -> str:
    titles, rows = _texts(table)
    classes = ["number" if right else "" for right in _numeric(table)]
    marked = table["policy"].tolist() if "policy" in table else [False] * len(table)
    head = "".join(f'<th class="{kind}">{html.escape(title)}</th>' for title, kind in zip(titles, classes, strict=True))
    lines = [
        f"<tr{' class=marked' if mark else ''}>"
        + "".join(f'<td class="{_verdict(cell) or kind}">{html.escape(cell)}</td>' for cell, kind in zip(row, classes, strict=True))
        + "</tr>"
        for row, mark in zip(rows, marked, strict=True)
    ]
    named = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f"<table>{named}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _verdict(cell: str) -> str:
    return "held" if cell == "held" else "missed" if cell.startswith("missed") else ""


def _picture(name: str, figure: Figure) -> str:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    kind = ' class="wide"' if figure.get_figwidth() > 8 else ""
    inside = base64.b64encode(content.getvalue()).decode()
    return f'<img{kind} alt="{html.escape(name.removesuffix(".png"))}" src="data:image/png;base64,{inside}">'


def _texts(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Titles and cells as people read them."""
    writers = [_writer(str(column)) for column in table.columns]
    rows = [[write(cell) for write, cell in zip(writers, row, strict=True)] for row in table.itertuples(index=False, name=None)]
    return [str(column).replace("_", " ") for column in table.columns], rows


def _numeric(table: pd.DataFrame) -> list[bool]:
    return [pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]) for column in table.columns]


def _writer(column: str) -> Callable[[Any], str]:
    def write(cell: Any) -> str:
        if cell is None or cell != cell:
            return "–"
        if isinstance(cell, bool):
            return "yes" if cell else ""
        if not isinstance(cell, (int, float)):
            return str(cell)
        if any(part in column for part in PERCENT):
            return f"{cell:.1%}"
        if isinstance(cell, int) or any(part in column for part in WHOLE):
            return f"{cell:,.0f}"
        return f"{cell:.3f}"

    return write
