"""What Airflow learns about Millrace as an installed provider.

The entry point is read by every Airflow process at its start, so this module imports nothing.
"""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Give Airflow the hook behind connections of type ``mysql``."""
    return {
        "package-name": "millrace",
        "name": "Millrace",
        "description": "The daily close of a working-capital lender",
        "connection-types": [{"connection-type": "mysql", "hook-class-name": "include.orchestration.hook.MillraceHook"}],
    }
