"""A lender with an open day and a few applications, for the tests of origination."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from upath import UPath

from include.day import BY_NAME
from include.lending.privacy import KeyRing
from include.places import Places
from include.steps.context import StepContext, StepResult
from include.steps.ledger import run_step

DAY = date(2026, 3, 2)
KEY = base64.b64encode(bytes(range(32))).decode()

APPLICATION: dict[str, Any] = {
    "product_code": "WC-INSTALMENT",
    "amount": Decimal("60000.00"),
    "tenor": 24,
    "age": 35,
    "seniority": Decimal("6.0"),
    "income": Decimal("15000.00"),
    "expenses": Decimal("5000.00"),
    "adverse_record": "no",
    "points": Decimal("560.0000"),
    "exposure_limit": Decimal("1000000.00"),
}


class Scene:
    """An engine at head with ``DAY`` open; ``apply`` adds scored applications, ``run`` runs steps of a date.

    ``reasons``: the reason codes of every score, as stored.
    """

    def __init__(self, engine: Engine, folder: Path, reasons: str = "[]") -> None:
        self.reasons = reasons
        self.engine, self.folder, self.keys = engine, folder, KeyRing.parse(KEY)
        self.places = Places(*(UPath(folder / name) for name in ("source", "landing", "records", "outbox")))
        self.day = DAY
        with engine.begin() as connection:
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": DAY})

    def apply(self, application_no: str, customer_no: str | None = None, **changes: Any) -> None:
        """One application, UNDER_REVIEW with a champion's score."""
        terms = {**APPLICATION, **changes}
        with self.engine.begin() as connection:
            customer_id = self._customer(connection, customer_no or f"C-{application_no}", terms["exposure_limit"])
            payee = terms.get("payee", f"62{application_no}")
            columns = {name: terms[name] for name in APPLICATION if name not in ("points", "exposure_limit")}
            columns |= {"application_no": application_no, "customer_id": customer_id, "business_date": self.day}
            columns |= {"payee_cipher": payee and self.keys.encrypt("payee", payee)}
            application_id = _insert(connection, "application", columns)
            score = {"application_id": application_id, "model_name": "credit_score", "model_version": "1", "role": "CHAMPION"}
            score |= {
                "business_date": self.day,
                "prob_good": 0.9,
                "points": terms["points"],
                "reason_codes": self.reasons,
                "features": "{}",
            }
            _insert(connection, "application_score", score)
            connection.execute(text("update application set state = 'UNDER_REVIEW' where application_id = :id"), {"id": application_id})

    def _customer(self, connection: Connection, customer_no: str, exposure_limit: Decimal) -> int:
        known = connection.execute(text("select customer_id from customer where customer_no = :no"), {"no": customer_no}).scalar()
        if known is not None:
            return int(known)
        customer = {"customer_no": customer_no, "kind": "PERSON", "exposure_limit": exposure_limit, "created_on": self.day}
        customer_id = _insert(connection, "customer", customer)
        identity = {name: self.keys.encrypt(name, f"{name} of {customer_no}") for name in ("name", "id_number")}
        digest = self.keys.digest("id_number", customer_no)
        columns = {f"{name}_cipher": value for name, value in identity.items()}
        _insert(connection, "customer_identity", {"customer_id": customer_id, "id_number_digest": digest, **columns})
        return customer_id

    def lend(self, customer_no: str, principal: Decimal, days_past_due: int) -> None:
        """A loan that the customer already has with us."""
        with self.engine.begin() as connection:
            customer_id = self._customer(connection, customer_no, APPLICATION["exposure_limit"])
            loan = {
                "loan_no": f"LB-{customer_no}",
                "customer_id": customer_id,
                "product_id": 1,
                "annual_rate": "0.085",
                "penalty_rate": "0.1275",
            }
            loan |= {"principal": principal, "tenor": 12, "disbursed_on": "2025-09-01", "matures_on": "2026-09-01"}
            loan_id = _insert(connection, "loan", {**loan, "source": "IMPORTED", "days_past_due": days_past_due})
            entry = {"loan_id": loan_id, "instalment_no": 0, "entry_type": "OPENING", "business_date": self.day, "value_date": self.day}
            _insert(connection, "ledger_entry", {**entry, "principal": principal, "actor": "test"})

    def run(self, *names: str, times: int = 1) -> list[StepResult]:
        """Run steps of the open date through the ledger of steps."""
        context = StepContext(self.day, self.engine, self.places, run_id="test")
        with self.engine.begin() as connection:
            for name in names:
                row = {"day": self.day, "step": f"origination.{name}"}
                connection.execute(text("insert ignore into step_run (business_date, step) values (:day, :step)"), row)
        return [run_step(BY_NAME[f"origination.{name}"], context) for name in names for _ in range(times)]

    def next_day(self) -> None:
        """Close the open date and open the one after it."""
        self.day = date.fromordinal(self.day.toordinal() + 1)
        with self.engine.begin() as connection:
            connection.execute(text("update business_day set state = 'CLOSING' where is_current = 1"))
            connection.execute(text("update business_day set state = 'CLOSED' where is_current = 1"))
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": self.day})

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), parameters)]

    def states(self) -> dict[str, str]:
        """State by application number."""
        return dict(self.rows("select application_no, state from application"))  # type: ignore[arg-type]

    def rules(self, application_no: str) -> dict[str, str]:
        """Effect by code of the rules that fired."""
        query = (
            "select rules_fired from application_decision join application using (application_id)"
            " where application_no = :no order by decision_id desc"
        )
        fired = self.rows(query, no=application_no)[0][0]
        return {rule["code"]: rule["effect"] for rule in json.loads(fired)}


def _insert(connection: Connection, table: str, columns: Mapping[str, Any]) -> int:
    names, binds = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    return int(connection.execute(text(f"insert into {table} ({names}) values ({binds})"), dict(columns)).lastrowid)
