"""The ordered steps of a business day, as data.

This list drives the DAG, the step ledger, the benchmark, docs/dags.md and ``python -m include.day DATE``, which
runs a day without Airflow. One name runs through everything: ``servicing.post_repayments`` is a task in the UI,
a row in ``step_run`` and the file ``include/sql/servicing/post_repayments.sql``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The state that ``business_day`` must have for a step to run."""

    OPEN = "OPEN"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class Step:
    """One step of a day.

    Parameters
    ----------
    name : ``group.task``; also the path of its .sql file.
    does : what it does, in one line, for the UI and docs/dags.md.
    phase : the state of the day in which it may run.
    after : steps that must have succeeded.
    after_whatever : steps that must have ended, in whatever state.
    python : whether it is a function ``include.steps.<group>.<task>`` instead of a .sql file.
    sharded : whether it runs once per range of loans.
    rebuild : whether it may be run again and replaces its date; others happen once.
    timeout_minutes : after which Airflow kills and retries it.
    """

    name: str
    does: str
    phase: Phase
    after: tuple[str, ...] = ()
    after_whatever: tuple[str, ...] = ()
    python: bool = False
    sharded: bool = False
    rebuild: bool = False
    timeout_minutes: int = 30

    @property
    def group(self) -> str:
        return self.name.split(".")[0]

    @property
    def task(self) -> str:
        return self.name.split(".")[1]

    @property
    def sql(self) -> str:
        """Name of its .sql file under include/sql."""
        return self.name.replace(".", "/")


STEPS: tuple[Step, ...] = (
    Step("intake.check_day", "Check that it is this date's turn and list its steps", Phase.OPEN, python=True),
    Step("intake.pull_applications", "Fetch the day's applications into the landing place", Phase.OPEN, ("intake.check_day",), python=True),
    Step("intake.validate_applications", "Check every row; bad rows to quarantine", Phase.OPEN, ("intake.pull_applications",), python=True),
    Step("intake.load_applications", "Load customers and applications", Phase.OPEN, ("intake.validate_applications",), python=True),
    Step("intake.pull_repayments", "Fetch the day's repayments into the landing place", Phase.OPEN, ("intake.check_day",), python=True),
    Step("intake.validate_repayments", "Check every row; bad rows to quarantine", Phase.OPEN, ("intake.pull_repayments",), python=True),
    Step("intake.load_repayments", "Load repayments as received", Phase.OPEN, ("intake.validate_repayments",), python=True),
    Step(
        "origination.score_applications",
        "Score with the champion, shadow-score with the challenger",
        Phase.OPEN,
        ("intake.load_applications",),
        python=True,
    ),
    Step(
        "origination.decide_applications",
        "Approve, refer or reject by policy",
        Phase.OPEN,
        ("origination.score_applications",),
        python=True,
    ),
    Step("origination.expire_offers", "Expire offers and referrals past their date", Phase.OPEN, ("origination.decide_applications",)),
    Step(
        "origination.pay_out",
        "Pay out accepted offers: loan, schedule, disbursement entry",
        Phase.OPEN,
        ("origination.expire_offers",),
        python=True,
    ),
    Step("servicing.apply_changes", "Put approved change requests into effect", Phase.OPEN, ("intake.load_repayments",), python=True),
    Step(
        "servicing.cut_off",
        "Close the counters for this date and fix the shards",
        Phase.OPEN,
        ("servicing.apply_changes", "intake.load_applications"),
        ("origination.pay_out",),
        python=True,
    ),
    Step(
        "servicing.replay_backdated",
        "Replay loans hit by bounces and back-dated money",
        Phase.CLOSING,
        ("servicing.cut_off",),
        python=True,
        sharded=True,
    ),
    Step(
        "servicing.accrue_and_charge",
        "Accrue interest, charge penalty to this date",
        Phase.CLOSING,
        ("servicing.replay_backdated",),
        sharded=True,
    ),
    Step(
        "servicing.post_repayments",
        "Allocate held money and the day's repayments",
        Phase.CLOSING,
        ("servicing.accrue_and_charge",),
        sharded=True,
    ),
    Step(
        "servicing.change_schedules",
        "New schedule versions: by approved request, and by early money where the product says so",
        Phase.CLOSING,
        ("servicing.post_repayments",),
        python=True,
        sharded=True,
    ),
    Step("servicing.age_loans", "Days past due, arrears, states", Phase.CLOSING, ("servicing.change_schedules",), sharded=True),
    Step(
        "servicing.track_delinquency",
        "Delinquent days, buckets and their history",
        Phase.CLOSING,
        ("servicing.age_loans",),
        sharded=True,
    ),
    Step("servicing.stop_accrual", "Stop or resume accrual of bad loans", Phase.CLOSING, ("servicing.track_delinquency",), sharded=True),
    Step("servicing.classify_loans", "Asset class and IFRS 9 stage", Phase.CLOSING, ("servicing.stop_accrual",), sharded=True),
    Step("servicing.propose_write_offs", "Propose write-offs for a person to decide", Phase.CLOSING, ("servicing.classify_loans",)),
    Step("servicing.queue_reminders", "Queue reminders by rule", Phase.CLOSING, ("servicing.propose_write_offs",)),
    Step("close.snapshot_book", "Write the dated book and the expected cash", Phase.CLOSING, ("servicing.queue_reminders",)),
    Step("close.post_journal", "Double entry for everything the date moved", Phase.CLOSING, ("close.snapshot_book",)),
    Step(
        "close.pull_bank_statement",
        "Fetch the date's bank statement into the landing place",
        Phase.CLOSING,
        ("servicing.cut_off",),
        python=True,
    ),
    Step(
        "close.validate_bank_statement",
        "Check that it adds up and every line of it",
        Phase.CLOSING,
        ("close.pull_bank_statement",),
        python=True,
    ),
    Step("close.load_bank_statement", "Load its lines", Phase.CLOSING, ("close.validate_bank_statement",), python=True),
    Step(
        "close.match_bank_statement",
        "Match statement and books; what is left stays open and ages",
        Phase.CLOSING,
        ("close.post_journal", "close.load_bank_statement"),
        python=True,
    ),
    Step(
        "close.reconcile_and_close",
        "Prove the day to the cent, close it, open the next",
        Phase.CLOSING,
        ("close.match_bank_statement",),
        python=True,
    ),
    Step("close.send_reminders", "Send queued reminders that are still true", Phase.CLOSED, ("close.reconcile_and_close",), python=True),
    Step(
        "close.export_journal",
        "Write the date's journal as CSV into the outbox",
        Phase.CLOSED,
        ("close.reconcile_and_close",),
        python=True,
        rebuild=True,
    ),
)

REPORTS: tuple[Step, ...] = (
    Step("reports.portfolio", "The book by product and state", Phase.CLOSED, rebuild=True),
    Step("reports.ageing", "Ageing buckets", Phase.CLOSED, rebuild=True),
    Step("reports.approval_funnel", "Applications: counts, amounts, rates, turnaround", Phase.CLOSED, rebuild=True),
    Step("reports.collections", "Due, received, overdue, cured", Phase.CLOSED, rebuild=True),
    Step("reports.classification", "Five classes, stages and provisions", Phase.CLOSED, rebuild=True),
    Step("reports.expected_cash", "Expected cash for 90 days", Phase.CLOSED, rebuild=True),
    Step("reports.vintage", "Vintages by month of disbursement", Phase.CLOSED, rebuild=True),
    Step("reports.trial_balance", "Trial balance: every account's balances and movements", Phase.CLOSED, rebuild=True),
    Step("reports.suspense_ageing", "Suspense and unmatched bank items by age", Phase.CLOSED, rebuild=True),
    Step("reports.roll_rates", "Roll rates between ageing buckets over a month", Phase.CLOSED, rebuild=True),
    Step("reports.concentration", "Concentration by product, region and industry", Phase.CLOSED, rebuild=True),
    Step("reports.top_exposures", "The 20 customers with the largest exposure", Phase.CLOSED, rebuild=True),
    Step("reports.score_bands", "Applications and approvals by points of the score", Phase.CLOSED, rebuild=True),
    Step("reports.model_outcomes", "Bad rates of scored loans against predicted", Phase.CLOSED, rebuild=True),
    Step(
        "reports.model_health",
        "The score against its limits: drift, rates, calibration",
        Phase.CLOSED,
        ("reports.model_outcomes",),
        rebuild=True,
    ),
)

# runs when every report of the date is there
PUBLISH: Step = Step(
    "reports.publish",
    "Write the date's report tables as CSV into the outbox",
    Phase.CLOSED,
    after=tuple(report.name for report in REPORTS),
    python=True,
    rebuild=True,
)

PACK: Step = Step(
    "reports.pack",
    "Write the month's pack, so far or whole, into the outbox",
    Phase.CLOSED,
    after=tuple(report.name for report in REPORTS),
    python=True,
    rebuild=True,
)

# what hands the figures of a date on
HAND_ON: tuple[Step, ...] = (PUBLISH, PACK)

BY_NAME: dict[str, Step] = {step.name: step for step in (*STEPS, *REPORTS, *HAND_ON)}


def groups(steps: Iterable[Step] = STEPS) -> dict[str, list[Step]]:
    """Steps by task group, both in order."""
    grouped: dict[str, list[Step]] = {}
    for step in steps:
        grouped.setdefault(step.group, []).append(step)
    return grouped


if __name__ == "__main__":
    from include.steps.runner import main

    raise SystemExit(main())
