"""The real loans as an opening book: loans.csv, instalments.csv, history.csv and a manifest that says where they come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from include.data.sample.files import write_csv, write_manifest, yuan
from include.data.sample.terms import product
from include.data.small_business.manifest import manifest_of
from include.data.small_business.plan import PRODUCT, Item, annual_rate, paid_of, plans, tenor
from include.data.small_business.source import SourceLoan, source_loans
from include.data.small_business.states import Placed, State, place
from include.lending.money import from_millionths, round_digits, to_millionths

# columns of the source that have no column of ours: kept with the loan, whatever they mean
KEPT = (
    "city", "bank", "bank_state", "naics", "approval_date", "gr_appv", "sba_appv", "no_emp", "new_exist", "create_job", "retained_job",
    "franchise_code", "urban_rural", "rev_line_cr", "low_doc",
)  # fmt: skip

Row = dict[str, str]


def write_book(folder: Path, cut_over: date) -> dict[str, Any]:
    """Write the book as of the end of ``cut_over`` into ``folder`` and return its manifest."""
    placed = place(source_loans(), cut_over)
    book = [one for one in placed if one.state is not State.LEFT_OUT]
    running = [one for one in book if one.state is State.RUNNING]
    schedules = dict(zip((one.loan.number for one in running), plans(running), strict=True))
    paid = {one.loan.number: paid_of(one, schedules[one.loan.number], cut_over) for one in running}
    owed = {number: schedules[number][count:] for number, count in paid.items()}
    settled = {number: schedules[number][:count] for number, count in paid.items()}
    rows = {
        "loans.csv": [_loan_row(one, owed.get(one.loan.number, [])) for one in book],
        "instalments.csv": [_instalment_row(loan_no(one.loan), item) for one in running for item in owed[one.loan.number]],
        "history.csv": [row for one in book for row in _history(one, settled.get(one.loan.number, []))],
    }
    files = {name: {"rows": len(found), "sha256": write_csv(folder / name, list(found[0]), found)} for name, found in rows.items()}
    manifest = manifest_of(placed, rows, files, cut_over, cut_over + timedelta(days=1))
    write_manifest(folder / "manifest.json", manifest)
    return manifest


def loan_no(loan: SourceLoan) -> str:
    """``SB`` and the number in the source."""
    return f"SB{loan.number}"


def _loan_row(one: Placed, owed: Sequence[Item]) -> Row:
    loan, rate = one.loan, from_millionths(annual_rate(one.loan))
    factor = to_millionths(str(product(PRODUCT)["penalty"]["rate_factor"]))
    return {
        "loan_no": loan_no(loan),
        "customer_no": f"B{loan.number}",
        "customer_kind": "ENTERPRISE",
        "name": f"Business {loan.number}",
        "id_number": f"99000000{loan.number}",
        "phone": "",
        "email": "",
        "region": loan.row["state"],
        "industry": loan.industry,
        "product_code": PRODUCT,
        "currency": "CNY",
        "annual_rate": f"{rate:f}",
        "penalty_rate": f"{round_digits(rate * from_millionths(factor), 6):f}",
        "principal": yuan(loan.disbursed),
        "tenor": str(tenor(one) if one.state is State.RUNNING else loan.term),
        "disbursed_on": loan.disbursed_on.isoformat(),
        "matures_on": max(one.matures_on, owed[-1].period_end if owed else one.matures_on).isoformat(),
        "principal_outstanding": yuan(sum(item.principal for item in owed)),
        "held_money": yuan(0),
        "state": one.state.value,
        "closed_on": one.closed_on.isoformat() if one.closed_on else "",
        "charged_off": yuan(one.charged_off),
        "details": json.dumps({name: loan.row[name] for name in KEPT if loan.row[name]}),
    }


def _instalment_row(number: str, item: Item) -> Row:
    return {
        "loan_no": number,
        "instalment_no": str(item.number),
        "period_start": item.period_start.isoformat(),
        "period_end": item.period_end.isoformat(),
        "due_date": item.due_date.isoformat(),
        "principal_due": yuan(item.principal),
        "interest_due": yuan(item.interest),
        "penalty": yuan(0),
    }


def _history(one: Placed, settled: Iterable[Item]) -> Iterator[Row]:
    """Disbursement and charge-off as filed; of a closed loan what was repaid in all, which follows; of a running one what was generated."""
    loan = one.loan
    yield _event(one, loan.disbursed_on, "DISBURSEMENT", "date of approval" if loan.stand_in else "filed", principal=loan.disbursed)
    for item in settled:
        yield _event(one, item.due_date, "REPAYMENT", f"generated {item.number}", principal=item.principal, interest=item.interest)
    if one.closed_on and loan.disbursed > one.charged_off:
        yield _event(one, one.closed_on, "REPAYMENT", "in all, follows", principal=loan.disbursed - one.charged_off)
    if one.charged_off and loan.charged_off_on:
        yield _event(one, loan.charged_off_on, "CHARGE_OFF", "filed", principal=one.charged_off)


def _event(one: Placed, day: date, kind: str, reference: str, principal: int, interest: int = 0) -> Row:
    return {
        "loan_no": loan_no(one.loan),
        "event_date": day.isoformat(),
        "kind": kind,
        "principal": yuan(principal),
        "interest": yuan(interest),
        "reference": reference,
    }
