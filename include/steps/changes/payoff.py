"""PAYOFF (提前结清): what it takes to pay a loan off on a date, and paying it off with the money that the loan holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.lending.money import MILLION, Rounding, from_cents, round_ratio, to_millionths
from include.lending.reschedule import earned
from include.steps.changes.details import limits
from include.steps.changes.errors import ChangeError
from include.steps.changes.reschedule import running
from include.steps.changes.standing import PORTIONS, Standing, look
from include.steps.changes.versions import NewRow, Version, write


@dataclass(frozen=True)
class Quote:
    """What pays a loan off on a date; cents.

    Attributes
    ----------
    principal, interest, fee, penalty : what is owed by then; interest of the running period up to the date alone.
    payoff_fee : the product's, on principal that is not due yet.
    held : the customer's money on the loan.
    """

    loan_no: str
    on: date
    principal: int
    interest: int
    fee: int
    penalty: int
    payoff_fee: int
    held: int

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.fee + self.penalty + self.payoff_fee

    @property
    def to_pay(self) -> int:
        """What the customer has to bring."""
        return max(0, self.total - self.held)

    def __str__(self) -> str:
        amounts = ((name.replace("_", " "), getattr(self, name)) for name in (*PORTIONS, "payoff_fee"))
        parts = ", ".join(f"{name} {from_cents(cents)}" for name, cents in amounts if cents)
        return f"{from_cents(self.total)} pay loan {self.loan_no} off on {self.on} ({parts}); {from_cents(self.held)} are held"


def quote(connection: Connection, loan_no: str, on: date | None = None) -> Quote:
    """What pays ``loan_no`` off at the close of ``on``, by default the open date, if nothing else is paid until then.

    Raises
    ------
    ChangeError : there is no such running loan, or no quote for that date.
    """
    loan = connection.execute(text("select loan_id, state from loan where loan_no = :no"), {"no": loan_no}).one_or_none()
    today: date = connection.execute(text("select business_date from business_day where is_current = 1")).scalar_one()
    if loan is None or loan.state in ("PAID_OFF", "WRITTEN_OFF"):
        raise ChangeError(f"There is no running loan {loan_no} to pay off.")
    on, last = on or today, today + timedelta(days=limits("PAYOFF")["quote_days"])
    if not today <= on <= last:
        raise ChangeError(f"A payoff is quoted for a date from {today} to {last}, not for {on}.")
    standing = look(connection, loan.loan_id, on)
    fee, penalty = _charges(connection, standing)
    return due_to_pay_off(standing, fee, penalty)


def due_to_pay_off(standing: Standing, fee: int = 0, penalty: int = 0) -> Quote:
    """What pays the loan off on its date, charges still to come included."""
    terms, half_even = standing.terms, standing.terms["rounding"] == Rounding.HALF_EVEN
    rate = to_millionths(terms["payoff_fee_rate"])
    return Quote(
        loan_no=terms["loan_no"],
        on=standing.on,
        principal=sum(int(row["principal"]) for row in standing.rows),
        interest=sum(int(row["interest"]) for row in standing.past) + _earned(standing),
        fee=fee + sum(int(row["fee"]) for row in standing.rows),
        penalty=penalty + sum(int(row["penalty"]) for row in standing.rows),
        payoff_fee=int(round_ratio(standing.principal * rate, MILLION, half_even).item()),
        held=int(terms["held"]) + sum(int(row["interest_due"] - row["interest"]) for row in standing.future),
    )


def pay_off(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """The request: the money that the loan holds pays all that is left; what is beyond stays held and can be refunded."""
    standing = running(connection, change, business_date)
    needed = due_to_pay_off(standing)
    if standing.principal <= 0:
        raise ChangeError(f"Loan {change['loan_no']} has nothing to come: {from_cents(needed.total)} are due, pay them as usual.")
    if needed.to_pay:
        raise ChangeError(f"{needed}: {from_cents(needed.to_pay)} are missing.")
    write(connection, [payoff_version(standing)], business_date)
    return from_cents(needed.total)


def payoff_version(standing: Standing) -> Version:
    """One row, due today: all principal to come, the running period's interest up to today, the fee."""
    needed = due_to_pay_off(standing)
    version = Version(standing, "paid off early", to_millionths(standing.terms["annual_rate"]), standing.terms["method"])
    fee, penalty = version.move_future()
    version.fee = needed.payoff_fee
    start = standing.running["period_start"] if standing.running else standing.on
    row = NewRow("PAYOFF", start, standing.on, standing.on, version.taken_over, standing.carried, fee, penalty)
    version.rows.append(row)
    return version


def _earned(standing: Standing) -> int:
    """Interest of the running period up to the date: what is posted, where the date's interest has accrued; else by days."""
    if standing.terms["accrued_to"] >= standing.on:
        return standing.carried
    row = next((row for row in standing.future if row["period_start"] < standing.on), None)
    if row is None:
        return 0
    return earned(int(row["interest_due"]), row["period_start"], row["period_end"], standing.on, standing.terms["rounding"])


def _charges(connection: Connection, standing: Standing) -> tuple[int, int]:
    """Fees and penalty that the days up to the date bring, cents. Nothing is written."""
    loan = {"loan_id": standing.loan_id}
    connection.execute(text("call prepare_posting()"))
    connection.execute(text("insert into posting_loan (loan_id) values (:loan_id)"), loan)
    day = standing.terms["accrued_to"] + timedelta(days=1)
    while day <= standing.on:
        connection.execute(text("call charge_fees(:day, :loan_id, :loan_id)"), {**loan, "day": day})
        day += timedelta(days=1)
    connection.execute(text("call charge_penalties(:on)"), {"on": standing.on})
    found = run_sql(connection, "changes/quote_charges")
    assert found is not None
    row = found.mappings().one()
    return int(row["fee"]), int(row["penalty"])
