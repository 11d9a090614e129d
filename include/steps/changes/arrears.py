"""Arrears in a restructure: moved with everything else, to fall due later or to become principal."""

from __future__ import annotations

from datetime import date

from sqlalchemy import RowMapping

from include.steps.changes.details import limits
from include.steps.changes.standing import PORTIONS, owed
from include.steps.changes.versions import NewRow, Version

FIRST, LAST = date.min, date.max


def move_everything(version: Version, capitalised: tuple[str, ...]) -> tuple[int, int]:
    """Move all that the loan owes into ``version``; return fees and penalty of the rows to come.

    Of what is due or past due the components in ``capitalised`` become principal; the others fall due later, in a row of their own.
    Interest that is earned and not due falls due with the first new instalment. Due dates of these rows are FIRST or LAST until the
    instalments are there.
    """
    version.everything = True
    on = version.standing.on
    due = [row for row in version.standing.past if row["due_date"] <= on and owed(row)]
    rolled = [row for row in version.standing.past if row["due_date"] > on and owed(row)]
    deferred = dict.fromkeys(PORTIONS, 0)
    for row in due:
        for portion, cents in _move_due(version, row, capitalised).items():
            deferred[portion] += cents
    if any(deferred.values()):
        when = FIRST if limits("RESTRUCTURE")["deferred_due"] == "FIRST" else LAST
        version.rows.append(_carried(due, when, deferred))
    for row in rolled:
        version.taken_over += row["principal"]
        version.move(row, "MOVED_OUT", **{portion: row[portion] for portion in PORTIONS})
        version.rows.append(_carried([row], FIRST, {portion: row[portion] for portion in PORTIONS}))
    return version.move_future()


def _move_due(version: Version, row: RowMapping, capitalised: tuple[str, ...]) -> dict[str, int]:
    """Move a row that is due or past due; return what of it is deferred, but for principal, which is scheduled anew."""
    on = version.standing.on
    new_principal = {portion: row[portion] for portion in ("interest", "fee", "penalty") if portion.upper() in capitalised}
    later = {portion: 0 if portion in new_principal else row[portion] for portion in ("interest", "fee", "penalty")}
    version.move(row, "CAPITALISED", **new_principal)
    # interest that became due before the date is booked as receivable, and goes back to what has accrued
    receivable = later["interest"] if row["due_date"] < on else 0
    version.move(row, "DEFERRED", interest=receivable)
    moved = {"principal": row["principal"], "interest": later["interest"] - receivable, "fee": later["fee"], "penalty": later["penalty"]}
    version.move(row, "MOVED_OUT", **moved)
    version.taken_over += row["principal"] + sum(new_principal.values())
    return later


def _carried(rows: list[RowMapping], when: date, cents: dict[str, int]) -> NewRow:
    start, end = min(row["period_start"] for row in rows), max(row["period_end"] for row in rows)
    return NewRow("CARRIED", start, end, when, interest=cents["interest"], fee=cents["fee"], penalty=cents["penalty"])
