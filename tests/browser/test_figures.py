"""The reports page and the operations pages in a browser, through Airflow's own user interface."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text
from upath import UPath

from include.day import BY_NAME, REPORTS
from include.places import Places
from include.steps.context import StepContext
from include.steps.ledger import run_step
from tests.airflow_home import HOME
from tests.browser.conftest import SignIn
from tests.quarantine_row import refused
from tests.reports.book import build, insert, table
from tests.steps.origination_scene import KEY

pytestmark = pytest.mark.timeout(900)  # the first test waits for Airflow's server, and a loaded machine is slow

DATES = (date(2026, 2, 27), date(2026, 2, 28))
BOOK = """
loan_id customer_no region industry state     days_past_due class_code principal_disbursed principal_balance arrears exposure provision
1       C1          上海   零售     ACTIVE    0             1          20000.00            15000.00          0       15000.00 150.00
2       C2          -      批发     OVERDUE   35            2          30000.00            30000.00          1200.50 31200.50 936.02
3       C3          浙江   零售     DEFAULTED 120           3          9000000.00          8765432.10        99.00   8765531.10 2629659.33
"""
PAGES = ["/reports", "/reports?date=2026-02-27", "/days", "/quarantine", "/files", "/invariants", "/invariants/steps_are_done"]


@pytest.fixture(scope="module")
def figures(desk_database: Engine) -> None:
    """Two dates before the open one, with their reports and the pack, whose charts the page shows."""
    places = Places(*(UPath(HOME / name) for name in ("source", "landing", "records", "outbox")))
    for day in DATES:
        with desk_database.begin() as connection:
            insert(connection, "loan_day", [{"loan_no": row["loan_id"], **row} for row in table(BOOK)], business_date=day)
        for report in REPORTS:
            build(desk_database, report.task, day)
        run_step(BY_NAME["reports.pack"], StepContext(day, desk_database, places, run_id="test"))


@pytest.fixture
def row(desk_database: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A refused row that waits."""
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    with desk_database.connect() as connection:
        number = int(connection.scalar(text("select count(*) from quarantine")) or 0)
    return refused(desk_database, number + 1)


def test_management_reads_the_figures_of_a_date(sign_in: SignIn, figures: None) -> None:
    viewer = sign_in("viewer")
    viewer.open_in_airflow()
    viewer.click("a[href='/millrace/reports']")
    assert "28 Feb 2026" in viewer.text("h1")
    assert "8.81 M" in viewer.text(".tiles")
    assert len(viewer.browser.find_elements("css selector", "figure svg[role=img]")) >= 10
    viewer.open("/reports")
    assert viewer.find("a[href^='/millrace/reports/packs/2026-02']").text == "Monthly pack"
    viewer.find("#report-ageing summary").click()
    assert "8,765,432.10" in viewer.text("#report-ageing table")
    viewer.click("a[rel=prev]")
    assert "27 Feb 2026" in viewer.text("h1")
    viewer.fill("date", "2026-02-28", "form.filters")
    viewer.click("form.filters button.primary")
    assert "28 Feb 2026" in viewer.text("h1")
    viewer.open("/reports?date=2026-03-01")
    assert "There are no reports of 1 Mar 2026." in viewer.text("[role=status]")


def test_the_figures_in_chinese(sign_in: SignIn, figures: None) -> None:
    viewer = sign_in("viewer")
    viewer.language("zh")
    viewer.open("/reports")
    assert viewer.text("h1") == "经营报表 · 2026年2月28日"
    assert "881.0 万" in viewer.text(".tiles")


def test_an_operator_mends_a_refused_row(sign_in: SignIn, row: int, desk_database: Engine) -> None:
    operator = sign_in("admin")
    operator.open("/days")
    operator.click("a[href='/millrace/quarantine']")
    operator.click(f"a[href='/millrace/quarantine/{row}']")
    assert "amount is <money>" in operator.text("ul.reasons")
    assert "张伟" not in operator.browser.page_source
    amount = operator.find("[name='field.amount']")
    assert amount.get_attribute("value") == "12x0"
    amount.clear()
    amount.send_keys("1200.00")
    operator.fill("note", "typing error")
    operator.click("form[action$=fix] button.primary")
    assert "The row is mended." in operator.text("[role=status]")
    with desk_database.connect() as connection:
        stored = connection.execute(text("select state, note, actor from quarantine where quarantine_id = :n"), {"n": row}).one()
    assert tuple(stored) == ("FIXED", "typing error", "admin")


def test_who_only_reads_cannot_mend(sign_in: SignIn, row: int) -> None:
    viewer = sign_in("viewer")
    viewer.open(f"/quarantine/{row}")
    assert "takes the role Operator" in viewer.text("main")
    assert not viewer.browser.find_elements("css selector", "main form button.primary")


def test_an_invariant_is_checked_now(sign_in: SignIn) -> None:
    operator = sign_in("admin")
    operator.open("/invariants")
    operator.click("a[href='/millrace/invariants/loan_equals_ledger']")
    assert "It holds." in operator.text("[role=status]")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["wide", "dark", "phone"])
def test_pages_are_accessible(sign_in: SignIn, figures: None, row: int, width: int, dark: bool) -> None:
    operator = sign_in("admin")
    operator.width(width)
    operator.dark(dark)
    found = {}
    for path in (*PAGES, f"/quarantine/{row}"):
        operator.open(path)
        if problems := operator.violations():
            found[path] = problems
        if operator.is_wider_than_its_screen():
            found.setdefault(path, []).append("wider than its screen")
    operator.dark(False)
    assert found == {}
