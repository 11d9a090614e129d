"""Changes to a running loan by request: asked for by one person, decided by another, put into effect by the day's steps.

``python -m include.steps.changes --help`` for people in a shell.
"""

from include.steps.changes.apply import KINDS, SCHEDULE_KINDS, apply_changes, change_schedules
from include.steps.changes.errors import ChangeError
from include.steps.changes.payoff import quote
from include.steps.changes.requests import approve, reject, request, withdraw

__all__ = [
    "KINDS",
    "SCHEDULE_KINDS",
    "ChangeError",
    "apply_changes",
    "approve",
    "change_schedules",
    "quote",
    "reject",
    "request",
    "withdraw",
]
