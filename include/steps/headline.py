"""The headline of a closed date: book, new lending, repayments, arrears, provisions, approvals.

``python -m include.steps.headline DATE`` prints it; the demo ends with it.
"""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from include.database import engine, run_sql


def headline(connection: Connection, business_date: date) -> dict[str, Any]:
    """Counts, CNY amounts and ratios (fractions of 1) of ``business_date``, from its reports.

    A ratio is None where there is nothing to divide by.

    Raises
    ------
    LookupError : the reports of that date have not been built.
    """
    result = run_sql(connection, "reports/headline", {"business_date": business_date})
    row = result.mappings().one_or_none() if result is not None else None
    if row is None or row["loans"] is None or row["applications"] is None:
        raise LookupError(
            f"The reports of {business_date} are not built: run the reports DAG for that date, or `make day DATE={business_date}`."
        )
    counts = ("loans", "new_loans", "overdue_loans", "applications")
    return {"business_date": business_date} | {name: int(value) if name in counts else value for name, value in row.items()}


def as_text(figures: dict[str, Any]) -> str:
    """``headline`` for people, one line a figure."""
    lines = (
        ("Book", f"{_money(figures['principal'])} in {figures['loans']:,} loans"),
        ("New", f"{_money(figures['disbursed'])} in {figures['new_loans']:,} loans"),
        ("Repaid", _money(figures["received"])),
        ("Collected of due", _share(figures["collection_rate"])),
        ("Overdue", f"{_money(figures['arrears'])} on {figures['overdue_loans']:,} loans that owe {_money(figures['overdue_principal'])}"),
        ("NPL ratio", _share(figures["npl_ratio"])),
        ("Provisions", _money(figures["provision"])),
        ("Applications", f"{figures['applications']:,} received"),
        ("Approval rate", f"{_share(figures['approval_rate'])} (month to date {_share(figures['month_approval_rate'])})"),
    )
    return "\n".join([f"At the close of {figures['business_date']}", *(f"  {name:<17} {value}" for name, value in lines)])


def _money(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):,.2f} CNY"


def _share(share: Decimal | None) -> str:
    return "n/a" if share is None else f"{share * 100:.2f}%"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m include.steps.headline")
    parser.add_argument("business_date", type=date.fromisoformat)
    options = parser.parse_args()
    with engine().connect() as connection:
        try:
            print(as_text(headline(connection, options.business_date)))
        except LookupError as error:
            raise SystemExit(str(error)) from error
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
