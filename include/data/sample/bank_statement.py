"""The bank's statements of the collection account, one a date: what came in by bank, and what a statement has besides.

Payouts leave from another account (``bank_statement.payouts`` in include/policy/intake.yaml): who gets a loan is decided by
the model, and so is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from include.data.sample.files import write_day, yuan
from include.data.sample.streams import any_of, stream

COLUMNS = ("booking_date", "line_no", "kind", "value_date", "amount", "currency", "reference", "counterparty")
# what lies on the account when the book is taken over, in cents
OPENING = 500_000_000
# booked by the bank on Mondays, in cents
ACCOUNT_FEE = -2_500
KINDS = {"PAYMENT": "RECEIPT", "BOUNCE": "BOUNCE"}

Row = dict[str, str]


def write_statements(folder: Path, days: Sequence[date], repayments: Mapping[date, Sequence[Row]]) -> dict[date, list[Row]]:
    """Write file and manifest of each of ``days`` from the rows of the repayment files; return their rows."""
    written: dict[date, list[Row]] = {}
    balance, late = OPENING, list[Row]()
    for day in days:
        came = _by_bank(day, repayments[day])
        on_its_way = _on_its_way(day, came)
        lines = [_line(day, row) for row in [*late, *(row for row in came if row not in on_its_way)]]
        if day.weekday() == 0:
            lines.append({"kind": "CHARGE", "value_date": day.isoformat(), "amount": yuan(ACCOUNT_FEE), "counterparty": "账户管理费"})
        closing = balance + sum(_cents(line["amount"]) for line in lines)
        rows = [
            {**dict.fromkeys(COLUMNS, ""), "booking_date": day.isoformat(), "line_no": str(number), "currency": "CNY", **row}
            for number, row in enumerate([_balance(day, "OPENING", balance), *lines, _balance(day, "CLOSING", closing)])
        ]
        write_day(folder, "bank_statement", day, COLUMNS, rows, sum(_cents(row["amount"]) for row in rows))
        written[day] = rows
        balance, late = closing, on_its_way
    return written


def _by_bank(day: date, rows: Sequence[Row]) -> list[Row]:
    """The date's own money by bank. The bank knows nothing of the faults of our file: it has the true value date."""
    own = [row for row in rows if row["channel"] == "BANK" and row["external_ref"].startswith(f"{day:%Y%m%d}-")]
    return [row for row in own if row["currency"] == "CNY" and not row["amount"].startswith("-")]


def _on_its_way(day: date, came: Sequence[Row]) -> list[Row]:
    """One payment that our file has today and the bank books tomorrow."""
    payments = [row for row in came if row["kind"] == "PAYMENT" and row["value_date"] == day.isoformat()]
    return [any_of(stream("on its way", day), payments)] if payments else []


def _line(day: date, row: Row) -> Row:
    sign = "-" if row["kind"] == "BOUNCE" else ""
    return {
        "kind": KINDS[row["kind"]],
        "value_date": min(row["value_date"], day.isoformat()),
        "amount": sign + row["amount"],
        "reference": row["external_ref"],
        "counterparty": f"客户 {row['loan_no'].removeprefix('LB')}",
    }


def _balance(day: date, kind: str, cents: int) -> Row:
    return {"kind": kind, "value_date": day.isoformat(), "amount": yuan(cents)}


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))
