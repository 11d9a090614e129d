"""What the database itself refuses, to the pipeline's own account, on both servers."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from tests.conftest import as_role
from tests.lender import Lender

SCHEDULE = [("2026-03-03", "100.00", "10.00"), ("2026-04-03", "100.00", "9.00")]
DENIED = "denied"


@pytest.fixture(scope="module")
def after_a_day(own_database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Lender:
    """One loan, one posted repayment, 2 and 3 March closed, 4 March open. What is refused leaves it as it is."""
    lender = Lender(own_database, as_role(own_database, "millrace_app"), tmp_path_factory.mktemp("places"))
    lender.open("2026-03-02")
    lender.loan("L1", SCHEDULE)
    lender.close_day()
    lender.receive("L1", "110.00", "r1")
    lender.close_day()
    return lender


def refused(engine: Engine, statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=f"(?is){why}"), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("update loan set state = 'WRITTEN_OFF'", "loan L1 may not go from ACTIVE to WRITTEN_OFF"),
        ("update loan set state = 'NONSENSE'", "loan L1 may not go from ACTIVE to NONSENSE"),
        ("update loan set principal_paid = 0", DENIED),
        ("update loan set overpayment = 5", DENIED),
        ("update loan set annual_rate = 0", DENIED),
        ("update instalment set principal_paid = 0", DENIED),
        ("update instalment set principal_due = 0", DENIED),
        ("update instalment set moved_on = '2026-03-04'", DENIED),
        ("update schedule_version set principal = 0", DENIED),
        ("delete from instalment", DENIED),
        ("delete from loan", DENIED),
        ("update ledger_entry set principal = 0", DENIED),
        ("delete from ledger_entry", DENIED),
        ("truncate table ledger_entry", DENIED),
        ("replace into ledger_entry select * from ledger_entry limit 1", DENIED),
        (
            "insert into ledger_entry (entry_id, loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
            " values (1, 1, 1, 'REPAYMENT', '2026-03-04', '2026-03-04', 1, 'x') on duplicate key update principal = 0",
            DENIED,
        ),
        ("update journal set debit = 1", DENIED),
        ("delete from journal", DENIED),
        ("truncate table journal", DENIED),
        ("replace into journal select * from journal limit 1", DENIED),
        ("drop table journal", DENIED),
        ("alter table journal add x int", DENIED),
        ("update loan_history set actor = 'x'", DENIED),
        ("insert into loan_history (loan_id, to_state, business_date, actor) values (1, 'ACTIVE', '2026-03-04', 'x')", DENIED),
        ("update application_decision set outcome = 'APPROVED'", DENIED),
        ("update score_model set sha256 = 'x'", DENIED),
        ("insert into score_model_promotion (model_name, model_version, promoted_at, reason) values ('m', '1', now(), 'x')", DENIED),
        ("update business_day set state = 'OPEN' where business_date = '2026-03-02'", "may not go from CLOSED to OPEN"),
        ("update business_day set state = 'CLOSED' where state = 'OPEN'", "may not go from OPEN to CLOSED"),
        ("update business_day set cut_off_at = now() where business_date = '2026-03-02'", "is CLOSED and never changes again"),
        ("insert into business_day (business_date) values ('2026-03-05')", "duplicate|one_current_day"),
        ("insert into business_day (business_date) values ('2026-03-09')", "the date after 2026-03-04 is 2026-03-05"),
        ("delete from business_day", DENIED),
        (
            "insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
            " values (1, 2, 'REPAYMENT', '2026-03-03', '2026-03-03', 1, 'x')",
            "that date is not open",
        ),
        (
            "insert into journal (business_date, event, component, account_code, debit)"
            " values ('2026-03-03', 'DUE', 'INTEREST', '1002', 1)",
            "that date is not open",
        ),
        (
            "insert into repayment (source, external_ref, channel, loan_no, amount, value_date, business_date)"
            " values ('x', 'x', 'BANK', 'L1', 1, '2026-03-03', '2026-03-03')",
            "that date is not open",
        ),
        (
            "insert into application_decision (application_id, business_date, outcome, policy_version, rules_fired, decided_by)"
            " values (1, '2026-03-03', 'APPROVED', 'x', '[]', 'x')",
            "that date is not open",
        ),
        ("update repayment set amount = 1", DENIED),
        ("delete from repayment", DENIED),
        (
            "insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
            " values (1, 2, 'REPAYMENT', '2026-03-04', '2026-03-04', 100.01, 'x')",
            "instalment_no_negative",
        ),
        (
            "insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
            " values (1, 9, 'REPAYMENT', '2026-03-04', '2026-03-04', 1, 'x')",
            "which does not exist",
        ),
        (
            "insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
            " values (1, 0, 'REPAYMENT', '2026-03-04', '2026-03-04', 1, 'x')",
            "must name its instalment",
        ),
    ],
)
def test_the_pipelines_account_is_refused(after_a_day: Lender, statement: str, why: str) -> None:
    refused(after_a_day.engine, statement, why)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("update ledger_entry set principal = 0", "append-only"),
        ("delete from ledger_entry", "append-only"),
        ("replace into ledger_entry select * from ledger_entry where entry_id = 1", "append-only|not open"),
        ("update journal set debit = debit + 1", "append-only"),
        ("delete from journal", "append-only"),
        ("update loan_history set actor = 'x'", "append-only"),
        ("update instalment set principal_due = 0", "a schedule never changes"),
        ("delete from instalment", "never deleted"),
        ("update loan set annual_rate = 0", "terms of a contract never change"),
        ("update repayment set amount = 1", "what was received never changes"),
        ("update loan set state = 'WRITTEN_OFF'", "may not go from ACTIVE to WRITTEN_OFF"),
        ("update business_day set state = 'OPEN' where business_date = '2026-03-02'", "may not go from CLOSED to OPEN"),
    ],
)
def test_even_the_owner_is_refused_by_triggers(after_a_day: Lender, statement: str, why: str) -> None:
    refused(after_a_day.owner, statement, why)


def test_an_entry_holds_the_close_until_it_is_committed(after_a_day: Lender) -> None:
    """An uncommitted booking and the cut-off of its date cannot overtake each other."""
    booking = after_a_day.engine.connect()
    booking.execute(
        text(
            "insert into repayment (source, external_ref, channel, loan_no, amount, value_date, business_date)"
            " values ('counter', 'c1', 'COUNTER', 'L1', 10, '2026-03-04', '2026-03-04')"
        )
    )
    with after_a_day.owner.connect() as close:
        close.execute(text("set innodb_lock_wait_timeout = 1"))
        with pytest.raises(DatabaseError, match="1205"):
            close.execute(text("update business_day set state = 'CLOSING' where business_date = '2026-03-04'"))
    booking.commit()
    booking.close()
    assert after_a_day.state_of("L1")["overpayment"] == 10


@pytest.mark.parametrize("role", ["millrace_reader", "millrace_risk"])
def test_readers_see_neither_people_nor_write(any_database: Engine, role: str) -> None:
    reader = as_role(any_database, role)
    refused(reader, "select * from customer_identity", DENIED)
    refused(reader, "insert into business_day (business_date) values ('2026-03-02')", DENIED)
