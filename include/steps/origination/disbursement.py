"""Open the loans of confirmed payouts: loan, schedule, disbursement entry, accrual, all in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, text

from include.database import run_sql, run_sql_many
from include.lending.calendar import load_calendar
from include.lending.money import cents_of, from_cents, round_digits, to_millionths
from include.lending.schedule import Schedule, Terms, build, product_steps

ACTOR = "step:origination.pay_out"


@dataclass(frozen=True)
class Opened:
    """How many loans were opened, their principal in currency units, and their instalments."""

    loans: int
    amount: Decimal
    instalments: int


def open_loans(connection: Connection, today: date) -> Opened:
    """Open the loans of every payout confirmed ``today``; interest counts from today."""
    payouts = list(run_sql(connection, "origination/pay_out_confirmed", {"business_date": today}))  # type: ignore[arg-type]
    if not payouts:
        return Opened(0, Decimal(0), 0)
    schedule = _schedules(connection, payouts, today)
    last = np.searchsorted(schedule.loan, np.arange(len(payouts)), side="right") - 1
    connection.execute(text("set @reason = 'paid out'"))
    matures_on, first_due = schedule.period_end[last].tolist(), _first_due(schedule)
    loans = [_loan_row(*terms, today) for terms in zip(payouts, matures_on, first_due, strict=True)]
    run_sql_many(connection, "origination/pay_out_loan", loans)
    found = run_sql(connection, "origination/pay_out_loan_ids", {"business_date": today})
    ids = {row.application_id: row.loan_id for row in found}  # type: ignore[union-attr]
    loan_ids = [ids[payout.application_id] for payout in payouts]
    run_sql_many(connection, "origination/pay_out_instalment", _instalment_rows(schedule, loan_ids))
    run_sql_many(connection, "origination/pay_out_schedule_version", _version_rows(schedule, loan_ids, today))
    run_sql_many(connection, "origination/pay_out_accrual", [_accrual_row(loan_id, today) for loan_id in loan_ids])
    entries = [_entry_row(loan_id, payout.amount, today) for loan_id, payout in zip(loan_ids, payouts, strict=True)]
    run_sql_many(connection, "origination/pay_out_entry", entries)
    return Opened(len(payouts), sum((payout.amount for payout in payouts), Decimal(0)), len(schedule.loan))


def _schedules(connection: Connection, payouts: Sequence[Row[Any]], today: date) -> Schedule:
    steps = [product_steps(payout.method, payout.frequency, payout.offer_tenor) for payout in payouts]
    terms = Terms(
        amount=cents_of(payout.amount for payout in payouts),
        annual_rate=[to_millionths(payout.offer_rate) for payout in payouts],
        instalments=[instalments for instalments, _, _ in steps],
        start=np.datetime64(today),
        method=[payout.method for payout in payouts],
        every=[every for _, every, _ in steps],
        unit=[unit for _, _, unit in steps],
        day_count=[payout.day_count for payout in payouts],
        rounding=[payout.rounding for payout in payouts],
        roll=[payout.due_date_roll for payout in payouts],
    )
    return build(terms, load_calendar(connection))


def _loan_row(payout: Row[Any], matures_on: date, first_due: date, today: date) -> dict[str, Any]:
    # the penalty rate follows the contract's, unless the product fixes it
    penalty = payout.penalty_rate
    if penalty is None:
        penalty = round_digits(payout.offer_rate * payout.penalty_rate_factor, 6, payout.rounding)
    return {
        "loan_no": f"L{payout.application_no}",
        "application_id": payout.application_id,
        "customer_id": payout.customer_id,
        "product_id": payout.product_id,
        "annual_rate": payout.offer_rate,
        "penalty_rate": penalty,
        "principal": payout.amount,
        "tenor": payout.offer_tenor,
        "disbursed_on": today,
        "matures_on": matures_on,
        "next_due_date": first_due,
    }


def _first_due(schedule: Schedule) -> list[date]:
    """Due date of each loan's first instalment that asks for money: interest-only at a rate of 0 has some that don't."""
    asks = np.flatnonzero(schedule.principal + schedule.interest)
    _, first = np.unique(schedule.loan[asks], return_index=True)
    found: list[date] = schedule.due_date[asks[first]].tolist()
    return found


def _instalment_rows(schedule: Schedule, loan_ids: Sequence[int]) -> list[dict[str, Any]]:
    due_dates = schedule.due_date.tolist()
    columns = (
        schedule.loan.tolist(),
        schedule.number.tolist(),
        schedule.period_start.tolist(),
        schedule.period_end.tolist(),
        due_dates,
        due_dates,
        [from_cents(cents) for cents in schedule.principal.tolist()],
        [from_cents(cents) for cents in schedule.interest.tolist()],
    )
    names = ("loan_id", "instalment_no", "period_start", "period_end", "due_date", "penalty_from", "principal_due", "interest_due")
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return [{**row, "loan_id": loan_ids[row["loan_id"]]} for row in rows]


def _version_rows(schedule: Schedule, loan_ids: Sequence[int], today: date) -> list[dict[str, Any]]:
    """Control totals per loan. ``np.add.at`` keeps integers of any size exact."""
    totals = {name: np.zeros(len(loan_ids), dtype=object) for name in ("instalments", "principal", "interest")}
    np.add.at(totals["instalments"], schedule.loan, 1)
    np.add.at(totals["principal"], schedule.loan, schedule.principal)
    np.add.at(totals["interest"], schedule.loan, schedule.interest)
    return [
        {
            "loan_id": loan_id,
            "version": 1,
            "instalments": int(totals["instalments"][i]),
            "principal": from_cents(totals["principal"][i]),
            "interest": from_cents(totals["interest"][i]),
            "fee": Decimal(0),
            "made_on": today,
            "reason": "disbursement",
        }
        for i, loan_id in enumerate(loan_ids)
    ]


def _accrual_row(loan_id: int, today: date) -> dict[str, Any]:
    nothing = dict.fromkeys(("completed", "accrued", "posted", "posted_before"), Decimal(0))
    return {"loan_id": loan_id, "instalment_no": 1, "accrued_to": today, **nothing}


def _entry_row(loan_id: int, amount: Decimal, today: date) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "instalment_no": 0,
        "entry_type": "DISBURSEMENT",
        "business_date": today,
        "value_date": today,
        "principal": amount,
        "actor": ACTOR,
    }
