"""The rows of sba_loans.csv, each as the loan that it is. Amounts in cents."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from include.lending.money import to_cents

SBA_LOANS = Path(__file__).parents[1] / "sba_loans.csv"

PAID_IN_FULL, CHARGED_OFF = "P I F", "CHGOFF"
OUTCOMES = (PAID_IN_FULL, CHARGED_OFF)

# first two digits of a NAICS code
SECTORS = {
    "11": "Agriculture, forestry, fishing", "21": "Mining", "22": "Utilities", "23": "Construction",
    "31": "Manufacturing", "32": "Manufacturing", "33": "Manufacturing", "42": "Wholesale trade",
    "44": "Retail trade", "45": "Retail trade", "48": "Transport and warehousing", "49": "Transport and warehousing",
    "51": "Information", "52": "Finance and insurance", "53": "Real estate and leasing",
    "54": "Professional and technical services", "55": "Management of companies", "56": "Administrative and waste services",
    "61": "Education", "62": "Health care and social assistance", "71": "Arts and recreation",
    "72": "Accommodation and food", "81": "Other services", "92": "Public administration",
}  # fmt: skip


@dataclass(frozen=True)
class SourceLoan:
    """One row.

    Attributes
    ----------
    disbursed_on : as filed; where the row has no date of disbursement, the date of approval stands in.
    stand_in : whether it does.
    term : months, 0 for some.
    charged_off : principal charged off, in a few rows more than was disbursed; 0 where nothing was.
    """

    number: str
    outcome: str
    disbursed_on: date
    stand_in: bool
    term: int
    disbursed: int
    charged_off: int
    charged_off_on: date | None
    row: Mapping[str, str]

    @property
    def industry(self) -> str:
        """Its sector; empty where the source has no code."""
        return SECTORS.get(self.row["naics2"], "")


@cache
def source_loans() -> tuple[SourceLoan, ...]:
    """All rows, in the order of the file."""
    with SBA_LOANS.open(encoding="utf-8", newline="") as file:
        return tuple(_loan(row) for row in csv.DictReader(file))


def source_sha256() -> str:
    """Hash of the file, for the manifest."""
    return hashlib.sha256(SBA_LOANS.read_bytes()).hexdigest()


def _loan(row: Mapping[str, str]) -> SourceLoan:
    return SourceLoan(
        number=row["loan_nr_chk_dgt"],
        outcome=row["mis_status"],
        disbursed_on=date.fromisoformat(row["disbursement_date"] or row["approval_date"]),
        stand_in=not row["disbursement_date"],
        term=_whole(row["term"]),
        disbursed=to_cents(row["disbursement_gross"]),
        charged_off=to_cents(row["chg_off_prin_gr"]),
        charged_off_on=date.fromisoformat(row["chg_off_date"]) if row["chg_off_date"] else None,
        row=row,
    )


def _whole(text: str) -> int:
    """The file writes whole numbers as 60.0."""
    number = float(text)
    if not number.is_integer():
        raise ValueError(f"{text} is not a whole number")
    return int(number)
