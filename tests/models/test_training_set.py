"""The training set from the database: who is in it, what is good and bad, and that nothing in it knows the future."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

import include.database
from include import policy
from models import registry, train
from models.features import BY_NAME, FEATURES, feature_frame, switched_on, usable
from models.history import INFERRED, OUTCOME, SHIPPED, describe, observed, read, read_applicants, write
from models.leakage import LeakError, check_power
from models.reader import SCORECARD_FILE
from models.reference import REFERENCE_FILE, count, from_json
from models.score import score
from models.scorecard import Scorecard
from models.training_set import applicants_until, from_database
from tests.conftest import as_role
from tests.models.conftest import Fitted
from tests.models.lending_past import DECIDED, YEAR_LATER, Past


@pytest.fixture
def past(any_database: Engine) -> Past:
    return Past(any_database)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The policy of the training set, to change for one test."""
    document = policy.read("model_watch")["training"]
    for name, value in document.items():
        monkeypatch.setitem(document, name, value)
    return document


def _built(past: Past, as_of: date = YEAR_LATER) -> Any:
    with past.owner.connect() as connection:
        return from_database(connection, as_of)


def _ten_loans(past: Past) -> None:
    """1 to 4 good, 5 late but cured, 6 and 7 bad, 8 defaulted, 9 bad after its window, 10 good; 11 and 12 refused."""
    for number in range(1, 11):
        past.applied(number)
    late = {5: {100: 60}, 6: {150: 91}, 7: {300: 120}, 9: {370: 95}}
    for number in range(1, 11):
        past.lent(number, late.get(number), state="DEFAULTED" if number == 8 else "ACTIVE")
    past.applied(11, "REJECTED", points="470", prob_good=0.4)
    past.applied(12, "REJECTED", points="470", prob_good=0.4)


def test_good_bad_and_neither(past: Past) -> None:
    _ten_loans(past)
    found = _built(past)
    counts = found.counts
    assert (counts.matured_loans, counts.good, counts.bad, counts.indeterminate) == (10, 6, 3, 1)
    assert (counts.rejected, counts.inferred) == (2, 0), "refused applications are counted, not trained on"
    assert list(found.rows[OUTCOME]) == [0, 0, 0, 0, 1, 1, 1, 0, 0]
    assert not found.enough
    assert not {"application_id", "application_no", "customer_no", "loan_id"} & set(found.rows.columns)


def test_only_what_was_known_on_the_date_counts(past: Past) -> None:
    _ten_loans(past)
    before = _built(past, YEAR_LATER - timedelta(days=1))
    assert (before.counts.matured_loans, before.counts.rejected, len(before.rows)) == (0, 0, 0)
    again = _built(past, YEAR_LATER + timedelta(days=400))
    assert again.rows.equals(_built(past).rows), "what happened after the window changes no outcome"


@pytest.mark.parametrize(("treated", "rows", "bad"), [("good", 10, 3), ("bad", 10, 4)])
def test_policy_says_where_the_indeterminate_go(past: Past, rules: dict[str, Any], treated: str, rows: int, bad: int) -> None:
    _ten_loans(past)
    rules["indeterminate"] = treated
    found = _built(past).rows
    assert (len(found), found[OUTCOME].sum()) == (rows, bad)


def test_parcelled_rejects_are_fitted_on_and_count_in_no_figure(past: Past, rules: dict[str, Any], tmp_path: Path) -> None:
    _ten_loans(past)
    rules |= {"rejected": "parcel", "parcel": {"bands": 2, "bad_rate_factor": 10}, "min_loans": 9, "min_bad": 3}
    found = _built(past)
    inferred = found.rows[found.rows[INFERRED] == 1]
    assert (found.counts.inferred, list(inferred[OUTCOME])) == (2, [1, 1]), "ten times a predicted bad rate of .6 is certain"
    described = train.build_training_set(None, past.owner, tmp_path, YEAR_LATER)
    assert described["rows"] == 11
    assert len(observed(*read(described["path"]))[0]) == 9


def test_the_features_are_those_of_the_decision_though_the_file_of_the_applicant_changed(past: Past) -> None:
    past.applied(1, income=12345.0)
    past.lent(1)
    with past.owner.begin() as connection:
        connection.execute(text("update application set income = 1 where application_id = 1"))
        connection.execute(text("update loan set days_past_due = 77 where loan_id = 1"))
    (row,) = _built(past).rows.to_dict("records")
    assert (row["income"], row["days_past_due"]) == (12345.0, 0.0)


def test_a_feature_looked_up_after_the_decision_is_caught(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted leak: days past due as they are now, instead of as they were when the application was decided."""
    _ten_loans(past)
    with past.owner.begin() as connection:
        connection.execute(text("update loan set days_past_due = 95 where loan_id in (6, 7)"))
    (honest,) = include.database.read_sql("credit_model/training_set")
    leaking = honest.replace(
        "    matured.features,",
        "    json_set(matured.features, '$.days_past_due',"
        " (select days_past_due from loan where loan.loan_id = matured.loan_id)) as features,",
    )
    assert leaking != honest
    real = include.database.read_sql
    monkeypatch.setattr(include.database, "read_sql", lambda name: (leaking,) if name == "credit_model/training_set" else real(name))
    with pytest.raises(LeakError, match=r"days_past_due \(in 2 rows\)"):
        train.build_training_set(None, past.owner, Path("unused"), YEAR_LATER)


def test_a_score_made_after_the_decision_is_caught(past: Past) -> None:
    past.applied(1, scored_on=DECIDED + timedelta(days=1))
    past.lent(1)
    with pytest.raises(LeakError, match="scored after they were decided, such as application 1"):
        _built(past)


def test_a_column_of_a_file_that_gives_the_outcome_away_is_caught(tmp_path: Path) -> None:
    leak = tmp_path / "leak.csv"
    text_of = Path(train.build_training_set()["path"]).read_text(encoding="utf-8").splitlines()
    header, *lines = text_of
    late = [f"{line},{'95' if line.endswith(',1') and number % 20 else '0'}" for number, line in enumerate(lines)]
    leak.write_text("\n".join([f"{header},days_past_due", *late]), encoding="utf-8")
    with pytest.raises(LeakError, match=r"days_past_due \(AUC 0\.9\d\d alone\)"):
        train.build_training_set(leak)


def test_an_honest_file_has_no_feature_that_knows_so_much() -> None:
    applications, repaid = read()
    features = usable(applications, switched_on())
    alone = check_power(feature_frame(applications, features), repaid, features, 0.90)
    assert set(alone) == {feature.name for feature in features}
    assert max(alone.values()) < 0.75
    assert BY_NAME.keys() >= alone.keys()


def test_the_database_is_trained_on_where_it_has_enough_and_the_run_says_which(past: Past, rules: dict[str, Any], tmp_path: Path) -> None:
    _ten_loans(past)
    shipped = train.build_training_set(None, past.owner, tmp_path, YEAR_LATER)
    assert shipped["rows"] == 2450
    assert "10 matured loans, 6 good, 3 bad, 1 indeterminate, 2 rejected" in str(shipped["source"])
    assert str(shipped["source"]).startswith("the shipped file, for want of 2000 good or bad loans (200 bad) in the database as of")
    assert not list(tmp_path.iterdir())
    rules |= {"min_loans": 9, "min_bad": 3}
    own = train.build_training_set(None, past.owner, tmp_path, YEAR_LATER)
    assert (own["rows"], own["bad"]) == (9, 3)
    assert str(own["source"]).startswith("the database as of 2026-01-10")
    assert train.build_training_set(None, past.owner, tmp_path, YEAR_LATER) == own, "the same date gives the same file, by its hash"
    applications, _ = read(own["path"])
    assert {feature.name for feature in usable(applications, switched_on())} >= {"income", "amount_to_price"}


def test_the_applicants_are_all_who_were_decided_about_in_the_time_of_the_set(past: Past, rules: dict[str, Any], tmp_path: Path) -> None:
    _ten_loans(past)
    past.applied(13)  # approved, and never lent to
    past.applied(14, "REFERRED")
    rules |= {"min_loans": 9, "min_bad": 3}
    built = train.build_training_set(None, past.owner, tmp_path, YEAR_LATER)
    applicants = read_applicants(str(built["applicants"]))
    assert (built["rows"], len(applicants)) == (9, 14)
    assert not {"application_id", "customer_no", OUTCOME} & set(applicants.columns)
    assert set(applicants.columns) <= {source for feature in FEATURES for source in feature.sources}
    assert hashlib.sha256(Path(str(built["applicants"])).read_bytes()).hexdigest() == built["applicants_sha256"]
    with past.owner.connect() as connection:
        assert applicants_until(connection, YEAR_LATER - timedelta(days=1)).empty, "decided later than the loans of the set"


def test_what_a_version_is_watched_against_is_the_applicants_and_not_those_let_in(own_mlflow: Path, fitted: Fitted, tmp_path: Path) -> None:
    """A score that refuses half does not see another population on the next day: the refused go on applying."""
    everybody = pd.read_csv(SHIPPED, dtype=str, keep_default_na=False)
    points = score(fitted.scorecard, fitted.applications).points
    accepted = everybody[points >= np.median(points)]
    applicants = write(everybody.drop(columns=[OUTCOME, "customer_no"]), tmp_path, "applicants")
    training = describe(write(accepted, tmp_path, "training"), "a test", applicants).as_dict()
    run_id = train.fit_model(training)

    def logged(file: str) -> str:
        return str(mlflow.artifacts.load_text(f"runs:/{run_id}/{file}"))

    bins = from_json(logged(REFERENCE_FILE))
    scores = score(Scorecard.from_json(logged(SCORECARD_FILE)), fitted.applications)
    met = count(bins, scores.frame, scores.points)
    assert {(item.feature, item.bin_no): round(item.share * len(everybody)) for item in bins if item.share} == met
    assert logged("applicants.csv") == Path(applicants).read_text(encoding="utf-8")
    assert registry.client().get_run(run_id).data.tags["applicants_sha256"] == training["applicants_sha256"]

    Path(applicants).write_text("age\n30\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"applicants_\w+\.csv changed since the training set was built"):
        train.fit_model(training)


def test_before_the_first_date_is_closed_the_source_says_so(past: Past, tmp_path: Path) -> None:
    with past.owner.begin() as connection:
        connection.execute(text("update business_day set state = 'OPEN' where state = 'CLOSED'"))
    assert str(train.build_training_set(None, past.owner, tmp_path)["source"]).endswith("in the database, where no date is closed yet")


def test_the_risk_team_can_build_it_and_sees_nobodys_identity(past: Past) -> None:
    _ten_loans(past)
    risk = as_role(past.owner, "millrace_risk")
    (query,) = include.database.read_sql("credit_model/training_set")
    window = {"as_of": YEAR_LATER, "months": 12, "bad_days": 90, "indeterminate_days": 30}
    with risk.connect() as connection:
        assert len(connection.execute(text(query), window).all()) == 10
        columns = set(connection.execute(text("select * from training_application join training_loan_day using (loan_id)")).keys())
    assert not {name for name in columns if name.endswith("_no") or "cipher" in name or "customer" in name or name in ("why", "purpose")}


@pytest.mark.parametrize("table", ["application", "application_score", "application_decision", "customer", "customer_identity", "loan"])
def test_the_tables_behind_the_views_are_closed_to_the_risk_team(any_database: Engine, table: str) -> None:
    risk = as_role(any_database, "millrace_risk")
    with risk.connect() as connection:
        connection.execute(text("select count(*) from training_application"))
        with pytest.raises(DatabaseError, match="denied"):
            connection.execute(text(f"select count(*) from {table}"))
