"""Another policy for the time of a test: shorter probations, say, so that a cure fits into a few dates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lender import Lender


@contextmanager
def settings(lender: Lender, improves_after_days: int | None = None, **changes: int) -> Iterator[None]:
    """Policy settings by name; ``improves_after_days`` of every class from 3 up. All is put back at the end."""
    before = {row["name"]: row["value"] for row in lender.rows("select name, value from policy_setting") if row["name"] in changes}
    classes = lender.rows("select class_code, improves_after_days from asset_class")
    try:
        for name, value in changes.items():
            lender.execute("update policy_setting set value = :value where name = :name", name=name, value=value)
        if improves_after_days is not None:
            lender.execute("update asset_class set improves_after_days = :days where class_code >= 3", days=improves_after_days)
        yield
    finally:
        for name, value in before.items():
            lender.execute("update policy_setting set value = :value where name = :name", name=name, value=value)
        for row in classes:
            lender.execute("update asset_class set improves_after_days = :improves_after_days where class_code = :class_code", **row)
