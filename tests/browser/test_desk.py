"""What people do at the desk, in a browser, through Airflow's own user interface."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys
from sqlalchemy import Engine, text

from tests.browser.conftest import SignIn
from tests.browser.reader import Reader

# starting Airflow and browsers takes a minute on a busy machine, and it counts to the first test
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REASON = "steady turnover, known supplier"
PAGES = [
    "/review",
    "/review?least=99999999",
    "/review/R9",
    "/review/D1",
    "/loans",
    "/loans?q=LB",
    "/loans?q=C-R9",
    "/loans/LB000001",
    "/loans/LB000001?tab=ledger",
    "/loans/LB000001?tab=journal",
    "/loans/LB000001?tab=history",
    "/loans/LB000001?tab=collections",
    "/loans/LB000001?tab=changes",
    "/loans/LB000001/statement",
    "/changes",
    "/changes/new",
    "/changes/new?kind=WAIVER&loan=LB000001",
    "/changes/new?kind=SUSPENSE_MATCH",
    "/review/NONE",
]


def state_of(database: Engine, number: str) -> str:
    with database.connect() as connection:
        return str(connection.scalar(text("select state from application where application_no = :no"), {"no": number}))


def approve(reader: Reader, number: str, amount: str | None = None) -> None:
    reader.open(f"/review/{number}")
    if amount:
        reader.fill("amount", amount)
    reader.fill("reason", REASON)
    reader.click("button[value=approve]")


def test_an_officer_finds_the_desk_in_airflow_and_approves(sign_in: SignIn, desk_database: Engine) -> None:
    officer = sign_in("officer")
    officer.open_in_airflow()
    assert officer.text("h1") == "Review desk"
    assert "Waiting" in officer.text("dl.cards")
    officer.click("a[href='/millrace/review/R1']")
    assert "The score asks for a person" in officer.text()
    officer.fill("amount", "20,000")
    officer.fill("reason", REASON)
    officer.click("button[value=approve]")
    assert "Approved." in officer.text("[role=status]")
    assert state_of(desk_database, "R1") == "APPROVED"


def test_above_the_limit_a_second_person_confirms(sign_in: SignIn, desk_database: Engine) -> None:
    officer, second = sign_in("officer"), sign_in("second")
    approve(officer, "R2")
    assert "a senior officer has to confirm it" in officer.text("[role=status]")
    assert not officer.browser.find_elements("css selector", "button[value=confirm]")
    assert state_of(desk_database, "R2") == "REFERRED"
    second.open("/review?step=second")
    second.click("a[href='/millrace/review/R2']")
    second.fill("note", "seen the books")
    second.click("button[value=confirm]")
    assert state_of(desk_database, "R2") == "APPROVED"


def test_who_proposed_cannot_confirm_even_as_a_senior_officer(sign_in: SignIn, desk_database: Engine) -> None:
    second = sign_in("second")
    approve(second, "R3")
    assert "This is your proposal" in second.text()
    assert not second.browser.find_elements("css selector", "button[value=confirm]")
    second.click("form[action$=take-back] button")
    assert state_of(desk_database, "R3") == "REFERRED"


def test_two_officers_who_open_the_same_case(sign_in: SignIn, desk_database: Engine) -> None:
    officer, second = sign_in("officer"), sign_in("second")
    officer.open("/review/R5")
    second.open("/review/R5")
    officer.fill("reason", REASON)
    officer.click("button[value=approve]")
    second.fill("reason", "not this one")
    second.click("button[value=reject]")
    assert "R5 is approved already" in second.text("h1")
    assert state_of(desk_database, "R5") == "APPROVED"


def test_an_offer_outside_of_policy_is_refused_in_words(sign_in: SignIn, desk_database: Engine) -> None:
    officer = sign_in("officer")
    approve(officer, "R6", "9,999,999")
    assert "the amount must be from 2,000.00 to" in officer.text("h1")
    assert state_of(desk_database, "R6") == "REFERRED"


def test_who_has_no_right_is_told_who_can(sign_in: SignIn) -> None:
    nobody = sign_in("nobody")
    nobody.open("/review")
    assert "You may not read." in nobody.text("h1")
    viewer = sign_in("viewer")
    viewer.open("/review/R9")
    assert not viewer.browser.find_elements("css selector", "form[action$=decide]")
    viewer.open("/rights")
    assert "It takes one of these roles: Administrator." in viewer.text("h1")


def test_in_chinese_by_a_click(sign_in: SignIn) -> None:
    officer = sign_in("officer")
    officer.open("/review")
    officer.click("button[name=language][value=zh]")
    assert officer.text("h1") == "审批工作台"
    assert "待处理" in officer.text("table")
    officer.open("/loans/LB000001")
    assert "2026年2月2日" in officer.text("table")
    assert "逾期" in officer.text("table")


def test_a_change_is_asked_for_and_decided_by_somebody_else(sign_in: SignIn, desk_database: Engine) -> None:
    officer, second = sign_in("officer"), sign_in("second")
    officer.open("/loans/LB000001")
    officer.click("a[href='/millrace/changes/new?loan=LB000001']")
    officer.click("a[href*='kind=WAIVER']")
    officer.fill("amount", "1.00")
    officer.fill("reason", "the bank's transfer was late")
    officer.click("form[action='/millrace/changes'] button.primary")
    assert "Asked for." in officer.text("[role=status]")
    number = officer.browser.current_url.split("/")[-1].split("?")[0]
    assert not officer.browser.find_elements("css selector", "button[value=approve]")
    second.open(f"/changes/{number}")
    second.click("button[value=approve]")
    with desk_database.connect() as connection:
        row = connection.execute(text("select state, maker, checker from change_request where change_request_id = :n"), {"n": number})
        assert tuple(row.one()) == ("APPROVED", "officer", "second")


def test_notes_and_promises(sign_in: SignIn) -> None:
    officer = sign_in("officer")
    officer.open("/loans/LB000002?tab=collections")
    officer.fill("body", "called, will pay on Monday\n<b>not bold</b>")
    officer.click("form[action$=notes] button")
    assert "<b>not bold</b>" in officer.text("ol.log")
    officer.fill("promised_on", "2026-03-09")
    officer.fill("amount", "1,025.50")
    officer.click("form[action$=promises] button")
    assert "1,025.50" in officer.text("table")
    officer.open("/loans")
    assert "LB000002" in officer.text("table")


def test_personal_data_are_masked_until_somebody_says_why(sign_in: SignIn, desk_database: Engine) -> None:
    officer, second = sign_in("officer"), sign_in("second")
    officer.open("/review/R9")
    assert "name of C-R9" not in officer.text()
    assert not officer.browser.find_elements("css selector", "form[action$=show]")
    second.open("/review/R9")
    second.find("details:has(form[action$=show]) summary").click()
    second.fill("reason", "call the customer", "form[action$=show]")
    second.click("form[action$=show] button")
    assert "name of C-R9" in second.text()
    with desk_database.connect() as connection:
        seen = connection.execute(text("select user_name, reason from personal_data_shown")).all()
    assert ("second", "call the customer") in [tuple(row) for row in seen]


def test_an_administrator_gives_a_right_that_counts_at_once(sign_in: SignIn) -> None:
    admin, nobody = sign_in("admin"), sign_in("nobody")
    admin.open("/rights")
    admin.fill("user", "nobody", "form[action$=grant]")
    admin.fill("role", "VIEWER", "form[action$=grant]")
    admin.click("form[action$=grant] button")
    assert "The role is given." in admin.text("[role=status]")
    nobody.open("/loans")
    assert nobody.text("h1") == "Loans"
    admin.click("form[action$=revoke]:has([value=nobody]) button")
    nobody.open("/loans")
    assert "You may not read." in nobody.text("h1")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)], ids=["wide", "dark", "phone"])
def test_pages_are_accessible(sign_in: SignIn, width: int, dark: bool) -> None:
    second = sign_in("second")
    second.width(width)
    second.dark(dark)
    found = {}
    for path in PAGES:
        second.open(path)
        if problems := second.violations():
            found[path] = problems
        if second.is_wider_than_its_screen():
            found.setdefault(path, []).append("wider than its screen")
    second.dark(False)
    assert not found, "\n".join(f"{path}: {problem}" for path, problems in found.items() for problem in problems)


def test_the_keyboard_reaches_everything(sign_in: SignIn) -> None:
    """Tab leads from the skip link through the navigation into the form; Enter sends it."""
    officer = sign_in("officer")
    officer.open("/review/R10")
    focused = []
    for _ in range(40):
        officer.browser.switch_to.active_element.send_keys(Keys.TAB)
        focused.append(officer.browser.execute_script("const e = document.activeElement; return e.name || e.className || e.textContent"))
    assert focused[0] == "skip"
    assert {"amount", "rate", "tenor", "reason", "act"} <= set(focused)
