"""Reading a loan as of a date."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.lending.delinquency import Bucket, Delinquency, Pause, Policy, assess
from include.steps.as_of.state import Instalment, LoanAsOf, accrued, past_due, state_by_value, total
from include.steps.context import StepError


class By(StrEnum):
    """KNOWN: what had been booked by the date. VALUE: what counts from it or before, whenever it was booked."""

    KNOWN = "known"
    VALUE = "value"


def loan_as_of(connection: Connection, loan_no: str, on: date, by: By = By.KNOWN) -> LoanAsOf:
    """The loan at the close of ``on``.

    By what was known then it is, column by column, what ``loan_day`` of that date says. By value date its class and state follow
    from what was owed, without the time that a better class or the end of a default asks for.

    Raises
    ------
    StepError : there is no such loan, it was not there on that date, or the date is not closed.
    """
    asked: dict[str, Any] = {"loan_no": loan_no, "as_of": on, "by_value": by is By.VALUE}
    found = _rows(connection, "loan", asked)
    if not found:
        raise StepError(f"There is no loan {loan_no}.")
    (loan,) = found
    if loan["known_to"] is None or on > loan["known_to"]:
        raise StepError(f"{on} is not closed: the last closed date is {loan['known_to'] or 'none yet'}.")
    if loan["known_from"] is None or on < loan["known_from"]:
        raise StepError(f"Loan {loan_no} is in the books since {loan['known_from']}: nothing is known of {on}.")
    asked["loan_id"] = loan["loan_id"]
    rows = tuple(Instalment(**row) for row in _rows(connection, "instalments", asked))
    pauses = [Pause(row["starts_on"], row["ends_on"]) for row in _rows(connection, "pauses", asked)]
    settings = {row["name"]: row["value"] for row in connection.execute(text("select name, value from policy_setting")).mappings()}
    policy = _policy(connection, loan["grace_days"], settings)
    late = assess(past_due(rows, on), on, policy, pauses)
    return _put_together(connection, loan, rows, on, by, late, settings)


def _put_together(
    connection: Connection,
    loan: RowMapping,
    rows: tuple[Instalment, ...],
    on: date,
    by: By,
    late: Delinquency,
    settings: dict[str, str],
) -> LoanAsOf:
    state, class_code, stage, stopped = loan["recorded_state"], loan["class_code"] or 1, loan["stage"] or 1, loan["accrual_stopped_on"]
    if by is By.VALUE:
        owed = total(row.outstanding for row in rows)
        default_after, judged = int(settings["default_after_days"]), loan["unlikely_to_pay_on"] is not None
        state = state_by_value(state, loan["written_off"], owed, late, judged, default_after)
        class_code, stage = _class_by_value(connection, state, late.past_due_days, settings)
        stopped = stopped if state in ("DEFAULTED", "WRITTEN_OFF") else None
    due = [row for row in rows if row.due_date <= on]
    today = [row for row in due if row.due_date == on and not row.is_moved]
    interest, penalty, fee = total(row.interest for row in due), loan["penalty_outstanding"], loan["fee_outstanding"]
    earned = total([]) if state == "WRITTEN_OFF" else accrued(rows, on, loan["rounding"])
    exposure = loan["principal_balance"] + fee + (total([]) if stopped else interest + penalty + earned)
    return LoanAsOf(
        business_date=on,
        **{name: loan[name] for name in _TERMS},
        state=state,
        class_code=class_code,
        stage=stage,
        days_past_due=late.past_due_days,
        delinquent_days=late.delinquent_days,
        bucket_code=late.bucket.code if late.bucket else None,
        next_due_date=min((row.due_date for row in rows if row.outstanding), default=None),
        accrual_stopped_on=stopped,
        unlikely_to_pay_on=loan["unlikely_to_pay_on"],
        principal_disbursed=loan["principal_disbursed"],
        principal_balance=loan["principal_balance"],
        interest_outstanding=interest,
        interest_prepaid=total([]) if loan["early_money"] == "HOLD" else total(row.interest_paid for row in rows if row.due_date > on),
        fee_outstanding=fee,
        penalty_outstanding=penalty,
        interest_accrued=earned,
        interest_suspended=interest if stopped else total([]),
        accrued_suspended=earned if stopped else total([]),
        penalty_suspended=penalty if stopped else total([]),
        arrears=Decimal(late.amount) / 100,
        overpayment=loan["overpayment"],
        recovered=loan["recovered"],
        exposure=exposure,
        provision=(exposure * _coverage(connection, class_code)).quantize(Decimal("0.01"), ROUND_HALF_UP),
        due_today=total(row.principal_due + row.interest_due + row.fee_due for row in today),
        due_open=total(row.outstanding for row in today),
        received_today=loan["received_today"],
        instalments=rows,
    )


_TERMS = (
    "loan_id",
    "loan_no",
    "customer_id",
    "customer_no",
    "product_id",
    "product_code",
    "currency",
    "annual_rate",
    "penalty_rate",
    "principal",
    "tenor",
    "disbursed_on",
    "matures_on",
)


def _rows(connection: Connection, name: str, parameters: dict[str, Any]) -> list[RowMapping]:
    result = run_sql(connection, f"as_of/{name}", parameters)
    assert result is not None
    return list(result.mappings())


def _policy(connection: Connection, grace_days: int, settings: dict[str, str]) -> Policy:
    found = connection.execute(text("select bucket_code, days_from, days_to from delinquency_bucket order by days_from"))
    buckets = tuple(Bucket(row.bucket_code, row.days_from, row.days_to) for row in found)
    return Policy(grace_days, int(Decimal(settings["arrears_tolerance"]) * 100), buckets)


def _class_by_value(connection: Connection, state: str, days: int, settings: dict[str, str]) -> tuple[int, int]:
    by_days = connection.scalar(text("select class_code from asset_class where :days between dpd_from and dpd_to"), {"days": days})
    if state == "DEFAULTED":
        return max(int(by_days or 1), int(settings["default_class_floor"])), 3
    return (1 if state == "PAID_OFF" else int(by_days or 1)), 2 if days > int(settings["stage_2_after_days"]) else 1


def _coverage(connection: Connection, class_code: int) -> Decimal:
    return Decimal(connection.scalar(text("select coverage from asset_class where class_code = :code"), {"code": class_code}) or 0)
