"""What the watch over the credit score found on a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine

from include.database import run_sql
from include.steps.context import StepError


def new_breaches(database: Engine, business_date: date) -> list[str]:
    """One line for each figure of the champion that is beyond its limit and was not on the closed date before.

    Raises
    ------
    StepError : reports.model_health of the date was not built.
    """
    with database.connect() as connection:
        built = run_sql(connection, "credit_model/health_built", {"business_date": business_date})
        if built is None or not built.scalar():
            raise StepError(f"reports.model_health of {business_date} is not built: run it first.")
        found = run_sql(connection, "credit_model/health_new_breaches", {"business_date": business_date})
        return [_line(dict(row)) for row in found.mappings()] if found is not None else []


def _line(values: Mapping[str, Any]) -> str:
    limits = " to ".join(str(values[name].normalize()) if values[name] is not None else "..." for name in ("limit_low", "limit_high"))
    version = "" if values["model_version"] == "*" else f" of version {values['model_version']}"
    return (
        f"{values['measure']} {values['subject']}{version}, {values['span'].lower()}: {values['figure']:.3f} is outside {limits}"
        f" ({values['counted']} counted)"
    )
