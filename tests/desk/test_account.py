"""The account of the desk's pages books nothing and rewrites nothing, on both servers."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import as_role

FORBIDDEN = [
    "insert into ledger_entry (loan_id) values (1)",
    "insert into journal (account_code) values ('1301')",
    "update loan set state = 'PAID_OFF'",
    "update instalment set principal_paid = 1",
    "update business_day set state = 'CLOSED'",
    "insert into repayment (source) values ('x')",
    "update application set amount = 1",
    "update application_decision set outcome = 'APPROVED'",
    "update application_review set amount = 1",
    "update change_request set amount = 1",
    "delete from desk_right",
    "update desk_right set role = 'ADMIN'",
    "update customer_identity set name_cipher = ''",
    "truncate table loan_note",
    "create table mine (x int)",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_refused(any_database: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused, as_role(any_database, "millrace_desk").begin() as connection:
        connection.execute(text(statement))
    assert refused.value.orig is not None
    assert refused.value.orig.args[0] in (1142, 1143)  # denied for the table, for the column
