"""The training set from the database, as of a date: loans whose performance window has passed, as they were when decided.

Definitions are policy (include/policy/model_watch.yaml); the SQL reads the views that the risk team may read.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, text

from include import policy
from include.database import run_sql
from models.features import FEATURES, feature_frame
from models.history import INFERRED, OUTCOME, TrainingSet, describe, write
from models.leakage import check_frozen
from models.reject_inference import parcel

DECIDED_ON = "decided_on"  # no feature: by it an out-of-time sample can be told apart

NO_DATE = date.min  # before the first date is closed


@dataclass(frozen=True)
class Counts:
    """What became of the candidates, so that what was left out can be seen."""

    matured_loans: int
    good: int
    bad: int
    indeterminate: int
    rejected: int
    inferred: int


@dataclass(frozen=True)
class DatabaseSet:
    """Rows as in a training file, and where they come from. ``enough`` by policy's minimum."""

    rows: pd.DataFrame
    as_of: date
    counts: Counts

    @property
    def enough(self) -> bool:
        rules = policy.read("model_watch")["training"]
        return self.counts.good + self.counts.bad >= rules["min_loans"] and self.counts.bad >= rules["min_bad"]

    def as_text(self) -> str:
        """For logs: where and how many."""
        if self.as_of == NO_DATE:
            return "the database, where no date is closed yet"
        counts = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in asdict(self.counts).items())
        return f"the database as of {self.as_of}: {counts}"


def from_database(connection: Connection, as_of: date | None = None) -> DatabaseSet:
    """Build the set as of a closed date, by default the last one.

    Raises
    ------
    LeakError : a feature is not what it was when the application was decided.
    """
    day = as_of or connection.scalar(text("select max(business_date) from business_day where state = 'CLOSED'")) or NO_DATE
    rules = policy.read("model_watch")["training"]
    window = {"as_of": day, "months": rules["performance_months"]}
    definition = {"bad_days": rules["bad_days_past_due"], "indeterminate_days": rules["indeterminate_days_past_due"]}
    loans = _rows(connection, "credit_model/training_set", window | definition)
    outcomes = Counter(loans["outcome"]) if len(loans) else Counter()
    rejected = _rows(connection, "credit_model/training_rejected", window)
    taken = _with_outcome(loans, rules["indeterminate"])
    added = _inferred(taken, rejected, rules)
    rows = pd.concat([taken, added], ignore_index=True) if len(added) else taken
    features = _features(rows)
    if len(rows):
        _check(connection, rows, features, day)
    counts = Counts(len(loans), outcomes["GOOD"], outcomes["BAD"], outcomes["INDETERMINATE"], len(rejected), len(added))
    return DatabaseSet(_as_file(rows, features), day, counts)


def applicants_until(connection: Connection, as_of: date) -> pd.DataFrame:
    """Everybody who was decided about in the time from which the loans of a set come, accepted or not, as scored then."""
    window = {"as_of": as_of, "months": policy.read("model_watch")["training"]["performance_months"]}
    return _declared(_features(_rows(connection, "credit_model/training_applicants", window)))


def described_for(database: Engine, folder: Any, as_of: date | None = None) -> TrainingSet:
    """The set from the database and its applicants, written to ``folder``, where it has as many loans as policy asks for; else the
    shipped file.
    """
    with database.connect() as connection:
        found = from_database(connection, as_of)
        applicants = applicants_until(connection, found.as_of) if found.enough else pd.DataFrame()
    if found.enough:
        path = write(found.rows, folder, f"training_{found.as_of}")
        return describe(path, found.as_text(), write(applicants, folder, f"applicants_{found.as_of}"))
    rules = policy.read("model_watch")["training"]
    wanted = f"{rules['min_loans']} good or bad loans ({rules['min_bad']} bad)"
    return describe(source=f"the shipped file, for want of {wanted} in {found.as_text()}")


def _rows(connection: Connection, name: str, parameters: dict[str, Any]) -> pd.DataFrame:
    result = run_sql(connection, name, parameters)
    return pd.DataFrame(list(result.mappings())) if result is not None else pd.DataFrame()


def _with_outcome(loans: pd.DataFrame, indeterminate: str) -> pd.DataFrame:
    """Loans with ``is_bad``; what is neither good nor bad goes where policy says."""
    if loans.empty:
        return loans
    verdicts = {"GOOD": 0, "BAD": 1} | ({"INDETERMINATE": int(indeterminate == "bad")} if indeterminate != "exclude" else {})
    kept = loans[loans["outcome"].isin(verdicts)]
    marks: dict[str, Any] = {OUTCOME: kept["outcome"].map(verdicts).astype(int), INFERRED: 0}
    return kept.assign(**marks)


def _inferred(accepted: pd.DataFrame, rejected: pd.DataFrame, rules: dict[str, Any]) -> pd.DataFrame:
    """Refused applications with a parcelled outcome, where policy wants them."""
    if rules["rejected"] == "exclude" or rejected.empty or accepted.empty:
        return pd.DataFrame()
    how, seed = rules["parcel"], policy.read("score")["fit"]["seed"]
    marks: dict[str, Any] = {OUTCOME: parcel(accepted, rejected, how["bands"], how["bad_rate_factor"], seed), INFERRED: 1}
    return rejected.assign(**marks)


def _features(rows: pd.DataFrame) -> pd.DataFrame:
    """The stored features as columns, in the order of models/features.py; those without any value are left out."""
    stored = pd.DataFrame([json.loads(row) for row in rows["features"]] if len(rows) else [], index=rows.index)
    return stored[[feature.name for feature in FEATURES if feature.name in stored and stored[feature.name].notna().any()]]


def _check(connection: Connection, rows: pd.DataFrame, features: pd.DataFrame, as_of: date) -> None:
    """What a training on these rows will see, against what is stored. Derived features follow from the others by today's definition."""
    seen = [f for f in FEATURES if f.sources == (f.name,) and f.name in features.columns]
    frame = feature_frame(features, seen).set_index(pd.Index(rows["application_id"]))
    frozen = _rows(connection, "credit_model/training_frozen", {"as_of": as_of}).set_index("application_id")
    stored = pd.DataFrame([json.loads(row) for row in frozen["features"]], index=frozen.index)
    check_frozen(frame, stored.assign(scored_on=frozen["scored_on"], first_decided_on=frozen["first_decided_on"]))


def _as_file(rows: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """As a training file: no id, what derived features are made from, the outcome."""
    if rows.empty:
        return pd.DataFrame({OUTCOME: []})
    return _declared(features).assign(**{DECIDED_ON: rows["first_decided_on"], INFERRED: rows[INFERRED], OUTCOME: rows[OUTCOME]})


def _declared(features: pd.DataFrame) -> pd.DataFrame:
    """What derived features are made from."""
    sources = {source for feature in FEATURES for source in feature.sources}
    return features[[name for name in features.columns if name in sources]]
