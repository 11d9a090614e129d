"""A lender in a test database: open a date, make a loan, receive money, close the day by the real steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from upath import UPath

from include.day import STEPS, Step
from include.places import Places
from include.steps.context import StepContext
from include.steps.ledger import run_step
from include.steps.runner import run_day

# the interest of a loan taken over, as of its cut-over: periods before the running one whole, that one by days
ACCRUAL = """
insert into loan_accrual
select :loan, n.instalment_no, n.completed, n.accrued, round(n.accrued, 2), round(n.accrued, 2), :cut_over
from (
    select
        i.instalment_no,
        coalesce(b.interest, 0) as completed,
        coalesce(b.interest, 0) + cast(i.interest_due as decimal(28, 10))
        * greatest(0, datediff(:cut_over, i.period_start)) / datediff(i.period_end, i.period_start) as accrued
    from instalment as i
    left join (select sum(interest_due) as interest from instalment where loan_id = :loan and period_end <= :cut_over) as b on 1 = 1
    where i.loan_id = :loan and i.period_end > :cut_over
    order by i.instalment_no
    limit 1
) as n
"""

# the bank's file and the journal's: left out where a test has neither, to save its time
WITH_FILES = tuple(step for step in STEPS if step.group in ("servicing", "close"))
FILES = ("close.pull_bank_statement", "close.validate_bank_statement", "close.load_bank_statement", "close.export_journal")
SERVICING = tuple(step for step in WITH_FILES if step.name not in FILES)


@dataclass
class Lender:
    """Helper around one database; ``owner`` sets things up, ``engine`` (the pipeline's account) runs the steps.

    ``with_files``: whether its days read the bank's statement and write the journal's file.
    """

    owner: Engine
    engine: Engine
    folder: Path
    with_files: bool = False

    def execute(self, sql: str, **parameters: Any) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(sql), parameters)

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        with self.owner.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql), parameters).mappings()]

    def one(self, sql: str, **parameters: Any) -> dict[str, Any]:
        (row,) = self.rows(sql, **parameters)
        return row

    def open(self, day: str) -> None:
        """Open the first business date."""
        self.execute("insert into business_day (business_date) values (:day)", day=day)

    @property
    def today(self) -> date:
        return self.one("select business_date from business_day where is_current = 1")["business_date"]

    def product(self, code: str = "WC-INSTALMENT") -> dict[str, Any]:
        return self.one("select * from loan_product where product_code = :code order by version desc limit 1", code=code)

    def loan(
        self,
        number: str,
        due: list[tuple[str, str, str]],
        product: str = "WC-INSTALMENT",
        disbursed_on: str | None = None,
        penalty_rate: str = "0.18",
    ) -> int:
        """A loan taken over today with the remaining schedule ``due``: (due date, principal, interest) each."""
        principal = sum(Decimal(item[1]) for item in due)
        first_due = date.fromisoformat(due[0][0])
        start = date.fromisoformat(disbursed_on) if disbursed_on else first_due - timedelta(days=30)
        cut_over = self.today - timedelta(days=1)
        with self.owner.begin() as connection:
            customer = connection.execute(
                text("insert into customer (customer_no, kind, exposure_limit, created_on) values (:no, 'PERSON', 1000000, :day)"),
                {"no": f"C-{number}", "day": start},
            ).lastrowid
            loan = connection.execute(
                text(
                    "insert into loan (loan_no, customer_id, product_id, annual_rate, penalty_rate, principal, tenor, disbursed_on,"
                    " matures_on, source, next_due_date) values"
                    " (:no, :customer, :product, 0.12, :penalty, :principal, :tenor, :start, :end, 'IMPORTED', :next)"
                ),
                {
                    "no": number,
                    "customer": customer,
                    "product": self.product(product)["product_id"],
                    "penalty": penalty_rate,
                    "principal": principal,
                    "tenor": len(due),
                    "start": start,
                    "end": due[-1][0],
                    "next": first_due,
                },
            ).lastrowid
            period_start = start
            for number_in_schedule, (due_date, part, interest) in enumerate(due, start=1):
                connection.execute(
                    text(
                        "insert into instalment (loan_id, instalment_no, period_start, period_end, due_date, penalty_from, principal_due,"
                        " interest_due) values (:loan, :no, :start, :due, :due, greatest(:due, :cut_over), :principal, :interest)"
                    ),
                    {
                        "loan": loan,
                        "no": number_in_schedule,
                        "start": period_start,
                        "due": due_date,
                        "cut_over": cut_over,
                        "principal": part,
                        "interest": interest,
                    },
                )
                period_start = date.fromisoformat(due_date)
            connection.execute(
                text(
                    "insert into schedule_version (loan_id, version, instalments, principal, interest, fee, made_on, reason)"
                    " select loan_id, 1, count(*), sum(principal_due), sum(interest_due), sum(fee_due), :day,"
                    " 'test' from instalment where loan_id = :loan group by loan_id"
                ),
                {"loan": loan, "day": self.today},
            )
            connection.execute(
                text(
                    "insert into ledger_entry (loan_id, instalment_no, entry_type, business_date, value_date, principal, actor)"
                    " values (:loan, 0, 'OPENING', :today, :cut_over, :principal, 'test')"
                ),
                {"loan": loan, "today": self.today, "cut_over": cut_over, "principal": principal},
            )
            connection.execute(text(ACCRUAL), {"loan": loan, "cut_over": cut_over})
        return int(loan)

    def receive(
        self,
        loan_no: str,
        amount: str,
        ref: str,
        value_date: str | None = None,
        kind: str = "PAYMENT",
        original_ref: str | None = None,
        channel: str = "BANK",
    ) -> None:
        """A repayment as the night's file brings it, or as a teller enters it (channel COUNTER)."""
        loan = self.rows("select loan_id from loan where loan_no = :no", no=loan_no) if channel != "COUNTER" else []
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    "insert into repayment (source, external_ref, channel, kind, loan_no, loan_id, amount, value_date, business_date,"
                    " original_ref) values (:channel, :ref, :channel, :kind, :loan_no, :loan, :amount, :value_date, :today, :original_ref)"
                ),
                {
                    "channel": channel,
                    "ref": ref,
                    "kind": kind,
                    "loan_no": loan_no,
                    "loan": loan[0]["loan_id"] if loan else None,
                    "amount": amount,
                    "value_date": value_date or self.today,
                    "today": self.today,
                    "original_ref": original_ref,
                },
            )

    def context(self) -> StepContext:
        places = Places(*(UPath(self.folder / name) for name in ("source", "landing", "records", "outbox")))
        return StepContext(self.today, self.engine, places, run_id="test")

    @property
    def steps(self) -> tuple[Step, ...]:
        return WITH_FILES if self.with_files else SERVICING

    def list_steps(self) -> None:
        for step in self.steps:
            if not step.sharded:
                self.execute("insert ignore into step_run (business_date, step) values (:day, :step)", day=self.today, step=step.name)

    def close_day(self, days: int = 1) -> None:
        """Run servicing and close of today, and of the ``days - 1`` dates after it."""
        for _ in range(days):
            self.list_steps()
            run_day(self.context(), self.steps)

    def run(self, name: str) -> Any:
        """One unsharded step of today."""
        (step,) = (step for step in STEPS if step.name == name)
        return run_step(step, self.context())

    def state_of(self, loan_no: str) -> dict[str, Any]:
        return self.one(
            "select state, days_past_due, arrears, principal_balance, penalty_charged, penalty_paid, interest_paid, overpayment,"
            " next_due_date from loan where loan_no = :no",
            no=loan_no,
        )
