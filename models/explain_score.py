"""Why an application got its score and its decision, recomputed: ``python -m models.explain_score APPLICATION_NO [--version N]``.

The score is computed again from the stored features and the stored coefficient table and must be the stored one to the last
bit; the table must have the SHA-256 under which it was approved. Exit status 1 where either does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from include import policy
from include.database import engine, run_sql
from models.score import Scores, features_frame, score_features
from models.scorecard import BadScorecardError, Scorecard, sha256
from models.stored_text import reasons_text


class NotExplainedError(Exception):
    """There is nothing to explain; the message says why."""


@dataclass(frozen=True)
class Line:
    """One feature: its value as scored, and the points that it brings against the reference applicant."""

    feature: str
    value: Any
    log_odds: float
    points: float
    reason: str


@dataclass(frozen=True)
class Explanation:
    """A past score and what was decided on it.

    Attributes
    ----------
    score : row of application, application_score and score_model.
    decisions : rows of application_decision, oldest first.
    lines : one a feature of the table, in the order of summation.
    differences : what does not agree with what is stored; empty where all of it does.
    """

    score: Mapping[str, Any]
    decisions: Sequence[Mapping[str, Any]]
    lines: Sequence[Line]
    intercept: float
    log_odds: float
    prob_good: float
    points: float
    differences: Sequence[str]


def explain(connection: Connection, application_no: str, version: str | None = None) -> Explanation:
    """Recompute a score; by default the one under which the application was decided.

    Raises
    ------
    NotExplainedError : no such application, score or coefficient table, or a table that was changed since.
    """
    row = _scored(connection, application_no, version)
    card = _recorded_table(row)
    scores = score_features(card, features_frame(row["features"]))
    decisions = run_sql(connection, "credit_model/explain_decisions", {"application_id": row["application_id"]})
    return Explanation(
        row,
        [dict(decision) for decision in decisions.mappings()] if decisions is not None else [],
        _lines(card, scores),
        card.intercept,
        float(scores.log_odds[0]),
        float(scores.prob_good[0]),
        float(scores.points[0]),
        _differences(row, scores),
    )


def _scored(connection: Connection, application_no: str, version: str | None) -> dict[str, Any]:
    found = run_sql(connection, "credit_model/explain_scores", {"application_no": application_no})
    rows = [dict(row) for row in found.mappings()] if found is not None else []
    if not rows:
        raise NotExplainedError(f"There is no application {application_no}.")
    scored = [row for row in rows if row["model_version"] is not None]
    if not scored:
        raise NotExplainedError(
            f"Application {application_no} came in on {rows[0]['received_on']} and was not scored: it is {rows[0]['state']}."
        )
    chosen = [row for row in scored if version in (None, row["model_version"])]
    if not chosen:
        versions = ", ".join(row["model_version"] for row in scored)
        raise NotExplainedError(f"Application {application_no} was not scored by version {version}, but by {versions}.")
    return chosen[0]


def _recorded_table(row: Mapping[str, Any]) -> Scorecard:
    name = f"{row['model_name']} version {row['model_version']}"
    if row["coefficients"] is None:
        raise NotExplainedError(f"{name} is not in score_model: restore its row from a backup, or its coefficient table from MLflow.")
    if (found := sha256(row["coefficients"])) != row["sha256"]:
        raise NotExplainedError(
            f"The coefficient table of {name} was changed after it was recorded: its SHA-256 is {found}, recorded is {row['sha256']}."
            " Nothing can be recomputed from it: restore score_model from a backup and find out who changed it."
        )
    try:
        return Scorecard.from_json(row["coefficients"])
    except BadScorecardError as error:
        raise NotExplainedError(f"{name} cannot be read by this code: {error}. Use the code of its time.") from error


def _lines(card: Scorecard, scores: Scores) -> list[Line]:
    contributions = card.contributions(scores.frame)
    return [
        Line(
            term.name,
            None if scores.frame[term.name].isna()[0] else scores.frame[term.name][0],
            float(contribution[0]),
            card.scale.factor * (float(contribution[0]) - reference),
            term.reason,
        )
        for term, reference, contribution in zip(card.terms, card.reference, contributions, strict=True)
    ]


def _differences(row: Mapping[str, Any], scores: Scores) -> list[str]:
    stored = json.loads(row["reason_codes"])
    found = json.loads(reasons_text(scores.codes, scores.lost, len(stored))[0].as_py()) if stored else []
    pairs = {
        "prob_good": (float(row["prob_good"]), float(scores.prob_good[0])),
        "points": (f"{row['points']:.4f}", f"{scores.points[0]:.4f}"),
        "reason_codes": (stored, found),
    }
    return [f"{name}: stored {there!r}, recomputed {here!r}" for name, (there, here) in pairs.items() if there != here]


def as_text(found: Explanation) -> str:
    """The explanation for people."""
    row = found.score
    texts = policy.read("score")["reasons"]
    lines = [
        f"Application {row['application_no']}: {row['amount']} CNY over {row['tenor']} months, {row['product_code']}, received"
        f" {row['received_on']}, now {row['state']}",
        f"Scored on {row['scored_on']} by {row['model_name']} version {row['model_version']} ({row['role'].lower()}, table from the"
        f" {row['model_source'].lower()}, SHA-256 {row['sha256'][:16]}..., promoted by {row['promoted_by'] or 'nobody'})",
        "",
        f"  {'feature':<20}{'value':>16}{'log-odds':>14}{'points':>10}   counts towards",
        *(
            f"  {line.feature:<20}{_shown(line.value):>16}{line.log_odds:>14.6f}{line.points:>10.2f}   {line.reason}"
            for line in found.lines
        ),
        f"  {'intercept':<36}{found.intercept:>14.6f}",
        f"  {'sum, in this order':<36}{found.log_odds:>14.6f}",
        "  points of a feature are against the reference applicant",
        "",
        f"prob_good {found.prob_good!r}, {found.points:.4f} points",
        "Reasons: " + ("; ".join(_reason(item, texts) for item in json.loads(row["reason_codes"])) or "none"),
        "",
        *(line for decision in found.decisions for line in _decision(decision)),
    ]
    verdict = [f"DIFFERS {difference}" for difference in found.differences] or ["Recomputed: equal to what is stored, to the last bit."]
    return "\n".join([*lines, *(["Not decided yet."] if not found.decisions else []), "", *verdict])


def _shown(value: Any) -> str:
    return "not given" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _reason(item: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]) -> str:
    return f"{item['code']} ({item['points']:.2f}: {texts.get(item['code'], {}).get('en', 'no text')})"


def _decision(decision: Mapping[str, Any]) -> list[str]:
    offer = f": {decision['offer_amount']} CNY at {decision['offer_rate']} over {decision['offer_tenor']} months"
    fired = json.loads(decision["rules_fired"])
    why = f", because {decision['why']}" if decision["why"] else ""
    return [
        f"{decision['business_date']}  {decision['outcome']}{offer if decision['offer_amount'] is not None else ''}, by"
        f" {decision['decided_by']}, policy {decision['policy_version']}{why}",
        *(f"    rule {rule.pop('code')}: {', '.join(str(value) for _, value in sorted(rule.items(), reverse=True))}" for rule in fired),
    ]


def main() -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.explain_score", description="Recompute and explain a past score.")
    parser.add_argument("application_no")
    parser.add_argument("--version", help="of the score, where several scored it; by default the one that decided")
    options = parser.parse_args()
    try:
        with engine().connect() as connection:
            found = explain(connection, options.application_no, options.version)
    except NotExplainedError as error:
        print(error, file=sys.stderr)
        return 1
    print(as_text(found))
    return 1 if found.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
