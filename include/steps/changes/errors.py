"""What a change that cannot be made raises."""

from __future__ import annotations

from include.steps.context import StepError


class ChangeError(StepError):
    """The change cannot be made; the message says why and what to do."""
