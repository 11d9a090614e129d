"""The repayment files: what the borrowers pay, and what a bank's file brings besides: unknown references, repeats, bad rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from include.data.sample.behaviour import Receipt, receipts
from include.data.sample.book import borrowers, opening_book
from include.data.sample.files import write_day, yuan
from include.data.sample.loans import BookLoan
from include.data.sample.streams import FIRST_DATE, any_of, between, stream

COLUMNS = ("source", "external_ref", "channel", "kind", "loan_no", "amount", "currency", "value_date", "booking_date", "original_ref")
SOURCES = {"BANK": "clearing", "ONLINE": "webpay"}
# Whatever is drawn, these happen on the first three dates.
CAST_ON_FIRST_DATE = ("on time", "late", "partial", "missed", "bounced", "overpaid", "back-dated")
CAST_ON_THIRD_DATE = ("early",)

Row = dict[str, str]


def write_repayments(folder: Path, days: list[date]) -> dict[date, list[Row]]:
    """Write file and manifest of each of ``days`` (from the first date, without gaps) and return their rows."""
    by_day: dict[date, list[Receipt]] = defaultdict(list)
    for receipt in receipts(days[-1], cast()):
        by_day[receipt.booking_date].append(receipt)
    written: dict[date, list[Row]] = {}
    paid: list[Row] = []
    for day in days:
        repeated = _repeated(day, paid)
        paid = _rows(day, by_day[day])
        rows = paid + _unknown(day) + repeated + _bad(day)
        write_day(folder, "repayments", day, COLUMNS, rows, sum(int(row["amount"].replace(".", "")) for row in rows))
        written[day] = rows
    return written


def cast() -> dict[tuple[int, int], str]:
    """(loan number, instalment number) of instalments due on the first and third date -> what happens to them."""
    roles: dict[tuple[int, int], str] = {}
    for day, behaviours in ((FIRST_DATE, CAST_ON_FIRST_DATE), (FIRST_DATE + timedelta(days=2), CAST_ON_THIRD_DATE)):
        due = [(loan.number, item.number) for loan in opening_book() if _as_agreed(loan) for item in loan.owed if item.due_date == day]
        roles.update(zip(due, behaviours, strict=False))
    return roles


def _as_agreed(loan: BookLoan) -> bool:
    return loan.trouble is None and not loan.held and not loan.past_due(FIRST_DATE)


def _rows(day: date, found: list[Receipt]) -> list[Row]:
    for place, receipt in enumerate(sorted(found, key=lambda receipt: (receipt.loan_no, receipt.value_date, receipt.behaviour)), start=1):
        receipt.reference = f"{day:%Y%m%d}-{place:05d}"
    return [
        _row(
            day,
            receipt.channel,
            receipt.reference,
            receipt.loan_no,
            receipt.amount,
            kind="BOUNCE" if receipt.bounced else "PAYMENT",
            value_date=receipt.value_date.isoformat(),
            original_ref=receipt.bounced.reference if receipt.bounced else "",
        )
        for receipt in sorted(found, key=lambda receipt: receipt.reference)
    ]


def _row(day: date, channel: str, reference: str, loan_no: str, amount: int, **others: str) -> Row:
    return {
        "source": SOURCES[channel],
        "external_ref": reference,
        "channel": channel,
        "kind": "PAYMENT",
        "loan_no": loan_no,
        "amount": yuan(amount),
        "currency": "CNY",
        "value_date": day.isoformat(),
        "booking_date": day.isoformat(),
        "original_ref": "",
        **others,
    }


def _unknown(day: date) -> list[Row]:
    """One or two payments for loans that do not exist."""
    rng = stream("unknown references", day)
    return [
        _row(day, "BANK", f"{day:%Y%m%d}-U{n}", f"LB9{between(rng, 0, 99999):05d}", between(rng, 500, 3000) * 100)
        for n in range(between(rng, 1, 2))
    ]


def _repeated(day: date, before: list[Row]) -> list[Row]:
    """A payment of the day before that its bank sends again, under the same reference."""
    payments = [row for row in before if row["kind"] == "PAYMENT" and row["value_date"] == row["booking_date"]]
    return [{**any_of(stream("repeated", day), payments), "booking_date": day.isoformat()}] if payments else []


def _bad(day: date) -> list[Row]:
    """Three rows that must not come in: a negative amount, another currency, a value date after the booking date."""
    rng = stream("bad repayments", day)
    faults = ({"amount": "-250.00"}, {"currency": "USD"}, {"value_date": (day + timedelta(days=3)).isoformat()})
    return [
        {**_row(day, "BANK", f"{day:%Y%m%d}-X{n}", f"LB{any_of(rng, borrowers()):06d}", between(rng, 200, 900) * 100), **fault}
        for n, fault in enumerate(faults)
    ]
