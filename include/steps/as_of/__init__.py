"""A loan as of a past date: as it was known then, or as it is known now by value date.

``loan_as_of`` for code, ``python -m include.steps.as_of LOAN DATE`` for people. Nothing is read but what never changes: ledger
entries, schedule versions, histories.
"""

from include.steps.as_of.read import By, loan_as_of
from include.steps.as_of.state import Instalment, LoanAsOf

__all__ = ["By", "Instalment", "LoanAsOf", "loan_as_of"]
