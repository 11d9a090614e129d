"""training_history.csv: what the score learns from. Real rows with their real outcome; gender is generated."""

from __future__ import annotations

from pathlib import Path

from include.data.sample.applicants import Applicant, history
from include.data.sample.files import write_csv, yuan
from include.data.sample.identity import identity_of

SHIPPED = Path(__file__).parents[1] / "training_history.csv"

# As in applications.csv, so that training and scoring read the same names and units; is_bad 1 = not repaid.
COLUMNS = (
    "customer_no", "amount", "tenor", "price", "age", "gender", "marital", "housing", "occupation", "seniority",
    "income", "expenses", "assets", "debts", "adverse_record", "is_bad",
)  # fmt: skip


def declared(applicant: Applicant) -> dict[str, str]:
    """The real features of an applicant as they stand in a file, money in CNY."""
    return {
        "amount": yuan(applicant.amount),
        "tenor": str(applicant.tenor),
        "price": yuan(applicant.price),
        "age": str(applicant.age),
        "marital": applicant.marital,
        "housing": applicant.housing,
        "occupation": applicant.occupation,
        "seniority": str(applicant.seniority),
        "income": yuan(applicant.income),
        "expenses": yuan(applicant.expenses),
        "assets": yuan(applicant.assets),
        "debts": yuan(applicant.debts),
        "adverse_record": applicant.adverse_record,
    }


def write_training_history(path: Path = SHIPPED) -> int:
    """Write the file and return its rows."""
    rows = [
        {
            **declared(applicant),
            "customer_no": identity_of(applicant.number, applicant).customer_no,
            "gender": identity_of(applicant.number, applicant).gender,
            "is_bad": str(applicant.is_bad),
        }
        for applicant in history()
    ]
    write_csv(path, COLUMNS, rows)
    return len(rows)
