"""Make the pages of docs/ that are written from the code: ``python -m ops.docs [PAGE ...] [--check]``.

Each page has a module ``ops/docs_<page>.py`` with a function ``text()`` that returns its Markdown.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("dags", "reports")


def text(page: str) -> str:
    """What docs/<page>.md should say."""
    return str(import_module(f"ops.docs_{page}").text())


def path(page: str) -> Path:
    """Where the page lies."""
    return ROOT / "docs" / f"{page}.md"


def is_current(page: str) -> bool:
    """Whether the page says what the code says."""
    return path(page).exists() and path(page).read_text(encoding="utf-8") == text(page)


def main(arguments: list[str] | None = None) -> int:
    """Command line: write the pages, or with ``--check`` name those that are out of date and return 1."""
    parser = argparse.ArgumentParser(prog="python -m ops.docs", description="Pages of docs/ that are written from the code.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of {', '.join(PAGES)}; by default all of them")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is out of date")
    options = parser.parse_args(arguments)
    if unknown := set(options.pages) - set(PAGES):
        parser.error(f"no such page: {', '.join(sorted(unknown))}; there are {', '.join(PAGES)}")
    stale = [page for page in options.pages or PAGES if not is_current(page)]
    if options.check:
        for page in stale:
            print(f"docs/{page}.md is out of date: run `python -m ops.docs {page}`", file=sys.stderr)
        return 1 if stale else 0
    for page in stale:
        path(page).parent.mkdir(exist_ok=True)
        path(page).write_text(text(page), encoding="utf-8")
        print(f"wrote docs/{page}.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
