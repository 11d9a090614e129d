"""A cent planted in any one table keeps the day open and names the loan."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from include.steps.close import check_invariants
from include.steps.context import StepError
from include.steps.runner import run_day
from tests.conftest import as_role
from tests.lender import Lender
from tests.statements import deliver, statement_rows

SCHEDULE = [("2026-03-03", "1000.00", "10.00"), ("2026-04-03", "1000.00", "9.00")]

PLANTED = [
    "update loan set principal_paid = principal_paid + 0.01 where loan_no = 'L1'",
    "update loan set interest_paid = interest_paid + 0.01 where loan_no = 'L1'",
    "update loan set penalty_charged = penalty_charged + 0.01 where loan_no = 'L1'",
    "update loan set principal_disbursed = principal_disbursed + 0.01 where loan_no = 'L1'",
    "update loan set overpayment = overpayment + 0.01 where loan_no = 'L1'",
    "update loan set arrears = arrears + 0.01 where loan_no = 'L1'",
    "update instalment set principal_paid = principal_paid + 0.01 where loan_id = 1 and instalment_no = 2",
    "update instalment set interest_due = interest_due + 0.01 where loan_id = 1 and instalment_no = 2",
    "update instalment set principal_due = principal_due + 0.01 where loan_id = 1 and instalment_no = 2",
    "update instalment set penalty_charged = penalty_charged + 0.01 where loan_id = 1 and instalment_no = 1",
    "update ledger_entry set interest = interest + 0.01 where loan_id = 1 and entry_type = 'REPAYMENT' limit 1",
    "update ledger_entry set principal = principal + 0.01 where loan_id = 1 and entry_type = 'OPENING'",
    "update repayment set amount = amount + 0.01 where external_ref = 'r1'",
    "update journal set debit = debit + 0.01 where loan_id = 1 and debit > 0 and event = 'REPAYMENT' limit 1",
    "update loan_accrual set posted = posted + 0.01 where loan_id = 1",
    "update loan_accrual set completed = completed + 0.01 where loan_id = 1",
    "update loan_day set principal_balance = principal_balance + 0.01 where loan_id = 1 and business_date = '2026-03-04'",
    "update loan_day set provision = provision + 0.01 where loan_id = 1 and business_date = '2026-03-04'",
    "update loan_day set received_today = received_today + 0.01 where loan_id = 1 and business_date = '2026-03-04'",
    "update loan set delinquent_days = delinquent_days + 1 where loan_no = 'L1'",
    "update delinquency_history set amount = amount + 0.01 where loan_id = 1",
    "update loan set accrual_stopped_on = '2026-03-04' where loan_no = 'L1'",
    "update schedule_version set interest = interest + 0.01 where loan_id = 1",
]


# what is not of one loan: the invariant that finds it
PLANTED_ELSEWHERE = [
    ("update vat_day set vat = vat + 0.01 where business_date = '2026-03-04' and account_code = '6012'", "vat_is_split"),
    ("update vat_day set income = income + 0.01 where business_date = '2026-03-04' and account_code = '6011'", "vat_is_split"),
    ("update vat_day set vat_to_date = vat_to_date + 0.01 where business_date = '2026-03-03' and account_code = '6011'", "vat_is_split"),
    (
        "update journal set credit = credit + 0.01 where event = 'VAT' and component = 'INTEREST' and credit > 0"
        " and business_date = '2026-03-04'",
        "vat_is_split",
    ),
    ("update journal set credit = credit + 0.01 where event = 'ACCRUAL' and credit > 0 and business_date = '2026-03-04'", "vat_is_split"),
    ("update account_day set opening = opening + 0.01 where business_date = '2026-03-03' and account_code = '1303'", "trial_balance"),
    ("update account_day set debit = debit + 0.01 where business_date = '2026-03-04' and account_code = '1002'", "trial_balance"),
    ("update journal set debit = debit + 0.01 where event = 'PROVISION' and debit > 0 and business_date = '2026-03-04'", "trial_balance"),
    ("update bank_statement set closing = closing + 0.01 where business_date = '2026-03-03'", "bank_statement_adds_up"),
    ("update bank_line set amount = amount + 0.01 where reference = 'r1'", "bank_statement_adds_up"),
    ("update bank_line set reference = 'r2' where reference = 'r1'", "bank_items_are_matched"),
    ("update bank_item set amount = amount + 0.01 where reference = 'r1'", "bank_items_are_matched"),
    ("update bank_item set bank_line_id = null where reference = 'r1'", "bank_items_are_matched"),
    ("update bank_item set source_id = -1 where reference = 'r1'", "bank_items_are_matched"),
    ("update bank_statement set business_date = '2026-03-01' where business_date = '2026-03-04'", "bank_statement_is_there"),
]


@pytest.fixture(scope="module")
def unguarded(own_database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Lender:
    """4 March ready to close, two loans, one part-paid; guards taken away, as for a broken tool with all rights."""
    lender = Lender(own_database, as_role(own_database, "millrace_app"), tmp_path_factory.mktemp("places"))
    lender.with_files = True
    lender.open("2026-03-02")
    lender.loan("L1", SCHEDULE)
    lender.loan("L2", SCHEDULE)
    for day, lines in (("2026-03-02", []), ("2026-03-03", []), ("2026-03-04", [("RECEIPT", "500.00", "r1")])):
        deliver(lender.folder, day, statement_rows(day, "100.00", lines))
    lender.close_day(2)
    lender.receive("L1", "500.00", "r1")
    lender.list_steps()
    names = [step.name for step in lender.steps]
    run_day(lender.context(), lender.steps[: names.index("close.reconcile_and_close")])
    for trigger in lender.rows(
        "select trigger_name as name from information_schema.triggers where trigger_schema = database() and event_manipulation = 'UPDATE'"
        " and event_object_table <> 'business_day'"
    ):
        lender.execute(f"drop trigger {trigger['name']}")
    for check in lender.rows(
        "select constraint_name as name, table_name as tab from information_schema.table_constraints"
        " where constraint_schema = database() and constraint_type = 'CHECK' and constraint_name like '%_no_negative'"
    ):
        lender.execute(f"alter table {check['tab']} drop constraint {check['name']}")
    return lender


@pytest.mark.parametrize("statement", PLANTED, ids=[statement.split(" where ")[0].removeprefix("update ") for statement in PLANTED])
def test_a_planted_cent_is_found_and_its_loan_named(unguarded: Lender, statement: str) -> None:
    with unguarded.owner.connect() as connection:
        assert check_invariants(connection, unguarded.context()) == {}
        assert connection.execute(text(statement)).rowcount == 1
        broken = check_invariants(connection, unguarded.context())
        connection.rollback()
    assert "L1" in [row.get("loan_no") for rows in broken.values() for row in rows]
    assert "L2" not in [row.get("loan_no") for rows in broken.values() for row in rows]


@pytest.mark.parametrize(("statement", "invariant"), PLANTED_ELSEWHERE, ids=[f"{n}-{name[1]}" for n, name in enumerate(PLANTED_ELSEWHERE)])
def test_a_planted_cent_is_found_where_no_loan_is_to_blame(unguarded: Lender, statement: str, invariant: str) -> None:
    with unguarded.owner.connect() as connection:
        assert connection.execute(text(statement)).rowcount == 1
        broken = check_invariants(connection, unguarded.context())
        connection.rollback()
    assert invariant in broken


def test_a_planted_cent_keeps_the_day_open(unguarded: Lender) -> None:
    unguarded.execute("update loan set principal_paid = principal_paid + 0.01 where loan_no = 'L1'")
    with pytest.raises(StepError, match=r"2026-03-04 does not reconcile and stays open[\s\S]*loan_no L1"):
        unguarded.run("close.reconcile_and_close")
    assert unguarded.one("select state from business_day where business_date = '2026-03-04'")["state"] == "CLOSING"
    assert unguarded.rows("select invariant from invariant_check where business_date = '2026-03-04' and offending_rows > 0")
    unguarded.execute("update loan set principal_paid = principal_paid - 0.01 where loan_no = 'L1'")
    unguarded.run("close.reconcile_and_close")
    assert str(unguarded.today) == "2026-03-05"
