"""What the rules of one file need to know from the others, as columns beside its own: amounts in integer cents, so exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("principal", "interest", "fee", "penalty")


def add_across(frames: Mapping[str, pd.DataFrame], cut_over: date) -> None:
    """Add to each of ``frames`` what its suite in expectations/ compares with."""
    import pandas as pd

    loans, instalments = frames["loans.csv"], frames["instalments.csv"]
    for frame in frames.values():
        frame["cut_over_day"] = pd.Series([cut_over] * len(frame), index=frame.index, dtype="datetime64[s]")
    _about_customers(loans)
    _about_order(instalments)
    instalments["loan_line"] = _of_loan(loans, "line", instalments)
    instalments["past_due"] = (instalments["due_date_day"] < instalments["cut_over_day"]).astype(int)
    instalments["owed_cents"] = instalments[["principal_due_cents", "interest_due_cents", "penalty_cents"]].sum(axis=1).astype("Int64")
    by_loan = instalments.groupby("loan_no")
    loans["instalments"] = _sums(loans, by_loan.size()).fillna(0)
    loans["scheduled_cents"] = _sums(loans, by_loan["principal_due_cents"].sum())
    loans["owed_cents"] = _sums(loans, by_loan["owed_cents"].sum()).fillna(0)
    if "history.csv" in frames:
        _about_history(loans, frames["history.csv"])
    else:
        for name in ("history_disbursed_cents", "history_charged_off_cents", "history_left_cents"):
            loans[name] = pd.Series([None] * len(loans), index=loans.index, dtype="Int64")


def _about_customers(loans: pd.DataFrame) -> None:
    for name, counted, per in (
        ("customer_kinds_of_customer", "customer_kind", "customer_no"),
        ("id_numbers_of_customer", "id_number", "customer_no"),
        ("customers_of_id_number", "customer_no", "id_number"),
    ):
        loans[name] = loans.groupby(per)[counted].transform("nunique").astype("Int64")


def _about_order(instalments: pd.DataFrame) -> None:
    """The number that follows the instalment before, and that one's end; missing for a loan's first."""
    ordered = instalments.sort_values(["loan_no", "instalment_no_number"], kind="stable").groupby("loan_no")
    instalments["next_no"] = ordered["instalment_no_number"].shift() + 1
    # only where nothing is missing between them: a gap is found by its number alone
    follows = instalments["next_no"] == instalments["instalment_no_number"]
    instalments["previous_end_day"] = ordered["period_end_day"].shift().where(follows.fillna(False).astype(bool))


def _about_history(loans: pd.DataFrame, history: pd.DataFrame) -> None:
    """A loan whose history begins with its disbursement has all of it: then it leaves what is outstanding."""
    import pandas as pd

    history["loan_line"] = _of_loan(loans, "line", history)
    history["disbursed_on_day"] = _of_loan(loans, "disbursed_on_day", history)
    cents = history[[f"{name}_cents" for name in AMOUNTS]]
    history["least_cents"] = cents.min(axis=1).astype("Int64")
    history["moved_cents"] = cents.abs().sum(axis=1).astype("Int64")
    moved = {
        kind: _sums(loans, history[history["kind"] == kind].groupby("loan_no")["principal_cents"].sum())
        for kind in ("DISBURSEMENT", "REPAYMENT", "CHARGE_OFF")
    }
    complete = moved["DISBURSEMENT"].notna()
    loans["history_disbursed_cents"] = moved["DISBURSEMENT"]
    loans["history_charged_off_cents"] = moved["CHARGE_OFF"].fillna(0).where(complete)
    left = moved["DISBURSEMENT"] - moved["REPAYMENT"].fillna(0) - moved["CHARGE_OFF"].fillna(0)
    loans["history_left_cents"] = pd.Series(left, dtype="Int64")


def _of_loan(loans: pd.DataFrame, column: str, frame: pd.DataFrame) -> pd.Series[Any]:
    found: pd.Series[Any] = frame["loan_no"].map(loans.drop_duplicates("loan_no").set_index("loan_no")[column])
    return found


def _sums(loans: pd.DataFrame, by_loan: pd.Series[Any]) -> pd.Series[Any]:
    found: pd.Series[Any] = loans["loan_no"].map(by_loan).astype("Int64")
    return found
