"""intake.load_applications: the accepted rows become customers and NEW applications, once by application_no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from include import policy
from include.database import read_sql, run_sql
from include.lending.privacy import decrypt, digest, encrypt
from include.steps.context import StepContext, StepResult
from include.steps.intake import landing, load
from include.steps.intake.datasets import APPLICATIONS
from include.steps.intake.load import Accepted


def load_applications(connection: Connection, context: StepContext) -> StepResult:
    """Load what passed.

    A number that is known with the same content is skipped and counted, with other content it goes to quarantine, as does a
    row that contradicts what is on file about its customer. A customer's latest region, industry, phone and e-mail are kept.
    """
    file = landing.working_file(connection, context, APPLICATIONS)
    rows = load.accepted_rows(context, APPLICATIONS, file)
    load.stage(connection, "applications", load.staged(rows, (_sealed(row) for row in rows.values())))
    run_sql(connection, "intake/match_applications")
    _compare_payees(connection, rows)
    parameters = load.dated(context.business_date, file)
    run_sql(connection, "intake/upsert_customers", {**parameters, **_limits()})
    run_sql(connection, "intake/insert_applications", parameters)
    return load.finish(connection, context, APPLICATIONS, file, rows)


def _sealed(row: Accepted) -> Mapping[str, Any]:
    """What is stored of the personal fields: ciphers, and the digest by which a person is found."""
    values = row.values
    return {
        "name_cipher": encrypt("name", values["name"]),
        "id_number_cipher": encrypt("id_number", values["id_number"]),
        "id_number_digest": digest("id_number", values["id_number"]),
        "phone_cipher": encrypt("phone", values["phone"]),
        "email_cipher": encrypt("email", values["email"]),
        "payee_cipher": encrypt("payee", values["payee_account"]),
    }


def _limits() -> dict[str, str]:
    limits = policy.read("intake")["default_exposure_limit"]
    return {"limit_of_person": str(limits["PERSON"]), "limit_of_enterprise": str(limits["ENTERPRISE"])}


def _compare_payees(connection: Connection, rows: Mapping[int, Accepted]) -> None:
    """Ciphers of the same account differ, so the payees of known applications are compared here."""
    different = [{"position": position} for position in _other_payees(connection, rows)]
    if different:
        connection.execute(text(read_sql("intake/application_differs")[0]), different)


def _other_payees(connection: Connection, rows: Mapping[int, Accepted]) -> Iterator[int]:
    result = run_sql(connection, "intake/known_payees")
    assert result is not None
    for known in result.all():
        if decrypt("payee", known.payee_cipher) != rows[known.position].values["payee_account"]:
            yield known.position
