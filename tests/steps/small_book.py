"""A small opening book by hand: one loan for each thing that a take-over must get right. Cut-over 2026-03-01."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, str]
Book = dict[str, Any]

Item = tuple[int, str, str, str, str, str]
# what is still owed: number, period end, due date, principal, interest, penalty
MARCH: Item = (3, "2026-03-15", "2026-03-16", "500.00", "28.00", "0.00")
# loan_no: product, held money, instalments still owed
LOANS: dict[str, tuple[str, str, list[Item]]] = {
    "LB000001": ("WC-INSTALMENT", "0.00", [MARCH]),
    "LB000002": ("WC-INSTALMENT", "0.00", [(2, "2026-02-15", "2026-02-24", "500.00", "31.00", "2.50"), MARCH]),
    "LB000003": (
        "WC-INSTALMENT",
        "0.00",
        [(2, "2025-11-28", "2025-11-28", "400.00", "30.00", "40.00"), (3, "2025-12-28", "2025-12-29", "500.00", "30.00", "20.00")],
    ),
    "LB000004": ("WC-INSTALMENT", "100.00", [(3, "2026-03-02", "2026-03-02", "500.00", "28.00", "0.00")]),
    "LB000005": ("WC-INSTALMENT", "0.00", [(2, "2026-02-15", "2026-02-24", "0.40", "0.00", "0.00"), MARCH]),
    # three days of grace
    "LB000006": (
        "WC-PRINCIPAL",
        "0.00",
        [(2, "2026-02-26", "2026-02-26", "500.00", "31.00", "0.00"), (3, "2026-03-26", "2026-03-26", "500.00", "28.00", "0.00")],
    ),
}
PERIOD_START = {"2026-03-15": "2026-02-15", "2026-02-15": "2026-01-15", "2025-11-28": "2025-10-28", "2025-12-28": "2025-11-28"}
PERIOD_START |= {"2026-03-02": "2026-02-02", "2026-02-26": "2026-01-26", "2026-03-26": "2026-02-26"}


def small_book() -> Book:
    """Its rows and totals, to be changed by a test before ``write_book``."""
    loans, instalments = [], []
    for place, (loan_no, (product, held, items)) in enumerate(LOANS.items(), start=1):
        instalments += [_instalment(loan_no, item) for item in items]
        loans.append(_loan(place, loan_no, product, held, sum(Decimal(item[3]) for item in items), items[-1][1]))
    return {"loans": loans, "instalments": instalments, "totals": {}, "cut_over": "2026-03-01", "first_date": "2026-03-02"}


def write_book(folder: Path, change: Callable[[Book], object] | None = None) -> Path:
    """Write the small book; ``change`` is applied before totals (where it leaves them empty), row counts and hashes are made."""
    book = small_book()
    if change:
        change(book)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in ("loans", "instalments", *(["history"] if book.get("history") else [])):
        content = write_csv(folder / f"{name}.csv", book[name])
        files[f"{name}.csv"] = {"rows": len(book[name]), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"dataset": "book", "cut_over": book["cut_over"], "first_date": book["first_date"], "files": files}
    manifest["totals"] = _totals(book) | book["totals"]
    if any("state" in loan for loan in book["loans"]):
        manifest["by_state"] = _by_state(book) | book.get("by_state", {})
    if book.get("history"):
        manifest["history"] = _history_totals(book)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def add_closed_loans(book: Book) -> None:
    """Give every loan a state; add one paid off (money is left on it) and one written off, and a history of three loans."""
    for loan in book["loans"]:
        loan.update(state="", closed_on="", charged_off="", details="")
    paid_off = _loan(7, "LB000007", "WC-INSTALMENT", "3.00", 0, "2025-12-15")
    paid_off |= {"principal_outstanding": "0.00", "state": "PAID_OFF", "closed_on": "2025-12-15", "charged_off": "0.00", "details": ""}
    written_off = _loan(8, "LB000008", "WC-INSTALMENT", "0.00", 0, "2026-05-15")
    written_off |= {"principal_outstanding": "0.00", "state": "WRITTEN_OFF", "closed_on": "2026-02-01", "charged_off": "700.00"}
    written_off |= {"details": '{"branch": "杭州"}'}
    book["loans"] += [paid_off, written_off]
    book["history"] = [
        # out of order on purpose; the first loan's history begins later than the loan
        _event("LB000008", "2026-02-01", "CHARGE_OFF", "700.00", reference="W-1"),
        _event("LB000008", "2025-06-15", "DISBURSEMENT", "6000.00"),
        _event("LB000008", "2025-07-15", "REPAYMENT", "5300.00", interest="40.00", fee="5.00", penalty="1.50", reference="P-1"),
        _event("LB000007", "2025-06-15", "DISBURSEMENT", "6000.00"),
        _event("LB000007", "2025-12-15", "REPAYMENT", "6000.00", interest="120.00"),
        _event("LB000001", "2026-02-15", "REPAYMENT", "500.00", interest="31.00"),
        _event("LB000008", "2026-02-20", "RECOVERY", "20.00"),
    ]


def _event(loan_no: str, day: str, kind: str, principal: str, **amounts: str) -> Row:
    event = {"loan_no": loan_no, "event_date": day, "kind": kind, "principal": principal}
    return event | {name: amounts.get(name, "") for name in ("interest", "fee", "penalty", "reference")}


def _by_state(book: Book) -> dict[str, dict[str, str | int]]:
    of_state = {
        state: [loan for loan in book["loans"] if (loan["state"] or "RUNNING") == state] for state in ("RUNNING", "PAID_OFF", "WRITTEN_OFF")
    }
    return {
        state: {
            "loans": len(loans),
            "principal": _sum(loans, "principal"),
            "charged_off": str(sum((Decimal(loan["charged_off"] or 0) for loan in loans), Decimal("0.00"))),
        }
        for state, loans in of_state.items()
    }


def _history_totals(book: Book) -> dict[str, str | int]:
    kinds = {"disbursed": "DISBURSEMENT", "repaid": "REPAYMENT", "charged_off": "CHARGE_OFF", "recovered": "RECOVERY"}
    sums = {name: _sum((event for event in book["history"] if event["kind"] == kind), "principal") for name, kind in kinds.items()}
    return {"events": len(book["history"]), **sums}


def _loan(place: int, loan_no: str, product: str, held: str, outstanding: Decimal | int, matures_on: str) -> Row:
    return {
        "loan_no": loan_no,
        "customer_no": f"C00000{place}",
        "customer_kind": "PERSON",
        "name": f"客户 00000{place}",
        "id_number": f"99000019800101000{place}",
        "phone": "10000000001",
        "email": "",
        "region": "浙江",
        "industry": "零售",
        "product_code": product,
        "currency": "CNY",
        "annual_rate": "0.085000",
        "penalty_rate": "0.127500",
        "principal": "6000.00",
        "tenor": "12",
        "disbursed_on": "2025-06-15",
        "matures_on": matures_on,
        "principal_outstanding": str(outstanding),
        "held_money": held,
    }


def _instalment(loan_no: str, item: Item) -> Row:
    number, period_end, due, principal, interest, penalty = item
    return {
        "loan_no": loan_no,
        "instalment_no": str(number),
        "period_start": PERIOD_START[period_end],
        "period_end": period_end,
        "due_date": due,
        "principal_due": principal,
        "interest_due": interest,
        "penalty": penalty,
    }


def write_csv(path: Path, rows: list[Row]) -> bytes:
    """Write ``rows`` and return the bytes of the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path.read_bytes()


def _totals(book: Book) -> dict[str, str | int]:
    items = book["instalments"]
    past_due = [row for row in items if row["due_date"] < book["cut_over"]]
    return {
        "loans": len(book["loans"]),
        "instalments": len(items),
        "principal_outstanding": _sum(book["loans"], "principal_outstanding"),
        "arrears": _sum(past_due, "principal_due", "interest_due", "penalty"),
        "penalty": _sum(items, "penalty"),
        "held_money": _sum(book["loans"], "held_money"),
    }


def _sum(rows: Iterable[Row], *columns: str) -> str:
    return str(sum((Decimal(row[column]) for row in rows for column in columns), Decimal("0.00")))
