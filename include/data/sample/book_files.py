"""The opening book as files: loans.csv, instalments.csv and a manifest with the control totals of the take-over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from include.data.sample.book import opening_book
from include.data.sample.files import write_csv, write_manifest, yuan
from include.data.sample.identity import identity_of
from include.data.sample.loans import BookLoan
from include.data.sample.streams import CUT_OVER, FIRST_DATE

LOAN_COLUMNS = (
    "loan_no", "customer_no", "customer_kind", "name", "id_number", "phone", "email", "region", "industry",
    "product_code", "currency", "annual_rate", "penalty_rate", "principal", "tenor", "disbursed_on", "matures_on",
    "principal_outstanding", "held_money",
)  # fmt: skip
INSTALMENT_COLUMNS = ("loan_no", "instalment_no", "period_start", "period_end", "due_date", "principal_due", "interest_due", "penalty")


def write_book(folder: Path) -> dict[str, str | int]:
    """Write ``<folder>/book/`` and return the control totals."""
    loans = opening_book()
    place = folder / "book"
    files = {
        "loans.csv": (LOAN_COLUMNS, [_loan_row(loan) for loan in loans]),
        "instalments.csv": (INSTALMENT_COLUMNS, [row for loan in loans for row in _instalment_rows(loan)]),
    }
    manifest_files = {
        name: {"rows": len(rows), "sha256": write_csv(place / name, columns, rows)} for name, (columns, rows) in files.items()
    }
    totals = control_totals(loans)
    write_manifest(
        place / "manifest.json",
        {
            "dataset": "book",
            "cut_over": CUT_OVER.isoformat(),
            "first_date": FIRST_DATE.isoformat(),
            "files": manifest_files,
            "totals": totals,
        },
    )
    return totals


def control_totals(loans: tuple[BookLoan, ...]) -> dict[str, str | int]:
    """What the take-over must find again in the database. ``arrears`` is everything past due at the cut-over, penalty included."""
    return {
        "loans": len(loans),
        "instalments": sum(len(loan.owed) for loan in loans),
        "principal_outstanding": yuan(sum(item.principal for loan in loans for item in loan.owed)),
        "arrears": yuan(sum(item.total for loan in loans for item in loan.past_due(CUT_OVER))),
        "penalty": yuan(sum(item.penalty for loan in loans for item in loan.owed)),
        "held_money": yuan(sum(loan.held for loan in loans)),
    }


def _loan_row(loan: BookLoan) -> dict[str, str]:
    customer = identity_of(loan.number, loan.applicant)
    return {
        "loan_no": loan.loan_no,
        "customer_no": customer.customer_no,
        "customer_kind": customer.kind,
        "name": customer.name,
        "id_number": customer.id_number,
        "phone": customer.phone,
        "email": customer.email,
        "region": customer.region,
        "industry": customer.industry,
        "product_code": loan.product_code,
        "currency": "CNY",
        "annual_rate": f"{loan.annual_rate:.6f}",
        "penalty_rate": f"{loan.penalty_rate:.6f}",
        "principal": yuan(loan.applicant.amount),
        "tenor": str(loan.applicant.tenor),
        "disbursed_on": loan.disbursed_on.isoformat(),
        "matures_on": loan.matures_on.isoformat(),
        "principal_outstanding": yuan(sum(item.principal for item in loan.owed)),
        "held_money": yuan(loan.held),
    }


def _instalment_rows(loan: BookLoan) -> Iterator[dict[str, str]]:
    for item in loan.owed:
        yield {
            "loan_no": loan.loan_no,
            "instalment_no": str(item.number),
            "period_start": item.period_start.isoformat(),
            "period_end": item.period_end.isoformat(),
            "due_date": item.due_date.isoformat(),
            "principal_due": yuan(item.principal),
            "interest_due": yuan(item.interest),
            "penalty": yuan(item.penalty),
        }
