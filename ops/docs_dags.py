"""docs/dags.md: the DAGs' own manuals and the steps of a day, from the docstrings and include/day.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from include.day import HAND_ON, REPORTS, STEPS, Step, groups

DAGS = Path(__file__).resolve().parents[1] / "dags"

# the order in which one reads them
ORDER = ("business_day", "reports", "credit_model")

COLUMNS = ("| step | what it does | runs after | day must be | how | minutes at most |", "|---|---|---|---|---|---|")

HEAD = """<!-- Written by `python -m ops.docs dags` from the docstrings in dags/ and from include/day.py. Do not edit. -->

# The DAGs

What runs when, what to do when a task fails, how to run a date again. The same text stands in the Airflow UI (*Docs* of a DAG).
"""


def text() -> str:
    """The page."""
    return "\n".join([HEAD, _contents(), *(_manual(file) for file in files()), _steps()])


def files() -> list[Path]:
    """The DAG files: the known ones in reading order, then any other by name."""
    found = {file.stem: file for file in sorted(DAGS.glob("*.py")) if file.stem != "__init__"}
    return [found[name] for name in [*(name for name in ORDER if name in found), *(name for name in found if name not in ORDER)]]


def docstring(file: Path) -> str:
    """A DAG file's docstring, read without running the file."""
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def _contents() -> str:
    entries = [f"- [{title.lstrip('# ')}](#{_anchor(title)})" for title in (docstring(file).splitlines()[0] for file in files())]
    return "\n".join([*entries, "- [The steps of a business date](#the-steps-of-a-business-date)", ""])


def _anchor(title: str) -> str:
    """GitHub's anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lstrip("# ").lower()).replace(" ", "-")


def _manual(file: Path) -> str:
    """A docstring with its headings one level down, to stand under the page's own."""
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in docstring(file).splitlines()) + "\n"


def _steps() -> str:
    lines = [
        "## The steps of a business date",
        "",
        "The name of a step is its task in the UI, its rows in `step_run` and its file under include/sql (or its function in",
        "include/steps). *Sharded* steps run once for each range of loans. *Once* steps answer a repeated run with what they did;",
        "*rebuilt* ones replace their date.",
        "",
    ]
    for group, steps in groups((*STEPS, *REPORTS, *HAND_ON)).items():
        lines += [f"### {group}", "", *COLUMNS]
        lines += [_row(step) for step in steps]
        lines.append("")
    return "\n".join(lines)


def _row(step: Step) -> str:
    after = [*_names(step.after), *(f"{name} (in whatever state)" for name in _names(step.after_whatever))]
    how = ", ".join(["Python" if step.python else "SQL", *(["sharded"] if step.sharded else []), "rebuilt" if step.rebuild else "once"])
    return f"| `{step.name}` | {step.does} | {', '.join(after) or '-'} | {step.phase.value} | {how} | {step.timeout_minutes} |"


def _names(steps: Iterable[str]) -> list[str]:
    named = [f"`{name}`" for name in steps]
    return named if len(named) < 5 else ["all of them"]
