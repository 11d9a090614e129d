"""Great Expectations: the suites of expectations/, and what they say about a batch, row by row, without a value.

Each expectation carries in its ``meta`` a rule's name, what it demands, what to do about a row that fails, and its scope:
``row`` rules send single rows to quarantine; ``batch`` rules refuse the whole file before a row is judged; ``outcome``
rules refuse it for how many rows were bad.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.steps.intake.datasets import Dataset

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.batch import Batch

EXPECTATIONS = Path(__file__).parents[3] / "expectations"


@dataclass(frozen=True)
class Finding:
    """What one rule found. ``failed`` holds positions in the batch; a whole-batch rule may have an ``observed`` number."""

    rule: str
    scope: str
    column: str
    says: str
    do: str
    passed: bool
    failed: tuple[int, ...] = ()
    observed: float | None = None

    def found(self) -> str:
        """What a whole-batch rule found, in words."""
        if self.observed is None:
            return "not so"
        return f"{self.observed:.0%} of the rows are bad" if self.scope == "outcome" else f"{self.observed:.0f}"

    def reason(self) -> dict[str, str]:
        """As kept in quarantine: no value, only what is wrong and what to do."""
        return {"column": self.column, "rule": self.rule, "expected": self.says, "do": self.do}


@dataclass(frozen=True)
class Verdict:
    """All findings on a batch, in the order of the suite."""

    findings: list[Finding] = field(default_factory=list)

    def reasons(self) -> dict[int, list[dict[str, str]]]:
        """For each bad row, by position, every reason."""
        found: dict[int, list[dict[str, str]]] = {}
        for finding in self.findings:
            for position in finding.failed:
                found.setdefault(position, []).append(finding.reason())
        return dict(sorted(found.items()))

    def refusal(self) -> str | None:
        """Why the whole file must be refused; None where it need not."""
        return "; ".join(f"expected: {f.says}; found: {f.found()}" for f in self.broken()) or None

    def broken(self) -> list[Finding]:
        """The whole-batch rules that failed."""
        return [finding for finding in self.findings if finding.scope != "row" and not finding.passed]


@cache
def suite_of(dataset_name: str) -> Mapping[str, Any]:
    """The suite as it stands in its JSON file."""
    content: Mapping[str, Any] = json.loads((EXPECTATIONS / f"{dataset_name}.json").read_text(encoding="utf-8"))
    return content


def judge(
    dataset: Dataset, frame: pd.DataFrame, parameters: Mapping[str, Any], scopes: tuple[str, ...] = ("batch", "row")
) -> list[Finding]:
    """Validate ``frame`` by the expectations of ``scopes``; ``parameters`` fill their ``$PARAMETER``."""
    import great_expectations as gx

    chosen = [item for item in suite_of(dataset.name)["expectations"] if item["meta"]["scope"] in scopes]
    suite = gx.ExpectationSuite(name=dataset.name, expectations=chosen)
    result = _batch(frame).validate(suite, result_format={"result_format": "COMPLETE"}, expectation_parameters=dict(parameters))
    found = {finding.rule: finding for finding in map(_finding, result.results)}
    return [found[item["meta"]["rule"]] for item in chosen]


def quietly_import() -> None:
    """Import Great Expectations without its hundreds of INFO lines, which Airflow would put into the task's log."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations  # noqa: F401

    # this one sets its own level, to INFO
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)


def _batch(frame: pd.DataFrame) -> Batch:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    whole = context.data_sources.add_pandas("batch").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    return whole.get_batch({"dataframe": frame})


def _finding(item: Any) -> Finding:
    config = item.expectation_config
    if item.exception_info.get("raised_exception"):
        raise RuntimeError(f"expectation {config.meta['rule']} could not be evaluated: {item.exception_info.get('exception_message')}")
    scope, rule = config.meta["scope"], config.meta["rule"]
    return Finding(
        rule=rule,
        scope=scope,
        column=rule.partition(".")[0] if scope == "row" else "",
        says=config.meta["says"],
        do=config.meta["do"],
        passed=bool(item.success),
        failed=tuple(item.result.get("unexpected_index_list") or ()),
        observed=float(observed) if isinstance(observed := item.result.get("observed_value"), Real) else None,
    )
