"""Pay out accepted offers: instruct the bank, take its answers, open the loans of what it confirmed."""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy import Connection, text

from include import policy
from include.database import run_sql, run_sql_many
from include.lending.privacy import PrivacyError, decrypt
from include.steps.context import StepContext, StepError, StepResult
from include.steps.origination.confirmations import CONFIRMED, SOURCES, Answer
from include.steps.origination.disbursement import open_loans
from include.steps.origination.returned_payouts import paid_payout, take_back

FILE_COLUMNS = ("reference", "payee_name", "payee_account", "amount", "currency", "value_date")


def pay_out(connection: Connection, context: StepContext) -> StepResult:
    """Accept, instruct, confirm, disburse, take back what came back: whatever of it this date can do.

    Raises
    ------
    StepError : no key for the payees' accounts, or an answer of the bank that does not fit what was instructed.
    """
    rules = policy.read("credit_policy")["payout"]
    file_name = f"payouts/{context.business_date}.csv"
    parameters = {"business_date": context.business_date, "file_name": file_name, "max_attempts": rules["max_attempts"]}
    run_sql(connection, "origination/pay_out_accept", parameters)
    run_sql(connection, "origination/pay_out_cancel", parameters)
    run_sql(connection, "origination/pay_out_instruct", parameters)
    instructed = _write_file(connection, context, file_name)
    answers = _take_answers(connection, context, rules["confirmation"])
    opened = open_loans(connection, context.business_date)
    run_sql(connection, "origination/pay_out_disbursed", parameters)
    came_back = take_back(connection, answers["came_back"], context.business_date)
    waiting = _count(connection, "select count(*) from application where state = 'ACCEPTED' and payee_cipher is null")
    details: dict[str, Any] = {"instructed": instructed, "file": file_name, "unanswered": answers["unanswered"]}
    details |= {"returned": answers["returned"], "without_account": waiting, "instalments": opened.instalments}
    details |= {"came_back": len(answers["came_back"]), "came_back_amount": str(came_back)}
    return StepResult(opened.loans, opened.amount, details)


def _write_file(connection: Connection, context: StepContext, file_name: str) -> int:
    """The date's payout file: what the bank needs and nothing more; the only place where account numbers are readable.

    It is written before the commit: a run that is killed in between writes the same lines again.
    """
    found = run_sql(connection, "origination/pay_out_file", {"business_date": context.business_date})
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(FILE_COLUMNS)
    count = 0
    for row in found:  # type: ignore[union-attr]
        try:
            payee = decrypt("name", row.name_cipher) or "", decrypt("payee", row.payee_cipher)
        except PrivacyError as error:
            raise StepError(f"payout {row.reference}: {error}") from error
        writer.writerow([row.reference, *payee, row.amount, row.currency, row.value_date])
        count += 1
    target = context.places.outbox / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.getvalue().encode())
    return count


def _take_answers(connection: Connection, context: StepContext, source: str) -> dict[str, Any]:
    if source not in SOURCES:
        raise StepError(f"payout.confirmation in include/policy/credit_policy.yaml is {source}: use {' or '.join(SOURCES)}")
    asked = {row.reference: row.payout_id for row in run_sql(connection, "origination/pay_out_unanswered")}  # type: ignore[union-attr]
    given = SOURCES[source](context, list(asked), lambda reference: paid_payout(connection, reference) is not None)
    answers = [answer for answer in given if answer.reference in asked]
    run_sql(connection, "origination/pay_out_answers")
    run_sql_many(connection, "origination/pay_out_answer", [_answer_row(answer, asked[answer.reference]) for answer in answers])
    run_sql(connection, "origination/pay_out_take_answers", {"business_date": context.business_date})
    returned = sum(answer.state != CONFIRMED for answer in answers)
    came_back = [answer for answer in given if answer.reference not in asked]
    return {"unanswered": len(asked) - len(answers), "returned": returned, "came_back": came_back}


def _answer_row(answer: Answer, payout_id: int) -> dict[str, Any]:
    return {"payout_id": payout_id, "state": answer.state, "bank_ref": answer.bank_ref, "reason": answer.reason}


def _count(connection: Connection, query: str) -> int:
    return int(connection.execute(text(query)).scalar_one())
