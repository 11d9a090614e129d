"""A loan as of a past date, for people: ``python -m include.steps.as_of LOAN DATE [--by value]``."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from include.database import engine
from include.steps.as_of import By, LoanAsOf, loan_as_of
from include.steps.context import StepError

AMOUNTS = (
    ("principal_balance", "principal 本金余额"),
    ("interest_outstanding", "interest due 应收利息"),
    ("interest_accrued", "interest accrued 应计利息"),
    ("interest_prepaid", "interest paid before it is due 预付利息"),
    ("fee_outstanding", "fees 手续费"),
    ("penalty_outstanding", "penalty 罚息"),
    ("arrears", "past due 逾期金额"),
    ("overpayment", "customer's money held 预存还款"),
    ("recovered", "recovered after write-off 核销后收回"),
    ("exposure", "exposure 敞口"),
    ("provision", "provision 拨备"),
)


def as_text(loan: LoanAsOf, by: By) -> str:
    """Terms, state, balances by component, instalments."""
    known = "as it was known then" if by is By.KNOWN else "by value date, as it is known now"
    lines = [
        f"Loan {loan.loan_no} at the close of {loan.business_date}, {known}",
        f"  {loan.product_code}, customer {loan.customer_no}: {loan.principal:,} {loan.currency} at {loan.annual_rate * 100:.4f}%,"
        f" penalty {loan.penalty_rate * 100:.4f}%, {loan.tenor} instalments, {loan.disbursed_on} to {loan.matures_on}",
        f"  {loan.state}, class {loan.class_code}, stage {loan.stage}, {loan.days_past_due} days past due"
        f" ({loan.delinquent_days} delinquent, bucket {loan.bucket_code or 'none'}), next due {loan.next_due_date or 'nothing'}",
    ]
    if loan.unlikely_to_pay_on:
        lines.append(f"  recorded as unlikely to pay since {loan.unlikely_to_pay_on}")
    if loan.accrual_stopped_on:
        lines.append(f"  accrual stopped since {loan.accrual_stopped_on}: interest and penalty in memorandum")
    lines += [f"  {getattr(loan, name):>16,}  {label}" for name, label in AMOUNTS if name == "principal_balance" or getattr(loan, name)]
    lines.append("   no  due date      principal    interest        fees     penalty        paid        open     overdue")
    for row in loan.instalments:
        overdue = row.outstanding if row.due_date < loan.business_date else row.outstanding * 0
        amounts = (
            row.principal_due,
            row.interest_due,
            row.fee_due + row.fee_charged,
            row.penalty_charged,
            row.paid,
            row.outstanding,
            overdue,
        )
        lines.append(f"  {row.instalment_no:>3}  {row.due_date}" + "".join(f"{amount:>12,}" for amount in amounts))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.steps.as_of", description="A loan as of the close of a past date.")
    parser.add_argument("loan")
    parser.add_argument("date", type=date.fromisoformat)
    parser.add_argument("--by", type=By, choices=list(By), default=By.KNOWN, help="known: as it was known then; value: by value date")
    options = parser.parse_args(arguments)
    try:
        with engine().connect() as connection:
            print(as_text(loan_as_of(connection, options.loan, options.date, options.by), options.by))
    except StepError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
