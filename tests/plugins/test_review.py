"""The review desk's pages: what they show, whom they let act, what they say."""

from __future__ import annotations

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from include.sql.schema.rebuild import rebuild
from tests.plugins.conftest import ORIGIN, as_user

REASON = "steady turnover, known supplier"


def test_the_queue_is_filtered_sorted_and_paged(desk: TestClient, scene_schema: Engine) -> None:
    officer = as_user(scene_schema, "anna", "OFFICER")
    first = desk.get("/millrace/review?sort=-amount", headers=officer).text
    assert "130,000.00" in first
    assert first.count('href="/millrace/review/R') == 25
    assert 'aria-sort="descending"' in first
    second = desk.get("/millrace/review?sort=-amount&page=2", headers=officer).text
    assert 'rel="next"' not in second
    assert "130,000.00" not in second
    large = desk.get("/millrace/review?least=100,000", headers=officer).text
    assert large.count('href="/millrace/review/R') == 3
    nothing = desk.get("/millrace/review?product=WC-BULLET", headers=officer).text
    assert "Nothing waits here." in nothing
    wrong = desk.get("/millrace/review?least=much", headers=officer)
    assert wrong.status_code == 422
    assert "is not an amount" in wrong.text


def test_a_case_shows_what_speaks_for_and_against_it(desk: TestClient, scene_schema: Engine) -> None:
    page = desk.get("/millrace/review/R27", headers=as_user(scene_schema, "anna", "OFFICER")).text
    for shown in ("The score asks for a person", "Adverse credit record -46", "Similar past cases", "D1", "支付货款", "12.50"):
        assert shown in page
    assert "name of C-R27" not in page
    assert 'action="/millrace/review/R27/decide"' in page


def test_a_viewer_sees_the_case_without_a_form(desk: TestClient, scene_schema: Engine) -> None:
    page = desk.get("/millrace/review/R27", headers=as_user(scene_schema, "vera", "VIEWER")).text
    assert "<form" not in page.split("<main", 1)[1]
    assert "Nobody has decided this case yet." in page


def decide(desk: TestClient, who: dict[str, str], number: str, **form: str) -> tuple[int, str]:
    terms = {"act": "approve", "reason": REASON, "seen": "0", "amount": "20,000", "rate": "12.5", "tenor": "24"}
    answer = desk.post(f"/millrace/review/{number}/decide", headers=who | {"Origin": ORIGIN}, data=terms | form)
    return answer.status_code, answer.text


def test_acts_and_what_the_page_says(desk: TestClient, scene_schema: Engine) -> None:
    anna, carl = as_user(scene_schema, "anna", "OFFICER"), as_user(scene_schema, "carl", "SENIOR_OFFICER")
    assert "Rejected. The reason is recorded." in decide(desk, anna, "R21", act="reject", amount="", rate="", tenor="0")[1]
    status, text_ = decide(desk, carl, "R21")
    assert (status, "R21 is rejected already" in text_) == (409, True)
    assert "Proposed." in decide(desk, anna, "R4", amount="130000")[1]
    confirm = {"headers": anna | {"Origin": ORIGIN}, "data": {"act": "confirm", "note": ""}}
    assert desk.post("/millrace/review/R4/confirm", **confirm).status_code == 403  # an officer is not a second person
    back = desk.post("/millrace/review/R4/confirm", headers=carl | {"Origin": ORIGIN}, data={"act": "return", "note": "ask again"})
    assert "Sent back" in back.text
    assert "anna: approved" in back.text
    status, text_ = decide(desk, anna, "R4", amount="130000", seen="0")
    assert (status, "has changed since you opened it" in text_) == (409, True)
    assert decide(desk, anna, "R22", rate="eleven")[0] == 422
    assert decide(desk, anna, "NONE")[0] == 404


def test_while_the_date_is_closing_a_decision_waits_and_the_page_says_so(desk: TestClient, scene_schema: Engine) -> None:
    anna = as_user(scene_schema, "anna", "OFFICER")
    with scene_schema.begin() as connection:  # the state alone, as in the minutes of a close; put back below
        connection.execute(text("drop trigger business_day_update"))
        connection.execute(text("update business_day set state = 'CLOSING' where is_current = 1"))
    try:
        assert "is being closed" in desk.get("/millrace/review", headers=anna).text
        page = decide(desk, anna, "R23", seen="0")[1]
        assert "The date is being closed: it takes effect with the next one." in page
        assert "正在关账" in desk.get("/millrace/review", headers=anna | {"Accept-Language": "zh"}).text
    finally:
        with scene_schema.begin() as connection:
            connection.execute(text("update business_day set state = 'OPEN' where is_current = 1"))
            rebuild(connection)


def test_personal_data_are_shown_for_a_reason_and_that_is_kept(desk: TestClient, scene_schema: Engine) -> None:
    carl, anna = as_user(scene_schema, "carl", "SENIOR_OFFICER"), as_user(scene_schema, "anna", "OFFICER")
    show = {"headers": carl | {"Origin": ORIGIN}, "data": {"reason": "call the customer"}}
    page = desk.post("/millrace/review/R24/show", **show)
    assert "name of C-R24" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "name of C-R24" not in desk.get("/millrace/review/R24", headers=carl).text
    assert desk.post("/millrace/review/R24/show", headers=carl | {"Origin": ORIGIN}, data={"reason": " "}).status_code == 422
    assert desk.post("/millrace/review/R24/show", headers=anna | {"Origin": ORIGIN}, data={"reason": "curious"}).status_code == 403
    with scene_schema.connect() as connection:
        kept = connection.execute(
            text("select user_name, fields, reason from personal_data_shown join customer using (customer_id) where customer_no = 'C-R24'")
        ).all()
    assert [tuple(row) for row in kept] == [("carl", "name, id_number, payee", "call the customer")]
