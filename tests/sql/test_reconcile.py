"""A cent planted in any one table keeps the day open and names the loan."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from include.steps.close import check_invariants
from include.steps.context import StepError
from include.steps.runner import run_day
from tests.conftest import as_role
from tests.lender import SERVICING, Lender

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
    "update schedule_version set interest = interest + 0.01 where loan_id = 1",
    "update schedule_version set taken_over = taken_over + 0.01 where loan_id = 1",
]


@pytest.fixture(scope="module")
def unguarded(own_database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Lender:
    """4 March ready to close, two loans, one part-paid; guards taken away, as for a broken tool with all rights."""
    lender = Lender(own_database, as_role(own_database, "millrace_app"), tmp_path_factory.mktemp("places"))
    lender.open("2026-03-02")
    lender.loan("L1", SCHEDULE)
    lender.loan("L2", SCHEDULE)
    lender.close_day(2)
    lender.receive("L1", "500.00", "r1")
    lender.list_steps()
    names = [step.name for step in SERVICING]
    run_day(lender.context(), SERVICING[: names.index("close.reconcile_and_close")])
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


def test_a_planted_cent_keeps_the_day_open(unguarded: Lender) -> None:
    unguarded.execute("update loan set principal_paid = principal_paid + 0.01 where loan_no = 'L1'")
    with pytest.raises(StepError, match=r"2026-03-04 does not reconcile and stays open[\s\S]*loan_no L1"):
        unguarded.run("close.reconcile_and_close")
    assert unguarded.one("select state from business_day where business_date = '2026-03-04'")["state"] == "CLOSING"
    assert unguarded.rows("select invariant from invariant_check where business_date = '2026-03-04' and offending_rows > 0")
    unguarded.execute("update loan set principal_paid = principal_paid - 0.01 where loan_no = 'L1'")
    unguarded.run("close.reconcile_and_close")
    assert str(unguarded.today) == "2026-03-05"
