"""A customer's personal data at the desk: masked, or in full for a reason that is kept with who saw it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from include.database import run_sql
from include.lending.privacy import PrivacyError, decrypt, mask
from include.steps.refusal import DeskError

# field: characters that stay readable in front and at the end
FIELDS = {"name": (1, 0), "id_number": (0, 4), "phone": (0, 4), "email": (1, 0), "payee": (0, 4)}
UNREADABLE = "******"
REASON_LENGTH = 500


def masked(row: Mapping[str, Any]) -> dict[str, str]:
    """The personal fields of ``row`` (columns ``<field>_cipher``), masked; what the key does not open is all stars."""
    return {field: _short(mask(text, *FIELDS[field])) if text != UNREADABLE else text for field, text in _plain(row).items()}


def shown(connection: Connection, row: Mapping[str, Any], user: str, reason: str) -> dict[str, str]:
    """The personal fields of ``row`` in full; that ``user`` saw them is kept with the reason. The caller commits before showing them.

    Raises
    ------
    DeskError : the reason is missing, or the key does not open what is stored.
    """
    reason = reason.strip()
    if not 3 <= len(reason) <= REASON_LENGTH:
        raise DeskError("reason_missing", f"Say why, in 3 to {REASON_LENGTH} characters.", length=REASON_LENGTH)
    fields = _plain(row)
    if UNREADABLE in fields.values():
        raise DeskError("no_key", "The key of this installation does not open this customer's data: tell whoever runs it.")
    record = {"user_name": user, "customer_id": row["customer_id"], "fields": ", ".join(fields), "reason": reason}
    run_sql(connection, "desk/shown_insert", record)
    return fields


def _short(text: str) -> str:
    """At most eight stars in a row: how long the value is stays hidden too."""
    return re.sub(r"\*{8,}", "********", text)


def _plain(row: Mapping[str, Any]) -> dict[str, str]:
    fields = {}
    for field in FIELDS:
        cipher = row.get(f"{field}_cipher")
        if cipher is None:
            continue
        try:
            fields[field] = decrypt(field, bytes(cipher)) or ""
        except PrivacyError:
            fields[field] = UNREADABLE
    return fields
