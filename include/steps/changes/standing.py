"""What a loan stands at, at the close of a date: its terms, and the rows that no newer schedule version replaced. Cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.lending.calendar import Unit
from include.lending.money import from_millionths, round_digits, to_millionths
from include.lending.reschedule import Remainder
from include.lending.schedule import product_steps

PORTIONS = ("principal", "interest", "fee", "penalty")


@dataclass(frozen=True)
class Standing:
    """A loan at the close of ``on``.

    Attributes
    ----------
    terms : a row of changes/schedule_terms.sql.
    rows : rows of changes/schedule_rows.sql, by the end of their period.
    """

    terms: RowMapping
    rows: list[RowMapping]
    on: date

    @property
    def loan_id(self) -> int:
        return int(self.terms["loan_id"])

    @property
    def future(self) -> list[RowMapping]:
        """Rows whose period has not ended: what a new schedule version replaces."""
        return [row for row in self.rows if row["period_end"] > self.on]

    @property
    def past(self) -> list[RowMapping]:
        """Rows whose period has ended, due or not."""
        return [row for row in self.rows if row["period_end"] <= self.on]

    @property
    def running(self) -> RowMapping | None:
        """The row whose period is broken off at the close of the date; None where one ends just then, or none runs."""
        found = [row for row in self.future if row["instalment_no"] == self.terms["accruing"] and row["period_start"] < self.on]
        return found[0] if found else None

    @property
    def carried(self) -> int:
        """Interest of the running period that is earned."""
        return int(self.terms["earned"]) if self.running else 0

    @property
    def principal(self) -> int:
        """Principal of the rows to come."""
        return sum(int(row["principal"]) for row in self.future)

    @property
    def days_past_due(self) -> int:
        """Days since the oldest row that is past due and owes anything."""
        late = [row["due_date"] for row in self.rows if row["due_date"] < self.on and owed(row)]
        return (self.on - min(late)).days if late else 0

    @property
    def due(self) -> int:
        """What is due or past due and unpaid."""
        return sum(owed(row) for row in self.rows if row["due_date"] <= self.on)

    def remainder(self, **changed: Any) -> Remainder:
        """What is left to schedule, at the terms that are running but for ``changed``."""
        _, every, unit = product_steps(self.terms["product_method"], self.terms["frequency"], int(self.terms["tenor"]))
        settings: dict[str, Any] = {
            "amount": self.principal,
            "start": self.on,
            "ends": tuple(row["period_end"] for row in self.future),
            "annual_rate": to_millionths(self.terms["annual_rate"]),
            "method": self.terms["method"],
            "day_count": self.terms["day_count"],
            "every": every,
            "unit": unit,
            "seed_day": int(self.terms["seed_day"]) if unit == Unit.MONTH else 0,
            "rounding": self.terms["rounding"],
            "roll": self.terms["due_date_roll"],
            "carried": self.carried,
        }
        return Remainder(**{**settings, **changed})

    def penalty_rate(self, annual_rate: int) -> Any:
        """Rate of the penalty on instalments at ``annual_rate`` millionths; None where it is that of the contract."""
        factor, rate = self.terms["penalty_rate_factor"], from_millionths(annual_rate)
        if factor is None or rate == self.terms["contract_rate"]:
            return None
        return round_digits(rate * factor, 6, self.terms["rounding"])


def owed(row: RowMapping) -> int:
    """Cents that a row owes."""
    return sum(int(row[portion]) for portion in PORTIONS)


def read(connection: Connection, loans: Iterable[int], on: date) -> list[Standing]:
    """The loans at the close of ``on``, by id. Interest paid in advance on periods to come is given back first."""
    _choose(connection, loans)
    connection.execute(text("call prepare_posting()"))
    returned = run_sql(connection, "changes/give_back", {"business_date": on})
    assert returned is not None
    if returned.scalar():
        connection.execute(text("call flush_posting(:business_date)"), {"business_date": on})
    return _read(connection, on)


def look(connection: Connection, loan: int, on: date) -> Standing:
    """The loan as it stands, nothing written."""
    _choose(connection, [loan])
    (found,) = _read(connection, on)
    return found


def _choose(connection: Connection, loans: Iterable[int]) -> None:
    connection.execute(text("create temporary table if not exists changing_loan (loan_id bigint not null primary key) engine = innodb"))
    connection.execute(text("delete from changing_loan"))
    if chosen := [{"loan_id": loan} for loan in loans]:
        connection.execute(text("insert into changing_loan (loan_id) values (:loan_id)"), chosen)


def _read(connection: Connection, on: date) -> list[Standing]:
    terms, lines = (run_sql(connection, f"changes/schedule_{name}") for name in ("terms", "rows"))
    assert terms is not None and lines is not None
    rows: dict[int, list[RowMapping]] = defaultdict(list)
    for line in lines.mappings():
        rows[line["loan_id"]].append(line)
    return [Standing(found, rows[found["loan_id"]], on) for found in terms.mappings().all()]
