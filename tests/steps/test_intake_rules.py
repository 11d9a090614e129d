"""The expectations: each has a row that fails it and nothing else that it should not, and says so without a value."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from include.steps.intake.datasets import APPLICATIONS, DATASETS, REPAYMENTS, Dataset
from include.steps.intake.prepare import batch
from include.steps.intake.quarantine_rows import Mended
from include.steps.intake.rules import Finding, judge, suite_of
from include.steps.intake.validate import judge_batch
from tests.steps.intake_deliveries import DAY, Row, application, repayment, rows_of

GOOD = 20
ID = "99000000000000099X"

# For each row rule the changes that make good rows break it: one dict a row. A repeated row is added twice as it is.
BROKEN: dict[str, dict[str, list[Row]]] = {
    "applications": {
        "row.repeated": [{}],
        "application_no.given": [{"application_no": ""}],
        "application_no.form": [{"application_no": "A 1"}],
        "application_no.unique": [{"application_no": "TWICE"}, {"application_no": "TWICE"}],
        "application_date.given": [{"application_date": ""}],
        "application_date.date": [{"application_date": "2026-02-30"}],
        "application_date.day": [{"application_date": "2026-03-01"}],
        "customer_no.given": [{"customer_no": ""}],
        "customer_no.form": [{"customer_no": "C/1"}],
        "customer_kind.given": [{"customer_kind": ""}],
        "customer_kind.set": [{"customer_kind": "ROBOT"}],
        "name.given": [{"name": ""}],
        "name.length": [{"name": "长" * 101}],
        "id_number.given": [{"id_number": ""}],
        "id_number.form": [{"id_number": "123"}],
        "id_number.one_of_customer": [{"customer_no": "CX"}, {"customer_no": "CX"}],
        "customer_no.one_of_id_number": [{"id_number": ID}, {"id_number": ID}],
        "phone.form": [{"phone": "none"}],
        "email.form": [{"email": "none"}],
        "region.length": [{"region": "长" * 51}],
        "industry.length": [{"industry": "长" * 51}],
        "product_code.given": [{"product_code": ""}],
        "product_code.set": [{"product_code": "MORTGAGE"}],
        "amount.given": [{"amount": ""}],
        "amount.money": [{"amount": "1,000.00"}],
        "amount.range": [{"amount": "0.00"}],
        "tenor.given": [{"tenor": ""}],
        "tenor.whole": [{"tenor": "12.5"}],
        "tenor.range": [{"tenor": "0"}],
        "purpose.length": [{"purpose": "长" * 201}],
        "price.money": [{"price": "1.005"}],
        "price.range": [{"price": "-1.00"}],
        "payee_account.form": [{"payee_account": "?"}],
        "age.whole": [{"age": "forty"}],
        "age.range": [{"age": "-5"}],
        "gender.set": [{"gender": "m"}],
        "marital.set": [{"marital": "yes"}],
        "housing.set": [{"housing": "tent"}],
        "occupation.set": [{"occupation": "astronaut"}],
        "seniority.number": [{"seniority": "1.25"}],
        "seniority.range": [{"seniority": "81"}],
        "income.money": [{"income": "12.9k"}],
        "income.range": [{"income": "-0.01"}],
        "expenses.money": [{"expenses": "7e3"}],
        "expenses.range": [{"expenses": "-1"}],
        "assets.money": [{"assets": "many"}],
        "assets.range": [{"assets": "-1"}],
        "debts.money": [{"debts": "."}],
        "debts.range": [{"debts": "-1"}],
        "adverse_record.given": [{"adverse_record": ""}],
        "adverse_record.set": [{"adverse_record": "1"}],
    },
    "repayments": {
        "row.repeated": [{}],
        "source.given": [{"source": ""}],
        "source.form": [{"source": "BANK 1"}],
        "external_ref.given": [{"external_ref": ""}],
        "external_ref.form": [{"external_ref": "a b"}],
        "external_ref.unique": [{"external_ref": "SAME"}, {"external_ref": "SAME"}],
        "channel.given": [{"channel": ""}],
        "channel.set": [{"channel": "COUNTER"}],
        "kind.given": [{"kind": ""}],
        "kind.set": [{"kind": "GIFT"}],
        "loan_no.given": [{"loan_no": ""}],
        "loan_no.length": [{"loan_no": "L" * 33}],
        "amount.given": [{"amount": ""}],
        "amount.money": [{"amount": "1.005"}],
        "amount.range": [{"amount": "-1.00"}],
        "currency.given": [{"currency": ""}],
        "currency.set": [{"currency": "USD"}],
        "value_date.given": [{"value_date": ""}],
        "value_date.date": [{"value_date": "2026-02-29"}],
        "value_date.order": [{"value_date": "2026-03-03"}],
        "value_date.age": [{"value_date": "2025-03-01"}],
        "booking_date.given": [{"booking_date": ""}],
        "booking_date.date": [{"booking_date": "today"}],
        "booking_date.day": [{"booking_date": "2026-03-01", "value_date": "2026-03-01"}],
        "original_ref.given": [{"kind": "BOUNCE"}],
        "original_ref.absent": [{"original_ref": "X1"}],
        "original_ref.length": [{"kind": "BOUNCE", "original_ref": "X" * 65}],
        "original_ref.unique": [{"kind": "BOUNCE", "original_ref": "X2"}, {"kind": "BOUNCE", "original_ref": "X2"}],
    },
}


def frame_of(dataset: Dataset, rows: list[Row], mended: list[Mended] | None = None) -> pd.DataFrame:
    texts = pd.DataFrame([{name: row[name] or None for name in dataset.names} for row in rows], columns=dataset.names, dtype="str")
    return batch(dataset, texts, mended or [], DAY)


@cache
def judged(name: str) -> tuple[dict[str, list[int]], dict[str, Finding], int]:
    """Positions of the rows made for each rule, the findings by rule, and the number of rows."""
    make = application if name == "applications" else repayment
    rows, made = rows_of(name, GOOD), {}
    for rule, changes in BROKEN[name].items():
        number = 101 + len(rows)
        fresh = [make(number + n, **change) for n, change in enumerate(changes)]
        if rule == "row.repeated":
            fresh = [fresh[0], dict(fresh[0])]
        made[rule] = [len(rows) + n for n in range(len(fresh))]
        rows += fresh
    dataset = DATASETS[name]
    parameters = {"rows_expected": len(rows), "replay_max_days": 180, "product_codes": ["WC-INSTALMENT"]}
    return made, {finding.rule: finding for finding in judge(dataset, frame_of(dataset, rows), parameters)}, len(rows)


ROW_RULES = [(name, rule) for name in BROKEN for rule in BROKEN[name]]


@pytest.mark.parametrize(("name", "rule"), ROW_RULES, ids=str)
def test_a_row_rule_finds_the_row_that_breaks_it(name: str, rule: str):
    made, findings, _ = judged(name)
    expected = made[rule][1:] if rule == "row.repeated" else made[rule]
    assert set(expected) <= set(findings[rule].failed)


@pytest.mark.parametrize("name", BROKEN)
def test_good_rows_break_nothing_and_every_rule_has_its_row(name: str):
    made, findings, _ = judged(name)
    in_suite = {item["meta"]["rule"] for item in suite_of(name)["expectations"] if item["meta"]["scope"] == "row"}
    assert in_suite == set(BROKEN[name])
    wrongly = {rule: [n for n in finding.failed if n < GOOD] for rule, finding in findings.items()}
    assert not {rule: rows for rule, rows in wrongly.items() if rows}
    assert made["row.repeated"][0] not in findings["row.repeated"].failed, "the first of two identical rows is good"
    assert findings["batch.columns"].passed and findings["batch.rows"].passed


@pytest.mark.parametrize("name", BROKEN)
def test_every_expectation_says_what_and_what_to_do(name: str):
    for item in suite_of(name)["expectations"]:
        assert set(item["meta"]) == {"rule", "scope", "says", "do"} and all(item["meta"].values())


@pytest.mark.parametrize("dataset", [APPLICATIONS, REPAYMENTS], ids=lambda dataset: dataset.name)
def test_the_whole_batch_rules(dataset: Dataset):
    frame = frame_of(dataset, rows_of(dataset.name, 10))
    findings = {f.rule: f for f in judge(dataset, frame.drop(columns="amount"), {"rows_expected": 11}, ("batch",))}
    assert not findings["batch.columns"].passed
    assert (findings["batch.rows"].passed, findings["batch.rows"].found()) == (False, "10")


@pytest.mark.parametrize(("rows", "bad", "refused"), [(40, 8, False), (40, 9, True), (6, 5, False), (6, 6, True)])
def test_too_many_bad_rows_refuse_the_file_but_a_few_never_do(rows: int, bad: int, refused: bool):
    batch_rows = [repayment(n, currency="USD" if n <= bad else "CNY") for n in range(1, rows + 1)]
    verdict = judge_batch(REPAYMENTS, frame_of(REPAYMENTS, batch_rows), rows)
    assert len(verdict.reasons()) == bad
    assert bool(verdict.refusal()) is refused
    if refused:
        assert f"{bad / rows:.0%} of the rows are bad" in (verdict.refusal() or "")


def test_mended_rows_never_refuse_a_file_and_keep_their_own_date():
    before = DAY - timedelta(days=1)
    mended = [
        Mended(n, n, before, {**repayment(n, before), "currency": "USD" if n > 1 else "CNY", "original_ref": None}) for n in range(1, 11)
    ]
    verdict = judge_batch(REPAYMENTS, frame_of(REPAYMENTS, rows_of("repayments", 12), mended), 22)
    assert verdict.refusal() is None
    assert list(verdict.reasons()) == list(range(13, 22)), "the first mended row is good although it is of the day before"


def test_a_mended_row_gives_way_to_a_row_of_the_day_with_its_key():
    theirs, ours = repayment(1), {**repayment(1), "amount": "5.00", "original_ref": None}
    verdict = judge_batch(REPAYMENTS, frame_of(REPAYMENTS, [theirs], [Mended(7, 3, DAY, ours)]), 2)
    assert {position: [why["rule"] for why in reasons] for position, reasons in verdict.reasons().items()} == {1: ["row.repeated"]}


def test_every_reason_of_a_row_is_given():
    row = application(1, amount="-1", tenor="", gender="x")
    (reasons,) = judge_batch(APPLICATIONS, frame_of(APPLICATIONS, [row]), 1).reasons().values()
    assert [reason["rule"] for reason in reasons] == ["amount.range", "tenor.given", "gender.set"]
    assert reasons[0]["column"] == "amount" and reasons[0]["do"] == "correct amount"


def test_a_large_batch_is_judged_in_one_go():
    """100,000 rows: no row by row work in Python behind it, so a handful of seconds even on a busy machine."""
    rows = [repayment(n, date(2026, 3, 2)) for n in range(100_000)]
    rows[77_777]["currency"] = "USD"
    verdict = judge_batch(REPAYMENTS, frame_of(REPAYMENTS, rows), len(rows))
    assert list(verdict.reasons()) == [77_777]
