"""The readable record of a validation: one HTML page that asks for nothing from outside and shows no value of a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from include import policy
from include.steps.context import StepContext
from include.steps.intake.datasets import Dataset
from include.steps.intake.manifest import Manifest
from include.steps.intake.prepare import optional_ids
from include.steps.intake.rules import Finding, Verdict

if TYPE_CHECKING:
    import pandas as pd

ROWS_SHOWN = 40

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1d2733; background: #fff; }}
h1 {{ font-size: 1.4rem; margin-bottom: 0; }}
h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
p.verdict {{ padding: .6rem .9rem; border-left: 4px solid {colour}; background: #f4f6f8; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }}
dt {{ color: #5b6875; }}
dd {{ margin: 0; overflow-wrap: anywhere; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #dfe4e9; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
tr.failed td:first-child {{ box-shadow: inset 3px 0 #c2410c; }}
small {{ color: #5b6875; }}
</style>
<h1>{title}</h1>
<p class="verdict">{verdict}</p>
<dl>
{facts}
</dl>
<h2>Rules with bad rows</h2>
{failed}
<h2>Rules that every row fulfils</h2>
{passed}
<h2>Rules for the batch as a whole</h2>
{whole}
<p><small>Row numbers count the rows of the file from 1, without its header. The rows themselves are in quarantine:
<code>make quarantine ARGS="list --dataset {dataset} --date {date}"</code>.</small></p>
</html>
"""


@dataclass(frozen=True)
class Report:
    """What a record is written from. ``frame`` lends its row numbers only."""

    dataset: Dataset
    business_date: date
    manifest: Manifest
    sha256: str
    frame: pd.DataFrame
    verdict: Verdict


def write(context: StepContext, report: Report, name: str = "") -> str:
    """Write ``<records>/<dataset>/<date>.html`` and return its URI; with ``name``, ``<date>-<name>.html``."""
    folder = context.places.records / report.dataset.name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{'-'.join(filter(None, (report.business_date.isoformat(), name)))}.html"
    file.write_text(page(report), encoding="utf-8")
    return str(file)


def page(report: Report) -> str:
    """The page."""
    row_rules = [finding for finding in report.verdict.findings if finding.scope == "row"]
    refusal = report.verdict.refusal()
    bad = len(report.verdict.reasons())
    return _PAGE.format(
        title=f"{report.dataset.name.capitalize()} of {report.business_date}",
        dataset=report.dataset.name,
        date=report.business_date,
        colour="#c2410c" if refusal else "#b7791f" if bad else "#2f855a",
        verdict=escape(_sentence(len(report.frame), bad, refusal)),
        facts="\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(report)),
        failed=_table(report, [finding for finding in row_rules if finding.failed]) or "<p>None.</p>",
        passed=_plain_list([finding for finding in row_rules if not finding.failed]),
        whole=_plain_list(finding for finding in report.verdict.findings if finding.scope != "row"),
    )


def _sentence(rows: int, bad: int, refusal: str | None) -> str:
    if refusal:
        return f"Refused as a whole: {refusal}. Nothing was loaded."
    return f"{rows - bad} of {rows} rows passed" + (f"; {bad} are in quarantine." if bad else ".")


def _facts(report: Report) -> list[tuple[str, str]]:
    mended = int(report.frame["quarantine_id"].notna().sum())
    return [
        ("File", report.manifest.file),
        ("SHA-256", report.sha256),
        ("Rows in the file", str(report.manifest.rows)),
        ("Control total", f"{report.manifest.total} CNY"),
        ("Mended rows from quarantine", str(mended)),
        ("Policy version", policy.version()),
    ]


def _table(report: Report, findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    rows = "\n".join(
        f'<tr class="failed"><td><code>{escape(f.rule)}</code></td><td>{escape(f.says)}</td><td>{escape(f.do)}</td>'
        f'<td class="number">{len(f.failed)}</td><td>{escape(_row_numbers(report.frame, f.failed))}</td></tr>'
        for f in findings
    )
    head = '<tr><th>Rule</th><th>Expected</th><th>What to do</th><th class="number">Bad rows</th><th>Rows</th></tr>'
    return f"<table>\n{head}\n{rows}\n</table>"


def _row_numbers(frame: pd.DataFrame, positions: Sequence[int]) -> str:
    shown = frame.loc[list(positions[:ROWS_SHOWN])]
    numbers = zip(shown["row_no"], optional_ids(shown), strict=True)
    names = [f"mended #{quarantine_id}" if quarantine_id is not None else str(row_no) for row_no, quarantine_id in numbers]
    return ", ".join(names) + (f" and {len(positions) - ROWS_SHOWN} more" if len(positions) > ROWS_SHOWN else "")


def _plain_list(findings: Iterable[Finding]) -> str:
    items = [
        f"<li><code>{escape(f.rule)}</code> {escape(f.says)}{'' if f.passed else f' <strong>– failed: {escape(f.found())}</strong>'}</li>"
        for f in findings
    ]
    return "<ul>\n" + "\n".join(items) + "\n</ul>" if items else "<p>None.</p>"
