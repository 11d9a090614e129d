"""Control totals of an opening book as its files have them, in integer cents."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from include.lending.money import from_cents
from include.steps.opening_book.manifest import STATES, Totals

if TYPE_CHECKING:
    import pandas as pd


def totals_of(frames: Mapping[str, pd.DataFrame]) -> Totals:
    """Every total that a manifest may give, by the names of ``Manifest.totals``."""
    loans, instalments = frames["loans.csv"], frames["instalments.csv"]
    found = {
        "loans": Decimal(len(loans)),
        "instalments": Decimal(len(instalments)),
        "principal_outstanding": _sum(loans["principal_outstanding_cents"]),
        "arrears": _sum(instalments.loc[instalments["past_due"] == 1, "owed_cents"]),
        "penalty": _sum(instalments["penalty_cents"]),
        "held_money": _sum(loans["held_money_cents"]),
    }
    for state in STATES:
        of_state = loans[loans["state"] == state]
        found[f"{state} loans"] = Decimal(len(of_state))
        found[f"{state} principal"] = _sum(of_state["principal_cents"])
        found[f"{state} charged_off"] = _sum(of_state["charged_off_cents"])
    if "history.csv" in frames:
        found |= _of_history(frames["history.csv"])
    return found


def differences(found: Mapping[str, Decimal], manifest: Mapping[str, Decimal]) -> list[str]:
    """Where the files say otherwise than the manifest, in words."""
    wrong = [
        f"control total {name}: {found[name]} in the files, {value} in the manifest"
        for name, value in manifest.items()
        if found[name] != value
    ]
    untold = [state for state in STATES if state != "RUNNING" and found[f"{state} loans"] and f"{state} loans" not in manifest]
    if untold:
        wrong.append(f"the book has loans that are {' and '.join(untold)}: the manifest must give their totals under by_state")
    return wrong


def _of_history(history: pd.DataFrame) -> Totals:
    by_kind = {
        "disbursed": "DISBURSEMENT",
        "repaid": "REPAYMENT",
        "charged_off": "CHARGE_OFF",
        "recovered": "RECOVERY",
    }
    sums = {f"history {name}": _sum(history.loc[history["kind"] == kind, "principal_cents"]) for name, kind in by_kind.items()}
    return {"history events": Decimal(len(history)), **sums}


def _sum(cents: pd.Series[Any]) -> Decimal:
    return from_cents(int(cents.sum()))
