"""The rows that were refused, for the people who mend them: ``python -m include.steps.intake.quarantine``.

``list`` what waits, ``show`` one row with every reason, ``fix`` it (it comes in with the next day's load of its data set, once),
``discard`` it, ``reopen`` what was fixed or discarded by mistake. Who did it and why stays on the row.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from include.database import engine, run_sql
from include.lending.privacy import PrivacyError, mask
from include.steps.intake.datasets import DATASETS
from include.steps.intake.quarantine_rows import seal, unseal

Action = Callable[[Connection, argparse.Namespace], None]

STATES = ("NEW", "FIXED", "DISCARDED", "REINJECTED")


class QuarantineError(Exception):
    """What was asked for cannot be done with this row; the message says why."""


def actor() -> str:
    """Who is at work: MILLRACE_ACTOR, or the account of the machine."""
    return os.environ.get("MILLRACE_ACTOR") or f"shell:{getpass.getuser()}"


def list_rows(
    connection: Connection, dataset: str | None = None, business_date: date | None = None, state: str | None = None
) -> list[dict[str, Any]]:
    """The rows that fit, oldest first; without ``state`` those that still wait, NEW and FIXED."""
    result = run_sql(connection, "intake/list_quarantine", {"dataset": dataset, "business_date": business_date, "state": state})
    assert result is not None
    return [{**row, "reasons": json.loads(row["reasons"])} for row in result.mappings()]


def read_row(connection: Connection, quarantine_id: int) -> dict[str, Any]:
    """One row, locked, with ``source_row`` and ``fixed_row`` in the clear.

    Raises
    ------
    QuarantineError : there is no such row.
    """
    result = run_sql(connection, "intake/show_quarantine", {"quarantine_id": quarantine_id})
    assert result is not None
    found = result.mappings().one_or_none()
    if found is None:
        raise QuarantineError(f"There is no row {quarantine_id} in quarantine.")
    row = dict(found)
    row["reasons"] = json.loads(row["reasons"])
    row["source_row"] = unseal(row["source_row"])
    row["fixed_row"] = unseal(row["fixed_row"]) if row["fixed_row"] else None
    return row


def fix(
    connection: Connection, quarantine_id: int, changes: Mapping[str, str | None], note: str | None = None, by: str | None = None
) -> None:
    """Mend a row; what is not in ``changes`` stays as it came or was mended before. Without changes it is tried again as it is.

    ``by`` is who does it, by default ``actor()``.
    """
    row = _in_state(connection, quarantine_id, ("NEW", "FIXED"), "fixed")
    dataset = DATASETS[row["dataset"]]
    if unknown := sorted(set(changes) - set(dataset.names)):
        raise QuarantineError(f"{dataset.name} have no {', '.join(unknown)}; their columns are {', '.join(dataset.names)}.")
    fields = {**(row["fixed_row"] or row["source_row"]), **changes}
    _move(connection, quarantine_id, "FIXED", note or row["note"], seal(dataset, {name: fields.get(name) for name in dataset.names}), by)


def discard(connection: Connection, quarantine_id: int, reason: str, by: str | None = None) -> None:
    """Give a row up."""
    _in_state(connection, quarantine_id, ("NEW", "FIXED"), "discarded")
    _move(connection, quarantine_id, "DISCARDED", reason, None, by)


def reopen(connection: Connection, quarantine_id: int, reason: str, by: str | None = None) -> None:
    """Take a fix or a discard back."""
    _in_state(connection, quarantine_id, ("FIXED", "DISCARDED"), "reopened")
    _move(connection, quarantine_id, "NEW", reason, None, by)


def _in_state(connection: Connection, quarantine_id: int, states: Sequence[str], verb: str) -> dict[str, Any]:
    row = read_row(connection, quarantine_id)
    if row["state"] not in states:
        came = f" (it came in on {row['reinjected_on']})" if row["reinjected_on"] else ""
        raise QuarantineError(f"Row {quarantine_id} is {row['state']}{came}: only {' and '.join(states)} rows can be {verb}.")
    return row


def _move(connection: Connection, quarantine_id: int, state: str, note: str | None, fixed_row: str | None, by: str | None) -> None:
    run_sql(
        connection,
        "intake/move_quarantine",
        {
            "quarantine_id": quarantine_id,
            "state": state,
            "note": note and note[:500],
            "fixed_row": fixed_row,
            "actor": (by or actor())[:100],
        },
    )


def _print_list(connection: Connection, options: argparse.Namespace) -> None:
    rows = list_rows(connection, options.dataset, options.date, options.state)
    for row in rows:
        rules = ", ".join(reason["rule"] for reason in row["reasons"])
        where = f"{row['business_date']}  {row['dataset']:<12}  row {row['row_no']:<7}"
        print(f"{row['quarantine_id']:>8}  {where} {row['state']:<10}  {rules}")
    print(f"{len(rows)} rows. See one: show ID. Mend it: fix ID field=value ... --note WHY. Give it up: discard ID --reason WHY.")


def _print_row(connection: Connection, options: argparse.Namespace) -> None:
    row = read_row(connection, options.id)
    dataset = DATASETS[row["dataset"]]
    print(f"Row {row['row_no']} of {row['file_name']}, {row['dataset']} of {row['business_date']}: {row['state']}")
    for label, value in (("note", row["note"]), ("by", row["actor"]), ("came in on", row["reinjected_on"])):
        if value:
            print(f"  {label}: {value}")
    for reason in row["reasons"]:
        print(f"  ! {reason['rule']}: expected: {reason['expected']}. {reason['do'].capitalize()}.")
    for name in dataset.names:
        came, mended = row["source_row"].get(name), (row["fixed_row"] or row["source_row"]).get(name)
        shown = [value if name not in dataset.personal or options.reveal else mask(value) for value in (came, mended)]
        change = "" if mended == came else f"  ->  {shown[1] or '(not given)'}"
        print(f"  {name:<18} {shown[0] or ''}{change}")


def _fix(connection: Connection, options: argparse.Namespace) -> None:
    pairs = [text.partition("=") for text in options.changes]
    if wrong := [name for name, separator, _ in pairs if not separator]:
        raise QuarantineError(f"Write field=value (field= for not given), not {wrong[0]}.")
    fix(connection, options.id, {name: value or None for name, _, value in pairs}, options.note)
    print(f"Row {options.id} is FIXED: it comes in with the next load of its data set. If it is still wrong then, it is NEW again.")


def _discard(connection: Connection, options: argparse.Namespace) -> None:
    discard(connection, options.id, options.reason)
    print(f"Row {options.id} is DISCARDED.")


def _reopen(connection: Connection, options: argparse.Namespace) -> None:
    reopen(connection, options.id, options.reason)
    print(f"Row {options.id} is NEW again.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.steps.intake.quarantine", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def add(name: str, help: str, action: Action, with_id: bool = True) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=help)
        verb.set_defaults(action=action)
        if with_id:
            verb.add_argument("id", type=int)
        return verb

    listing = add("list", "rows that wait, NEW and FIXED, or those of one state", _print_list, with_id=False)
    listing.add_argument("--dataset", choices=sorted(DATASETS))
    listing.add_argument("--date", type=date.fromisoformat)
    listing.add_argument("--state", choices=STATES)
    add("show", "one row with every reason", _print_row).add_argument("--reveal", action="store_true", help="personal fields in the clear")
    fixing = add("fix", "mend a row", _fix)
    fixing.add_argument("changes", nargs="*", metavar="field=value")
    fixing.add_argument("--note", help="why")
    add("discard", "give a row up", _discard).add_argument("--reason", required=True)
    add("reopen", "take a fix or a discard back", _reopen).add_argument("--reason", required=True)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with engine().begin() as connection:
            options.action(connection, options)
    except (QuarantineError, PrivacyError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
