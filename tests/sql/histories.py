"""Random products and histories of payments, for properties that must hold for any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import text

from tests.lender import Lender

FIRST = date(2026, 3, 2)
DAYS = 14

PRODUCT = {
    "early_money": st.sampled_from(["HOLD", "ADVANCE"]),
    "allocation_order": st.sampled_from(["standard", "interest_first", "principal_first", "due_before_in_advance", "component_first"]),
    "rounding": st.sampled_from(["HALF_UP", "HALF_EVEN"]),
    "penalty_grace_days": st.integers(0, 4),
    "penalty_only_after_grace": st.booleans(),
    "penalty_compounds": st.booleans(),
    "penalty_basis": st.sampled_from([360, 365]),
    "instalment_fee": st.sampled_from(["0", "0", "7.50"]),
    "late_fee": st.sampled_from(["0", "0", "25.00"]),
    "late_fee_after_days": st.sampled_from([1, 3]),
}


@dataclass(frozen=True)
class History:
    """A loan's product, schedule and receipts.

    Attributes
    ----------
    due : (due date, principal, interest) in cents.
    receipts : (value date, cents), value dates all different.
    arrivals : for each receipt how many days after its value date it arrives.
    """

    product: tuple[tuple[str, Any], ...]
    penalty_rate: str
    due: tuple[tuple[date, int, int], ...]
    receipts: tuple[tuple[date, int], ...]
    arrivals: tuple[int, ...]

    @property
    def schedule(self) -> list[tuple[str, str, str]]:
        return [(str(day), str(Decimal(principal) / 100), str(Decimal(interest) / 100)) for day, principal, interest in self.due]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to three instalments within a fortnight and up to four receipts, some early, some late, some beyond all that is owed."""
    days = st.integers(0, DAYS - 2)
    due_days = sorted(draw(st.sets(days, min_size=1, max_size=3)))
    cents = st.integers(1, 200_000)
    due = tuple((FIRST + timedelta(days=day), draw(cents), draw(st.integers(0, 9_999))) for day in due_days)
    value_days = sorted(draw(st.sets(days, max_size=4)))
    receipts = tuple((FIRST + timedelta(days=day), draw(st.integers(1, 250_000))) for day in value_days)
    arrivals = tuple(draw(st.integers(0, DAYS - 2 - day)) for day in value_days)
    product = tuple((name, draw(strategy)) for name, strategy in PRODUCT.items())
    rate = draw(st.sampled_from(["0", "0.18", "0.365", "0.127501"]))
    return History(product, rate, due, receipts, arrivals)


def make_product(lender: Lender, code: str, settings: tuple[tuple[str, Any], ...]) -> None:
    """A product of its own with these settings, else like WC-INSTALMENT."""
    columns = [row["Field"] for row in lender.rows("show columns from loan_product") if row["Field"] != "product_id"]
    changed = {**dict(settings), "product_code": code, "version": 1}
    chosen = ", ".join(f":{name}" if name in changed else name for name in columns)
    with lender.owner.begin() as connection:
        connection.execute(
            text(
                f"insert into loan_product ({', '.join(columns)}) select {chosen} from loan_product"
                " where product_code = 'WC-INSTALMENT' order by version desc limit 1"
            ),
            changed,
        )


def end_of(lender: Lender, loan_no: str) -> list[tuple[Any, ...]]:
    """What the loan and its instalments stand at, without what time and order leave no trace in."""
    loan = lender.one(
        "select state, next_due_date, days_past_due, arrears, class_code, principal_paid, interest_paid, fee_charged, fee_paid,"
        " penalty_paid, penalty_charged, overpayment, principal_balance from loan where loan_no = :no",
        no=loan_no,
    )
    rows = lender.rows(
        "select instalment_no, principal_paid, interest_paid, penalty_paid, penalty_charged, outstanding from instalment"
        " where loan_id = (select loan_id from loan where loan_no = :no) order by instalment_no",
        no=loan_no,
    )
    return [tuple(loan.values()), *(tuple(row.values()) for row in rows)]
