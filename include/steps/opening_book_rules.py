"""What must be true of an opening book, as rules that name the loans that break them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

Row = Mapping[str, Any]


def faults(loans: Sequence[Row], instalments: Sequence[Row], cut_over: date, totals: Mapping[str, Decimal]) -> Iterator[str]:
    """Everything that is wrong with the book, in words; nothing where it is right."""
    schedules: dict[str, list[Row]] = {loan["loan_no"]: [] for loan in loans}
    for item in instalments:
        schedules.setdefault(item["loan_no"], []).append(item)
    known = {loan["loan_no"] for loan in loans}
    yield from (f"instalments of {loan_no}, which is not in loans.csv" for loan_no in schedules.keys() - known)
    yield from _repeated(loans)
    for loan in loans:
        schedule = sorted(schedules[loan["loan_no"]], key=lambda item: int(item["instalment_no"]))
        yield from (f"{loan['loan_no']}: {fault}" for fault in (*_of_loan(loan, schedule, cut_over), *_of_schedule(schedule, cut_over)))
    yield from _of_totals(loans, instalments, cut_over, totals)


def _repeated(loans: Sequence[Row]) -> Iterator[str]:
    yield from (f"{loan_no} is there {times} times" for loan_no, times in Counter(loan["loan_no"] for loan in loans).items() if times > 1)
    owners: dict[str, str] = {}
    for loan in loans:
        identity = owners.setdefault(loan["customer_no"], loan["id_number"])
        if identity != loan["id_number"]:
            yield f"customer {loan['customer_no']} has two identity numbers"
    customers: dict[str, str] = {}
    for loan in loans:
        if customers.setdefault(loan["id_number"], loan["customer_no"]) != loan["customer_no"]:
            yield f"customers {customers[loan['id_number']]} and {loan['customer_no']} have the same identity number"


def _of_loan(loan: Row, schedule: Sequence[Row], cut_over: date) -> Iterator[str]:
    if not schedule:
        yield "no instalments"
    scheduled = sum((item["principal_due"] for item in schedule), Decimal(0))
    if scheduled != loan["principal_outstanding"]:
        yield f"its schedule repays {scheduled}, but {loan['principal_outstanding']} is outstanding"
    if loan["principal_outstanding"] > loan["principal"]:
        yield f"{loan['principal_outstanding']} is outstanding of a principal of {loan['principal']}"
    if not sum(item["principal_due"] + item["interest_due"] + item["penalty"] for item in schedule):
        yield "nothing is owed: leave out loans that are paid off"
    if loan["disbursed_on"] > cut_over:
        yield f"disbursed on {loan['disbursed_on']}, after the cut-over"
    if loan["customer_kind"] not in ("PERSON", "ENTERPRISE"):
        yield f"customer_kind {loan['customer_kind']} is neither PERSON nor ENTERPRISE"
    if loan["currency"] != "CNY":
        yield f"currency {loan['currency']} is not CNY"


def _of_schedule(schedule: Sequence[Row], cut_over: date) -> Iterator[str]:
    for item in schedule:
        if item["period_start"] >= item["period_end"]:
            yield f"instalment {item['instalment_no']} ends before it starts"
        if item["due_date"] < item["period_end"]:
            yield f"instalment {item['instalment_no']} is due before its period ends"
        if item["penalty"] and item["due_date"] >= cut_over:
            yield f"instalment {item['instalment_no']} bears penalty but is not past due"
    for before, after in pairwise(schedule):
        if after["instalment_no"] != before["instalment_no"] + 1:
            yield f"instalment {after['instalment_no']} follows {before['instalment_no']}"
        elif after["period_start"] != before["period_end"]:
            yield f"instalment {after['instalment_no']} does not start where {before['instalment_no']} ends"


def _of_totals(loans: Sequence[Row], instalments: Sequence[Row], cut_over: date, totals: Mapping[str, Decimal]) -> Iterator[str]:
    past_due = [item for item in instalments if item["due_date"] < cut_over]
    found = {
        "loans": Decimal(len(loans)),
        "instalments": Decimal(len(instalments)),
        "principal_outstanding": sum((loan["principal_outstanding"] for loan in loans), Decimal(0)),
        "arrears": sum((item["principal_due"] + item["interest_due"] + item["penalty"] for item in past_due), Decimal(0)),
        "penalty": sum((item["penalty"] for item in instalments), Decimal(0)),
        "held_money": sum((loan["held_money"] for loan in loans), Decimal(0)),
    }
    for name, value in found.items():
        if value != totals[name]:
            yield f"control total {name}: {value} in the files, {totals[name]} in the manifest"
