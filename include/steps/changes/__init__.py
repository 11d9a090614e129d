"""Changes to a running loan by request: asked for by one person, decided by another, put into effect by the day's step.

``python -m include.steps.changes --help`` for people in a shell.
"""

from include.steps.changes.apply import KINDS, apply_changes
from include.steps.changes.requests import ChangeError, approve, reject, request, withdraw

__all__ = ["KINDS", "ChangeError", "apply_changes", "approve", "reject", "request", "withdraw"]
