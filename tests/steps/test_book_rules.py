"""The expectations on a book: each has rows that break it, names just them, and says what to do."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from upath import UPath

from include.steps.context import StepError
from include.steps.intake import rules
from include.steps.opening_book import read_book, read_manifest
from include.steps.opening_book.across import add_across
from include.steps.opening_book.datasets import FILES
from include.steps.opening_book.files import read_files
from include.steps.opening_book.manifest import FileEntry, Manifest
from tests.steps.broken_book import BROKEN, Change
from tests.steps.small_book import Book, add_closed_loans, small_book, write_book, write_csv

CUT_OVER = date(2026, 3, 1)
PRODUCTS = ["WC-INSTALMENT", "WC-PRINCIPAL"]
CASES = [(file, rule) for file, broken in BROKEN.items() for rule in broken]
# a loan is found wrong by a row of its history
CHANGED_IN = {("loans.csv", "history.written_off"): "history.csv"}


def frames_of(book: Book, folder: Path) -> Mapping[str, pd.DataFrame]:
    """The book's files as the rules see them."""
    folder.mkdir(exist_ok=True)
    files = {name: FileEntry(len(book[name.partition(".")[0]]), None) for name in FILES}
    for name in FILES:
        write_csv(folder / name, book[name.partition(".")[0]])
    frames = read_files(UPath(folder), Manifest(CUT_OVER, CUT_OVER, files, {}, ""))
    add_across(frames, CUT_OVER)
    return frames


def findings_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, set[int]]]:
    """By file and rule, the lines that break it."""
    found = {}
    for file, frame in frames.items():
        findings = rules.judge(FILES[file], frame, {"rows_expected": len(frame), "product_codes": PRODUCTS})
        found[file] = {finding.rule: {int(frame["line"].iloc[place]) for place in finding.failed} for finding in findings if finding.failed}
    return found


def whole_book() -> Book:
    book = small_book()
    add_closed_loans(book)
    return book


def changed(change: Change, file: str, copy: int) -> tuple[Book, int]:
    """The book with one row of ``file`` changed, as one of many that lie beside each other; and the position of the row."""
    book, (loan_no, place, values) = whole_book(), change
    rows = book[file.partition(".")[0]]
    position = [n for n, row in enumerate(rows) if row["loan_no"] == loan_no][place]
    rows[position].update(values)
    for row in (*book["loans"], *book["instalments"], *book["history"]):
        row["loan_no"] = row["loan_no"] and f"{copy}-{row['loan_no']}"
        if row.get("customer_no"):
            row["customer_no"] = f"{copy}-{row['customer_no']}"
        if row.get("id_number"):
            row["id_number"] = f"{copy:03d}{row['id_number'][3:]}"
    return book, position


@cache
def judged() -> tuple[dict[tuple[str, str], tuple[str, int]], dict[str, dict[str, set[int]]]]:
    """A book for each rule, all judged in one go: where each one's changed row is, and what was found."""
    all_books: Book = {"loans": [], "instalments": [], "history": []}
    rows_changed = {}
    for copy, (file, rule) in enumerate(CASES, start=1):
        changed_file = CHANGED_IN.get((file, rule), file)
        book, position = changed(BROKEN[file][rule], changed_file, copy)
        rows_changed[file, rule] = (changed_file, len(all_books[changed_file.partition(".")[0]]) + position + 2)
        for name, rows in all_books.items():
            rows += book[name]
    with tempfile.TemporaryDirectory() as folder:
        return rows_changed, findings_of(frames_of(all_books, Path(folder)))


@pytest.mark.parametrize(("file", "rule"), CASES, ids=str)
def test_a_rule_finds_the_row_that_breaks_it(file: str, rule: str) -> None:
    rows_changed, found = judged()
    changed_file, line = rows_changed[file, rule]
    copy, loans = CASES.index((file, rule)), len(whole_book()["loans"])
    expected = line if changed_file == file else 2 + copy * loans + loans - 1  # its loan, the last in loans.csv
    assert expected in found[file][rule]


def test_a_good_book_breaks_nothing(tmp_path: Path) -> None:
    assert findings_of(frames_of(whole_book(), tmp_path)) == {"loans.csv": {}, "instalments.csv": {}, "history.csv": {}}


@pytest.mark.parametrize("file", FILES)
def test_every_rule_has_a_row_that_breaks_it_and_says_what_to_do(file: str) -> None:
    suite = rules.suite_of(FILES[file].name)["expectations"]
    assert {item["meta"]["rule"] for item in suite if item["meta"]["scope"] == "row"} == set(BROKEN[file])
    for item in suite:
        assert set(item["meta"]) == {"rule", "scope", "says", "do"} and all(item["meta"].values())


def test_a_history_that_begins_later_need_not_add_up_but_a_whole_one_must(tmp_path: Path) -> None:
    """LB000001 has one repayment of 500.00 and no disbursement: the rest was before."""
    book = whole_book()
    book["history"].append({**book["history"][5], "kind": "DISBURSEMENT", "event_date": "2025-06-15", "principal": "6000.00"})
    assert findings_of(frames_of(book, tmp_path))["loans.csv"] == {"history.left": {2}}


def test_a_payment_that_was_taken_back_counts_as_never_made(tmp_path: Path) -> None:
    book = whole_book()
    paid = next(event for event in book["history"] if event["loan_no"] == "LB000007" and event["kind"] == "REPAYMENT")
    book["history"] += [
        {**paid, "event_date": "2025-11-15"},
        {**paid, "event_date": "2025-11-17", "principal": "-6000.00", "interest": "-120.00"},
    ]
    assert findings_of(frames_of(book, tmp_path))["loans.csv"] == {}


@pytest.mark.parametrize("cents", ["0.01", "0.10", "123456789.01", "9999999999.99"])
def test_sums_are_exact_to_the_cent_for_large_amounts(cents: str, tmp_path: Path) -> None:
    """Two instalments that a sum of floats would not tell from 0.01 more."""
    book = whole_book()
    (loan,) = (loan for loan in book["loans"] if loan["loan_no"] == "LB000002")
    items = [item for item in book["instalments"] if item["loan_no"] == "LB000002"]
    items[0]["principal_due"] = "0.00"
    items[1]["principal_due"] = loan["principal_outstanding"] = loan["principal"] = cents
    assert findings_of(frames_of(book, tmp_path / "right"))["loans.csv"] == {}
    items[0]["principal_due"] = "0.01"
    assert findings_of(frames_of(book, tmp_path / "wrong"))["loans.csv"] == {"principal_outstanding.schedule": {3}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda book: book.update(by_state={"LOST": {}}), "by_state has LOST, a loan is one of RUNNING"),
        (lambda book: book.update(by_state={"PAID_OFF": {"loans": 1}}), "by_state.PAID_OFF needs principal, charged_off"),
        (
            lambda book: book.update(by_state={"WRITTEN_OFF": {"loans": 1, "principal": "6000.00", "charged_off": "699.99"}}),
            "control total WRITTEN_OFF charged_off: 700.00 in the files, 699.99 in the manifest",
        ),
        (lambda book: book.update(cut_over="soon"), "cut_over must be a date"),
        (lambda book: book["history"][0].update(extra="1"), "history.csv: wrong header: it has 1 unknown"),
    ],
)
def test_the_manifest_and_the_files_must_fit(change, message: str, tmp_path: Path) -> None:
    def both(book: Book) -> None:
        add_closed_loans(book)
        change(book)
        for event in book["history"]:
            event |= {name: "" for name in book["history"][0] if name not in event}

    folder = UPath(write_book(tmp_path / "book", both))
    with pytest.raises(StepError) as refused:
        read_book(folder, read_manifest(folder), PRODUCTS, UPath(tmp_path))
    assert message in str(refused.value)


def test_closed_loans_need_totals_by_state(tmp_path: Path) -> None:
    def without(book: Book) -> None:
        add_closed_loans(book)
        del book["history"]

    folder = UPath(write_book(tmp_path / "book", without))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"by_state"', '"by_states"'))
    with pytest.raises(StepError, match="loans that are PAID_OFF and WRITTEN_OFF: the manifest must give their totals under by_state"):
        read_book(folder, read_manifest(folder), PRODUCTS, UPath(tmp_path))
