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
    for name in ("loans", "instalments"):
        content = _csv(folder / f"{name}.csv", book[name])
        files[f"{name}.csv"] = {"rows": len(book[name]), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"dataset": "book", "cut_over": book["cut_over"], "first_date": book["first_date"], "files": files}
    manifest["totals"] = _totals(book) | book["totals"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


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


def _csv(path: Path, rows: list[Row]) -> bytes:
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
