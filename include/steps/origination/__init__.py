"""Origination: score, decide, pay out. One function a step; what a step needs is imported when it runs."""

from __future__ import annotations

from sqlalchemy import Connection

from include.steps.context import StepContext, StepResult


def score_applications(connection: Connection, context: StepContext) -> StepResult:
    """``origination.score_applications``: see ``score``."""
    from include.steps.origination.score import score_applications as step

    return step(connection, context)


def decide_applications(connection: Connection, context: StepContext) -> StepResult:
    """``origination.decide_applications``: see ``decide``."""
    from include.steps.origination.decide import decide_applications as step

    return step(connection, context)


def pay_out(connection: Connection, context: StepContext) -> StepResult:
    """``origination.pay_out``: see ``payout``."""
    from include.steps.origination.payout import pay_out as step

    return step(connection, context)
