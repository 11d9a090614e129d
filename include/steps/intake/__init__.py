"""Intake: what arrives from outside is fetched, checked and loaded, every row exactly once.

One function a step; heavy libraries are imported where they are used, so that importing this package stays cheap.
"""

from include.steps.intake.check_day import check_day
from include.steps.intake.load_applications import load_applications
from include.steps.intake.load_bank_statement import load_bank_statement
from include.steps.intake.load_repayments import load_repayments
from include.steps.intake.pull import pull_applications, pull_bank_statement, pull_repayments
from include.steps.intake.validate import validate_applications, validate_bank_statement, validate_repayments

__all__ = [
    "check_day",
    "load_applications",
    "load_bank_statement",
    "load_repayments",
    "pull_applications",
    "pull_bank_statement",
    "pull_repayments",
    "validate_applications",
    "validate_bank_statement",
    "validate_repayments",
]
