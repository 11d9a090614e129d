"""Lend by the pipeline's own steps what a story tells, live its days, and hold every closed date against the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import text

from include.database import run_sql
from include.steps.origination.disbursement import open_loans
from tests.lender import Lender
from tests.oracle.days import Money, Rules, accrued, live
from tests.oracle.plan import Contract, Period, schedule
from tests.sql.histories import make_product

# a Friday; the fortnight after it ends with the long weekend of 清明, 4 to 6 April
FIRST = date(2026, 3, 20)
ORDERS: dict[str, tuple[tuple[tuple[str, ...], ...], bool]] = {
    "standard": ((("PENALTY", "FEE", "INTEREST", "PRINCIPAL"),) * 3, True),
    "interest_first": ((("INTEREST", "PRINCIPAL", "PENALTY", "FEE"),) * 3, True),
    "principal_first": ((("PRINCIPAL", "INTEREST", "PENALTY", "FEE"),) * 3, True),
    "due_before_in_advance": (
        (("PENALTY", "FEE", "INTEREST", "PRINCIPAL"),) * 2 + (("PRINCIPAL", "PENALTY", "FEE", "INTEREST"),),
        True,
    ),
    "component_first": ((("PENALTY", "FEE", "INTEREST", "PRINCIPAL"),) * 3, False),
}


@dataclass(frozen=True)
class Receipt:
    """A payment of a story: cents; its value date, arrival and bounce in days after FIRST, after that, and after that."""

    cents: int
    valued: int
    late: int = 0
    bounces: int | None = None
    channel: str = "BANK"

    @property
    def money(self) -> Money:
        value_date = FIRST + timedelta(days=self.valued)
        came = value_date + timedelta(days=self.late)
        return Money(self.cents, value_date, came, None if self.bounces is None else came + timedelta(days=self.bounces))


@dataclass(frozen=True)
class Story:
    """A loan: what it was made under, when (days after FIRST), and what was paid."""

    amount: int
    product: dict[str, Any]
    rate: str = "0.12"
    penalty_rate: str = "0.18"
    tenor: int = 1
    starts: int = 0
    receipts: tuple[Receipt, ...] = ()

    @property
    def contract(self) -> Contract:
        return Contract(
            self.amount,
            Fraction(self.rate),
            self.tenor,
            FIRST + timedelta(days=self.starts),
            self.product["method"],
            self.product["frequency"],
            self.product["day_count"],
            self.product["rounding"] == "HALF_EVEN",
            self.product["due_date_roll"] == "FOLLOWING",
        )

    @property
    def rules(self) -> Rules:
        components, by_instalment = ORDERS[self.product["allocation_order"]]
        return Rules(
            Fraction(self.penalty_rate),
            self.product["penalty_basis"],
            self.product["penalty_grace_days"],
            bool(self.product["penalty_only_after_grace"]),
            bool(self.product["penalty_compounds"]),
            self.product["rounding"] == "HALF_EVEN",
            int(Fraction(self.product["instalment_fee"]) * 100),
            int(Fraction(self.product["late_fee"]) * 100),
            self.product["late_fee_after_days"],
            components,
            by_instalment,
            self.product["early_money"] == "HOLD",
        )

    @property
    def money(self) -> list[Money]:
        return [receipt.money for receipt in self.receipts]


PRODUCT: dict[str, Any] = {
    "method": "EQUAL_INSTALMENT",
    "frequency": "WEEKLY",
    "day_count": "ACTUAL/365",
    "rounding": "HALF_UP",
    "due_date_roll": "FOLLOWING",
    "penalty_basis": 360,
    "penalty_grace_days": 0,
    "penalty_only_after_grace": False,
    "penalty_compounds": False,
    "instalment_fee": "0",
    "late_fee": "0",
    "late_fee_after_days": 1,
    "allocation_order": "standard",
    "early_money": "HOLD",
}


def product(**changes: Any) -> dict[str, Any]:
    """A product's settings, weekly equal instalments unless told otherwise."""
    return {**PRODUCT, **changes}


class World:
    """Stories by loan number on one lender, lived day by day."""

    def __init__(self, lender: Lender, stories: dict[str, Story]) -> None:
        self.lender, self.stories = lender, stories
        for number, story in stories.items():
            settings = {**story.product, "penalty_rate": story.penalty_rate, "penalty_rate_factor": None}
            make_product(lender, f"RANDOM-{number}", tuple(settings.items()))
        with lender.owner.connect() as connection:
            found = connection.scalars(text("select calendar_date from calendar_day where is_business_day = 1"))
            self.business_days = set(found)

    def periods(self, number: str) -> list[Period]:
        """The oracle's schedule of a loan."""
        return schedule(self.stories[number].contract, self.business_days)

    def live(self, days: int) -> None:
        """Open, receive and close so many dates."""
        for _ in range(days):
            self.begin_day()
            self.lender.close_day()

    def begin_day(self) -> None:
        """The payouts, the money and the bounces of the open date."""
        today = self.lender.today
        self._pay_out([number for number, story in self.stories.items() if story.contract.start == today])
        for number, story in self.stories.items():
            for place, receipt in enumerate(story.receipts):
                money, ref, amount = receipt.money, f"{number}-{place}", str(Decimal(receipt.cents) / 100)
                if money.came == today:
                    self.lender.receive(f"L{number}", amount, ref, str(money.value_date), channel=receipt.channel)
                if money.bounced == today:
                    with self.lender.owner.begin() as connection:
                        connection.execute(
                            text(
                                "insert into repayment (source, external_ref, channel, kind, loan_no, loan_id, amount, value_date,"
                                " business_date, original_ref) select source, concat(external_ref, '-bounced'), 'BANK', 'BOUNCE', loan_no,"
                                " loan_id, amount, :today, :today, external_ref from repayment where external_ref = :ref"
                            ),
                            {"today": today, "ref": ref},
                        )

    def _pay_out(self, numbers: Sequence[str]) -> None:
        """Approved applications whose payout the bank confirmed today."""
        if not numbers:
            return
        today = self.lender.today
        with self.lender.owner.begin() as connection:
            for number in numbers:
                story = self.stories[number]
                terms = {
                    "no": number,
                    "product": f"RANDOM-{number}",
                    "day": today,
                    "amount": Decimal(story.amount) / 100,
                    "rate": story.rate,
                    "tenor": story.tenor,
                }
                for statement in APPROVED:
                    connection.execute(text(statement), terms)
                for state in ("UNDER_REVIEW", "APPROVED", "ACCEPTED", "PAYOUT_PENDING"):
                    connection.execute(text("update application set state = :state where application_no = :no"), {"state": state, **terms})
        with self.lender.engine.begin() as connection:
            open_loans(connection, today)
            run_sql(connection, "origination/pay_out_disbursed", {})

    def check(self) -> None:
        """Hold every date of the dated book, as it was written then, against the oracle, as it would have known then."""
        rows = self.lender.rows("select * from loan_day order by business_date, loan_no")
        assert rows
        for row in rows:
            number = row["loan_no"][1:]
            day, story, periods = row["business_date"], self.stories[number], self.periods(number)
            expected = told(story, periods, day)
            found = {name: row[name] if name in ("state", "days_past_due") else int(row[name] * 100) for name in expected}
            assert found == expected, (number, str(day), story)


APPROVED = (
    "insert into customer (customer_no, kind, exposure_limit, created_on) values (:no, 'PERSON', 1000000, :day)",
    "insert into application (application_no, customer_id, product_code, business_date, amount, tenor)"
    " select :no, customer_id, :product, :day, :amount, :tenor from customer where customer_no = :no",
    "insert into application_decision (application_id, business_date, outcome, policy_version, rules_fired, offer_amount, offer_rate,"
    " offer_tenor, decided_by) select application_id, :day, 'APPROVED', 'test', '[]', :amount, :rate, :tenor, 'test' from application"
    " where application_no = :no",
    "insert into payout (application_id, business_date, amount, state, file_name, confirmed_on)"
    " select application_id, :day, :amount, 'CONFIRMED', 'test', :day from application where application_no = :no",
)


def told(story: Story, periods: list[Period], day: date) -> dict[str, Any]:
    """The columns of loan_day by the oracle; money in cents. What time earns is only told of loans that still owe."""
    loan = live(story.rules, periods, story.money, day, known_on=day)
    due_now = [one for one in loan.instalments if one.period.due == day]
    columns: dict[str, Any] = {
        "state": loan.state(day),
        "days_past_due": loan.days_past_due(day),
        "principal_balance": loan.owed("PRINCIPAL"),
        "interest_outstanding": loan.owed("INTEREST", day),
        "fee_outstanding": loan.owed("FEE"),
        "penalty_outstanding": loan.owed("PENALTY"),
        "arrears": loan.arrears(day),
        "overpayment": loan.held,
        "due_today": sum(one.period.principal + one.period.interest for one in due_now),
        "due_open": sum(one.unpaid for one in due_now),
        "received_today": sum(one.amount for one in story.money if one.came == day)
        - sum(one.amount for one in story.money if one.bounced == day),
    }
    if columns["state"] != "PAID_OFF":
        columns["interest_accrued"] = accrued(periods, day, story.rules.half_even)
    return columns
