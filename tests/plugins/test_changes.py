"""Change requests at the desk: any kind, two people, every refusal in words."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from tests.plugins.conftest import ORIGIN, as_user


@pytest.fixture
def anna(desk: TestClient, scene_schema: Engine) -> dict[str, str]:
    return as_user(scene_schema, "anna", "OFFICER") | {"Origin": ORIGIN}


@pytest.fixture
def carl(desk: TestClient, scene_schema: Engine) -> dict[str, str]:
    return as_user(scene_schema, "carl", "SENIOR_OFFICER") | {"Origin": ORIGIN}


def ask(desk: TestClient, who: dict[str, str], **form: object) -> tuple[int, str, str]:
    answer = desk.post("/millrace/changes", headers=who, data={"reason": "the bank was late"} | form)
    return answer.status_code, answer.text, str(answer.url)


def test_every_kind_that_policy_knows_has_a_form(desk: TestClient, anna: dict[str, str], scene_schema: Engine) -> None:
    with scene_schema.connect() as connection:
        kinds = connection.scalars(text("select kind from change_kind")).all()
    listed = desk.get("/millrace/changes/new?loan=LB000001", headers=anna).text
    for kind in kinds:
        assert f"kind={kind}&amp;loan=LB000001" in listed
        assert f'name="kind" value="{kind}"' in desk.get(f"/millrace/changes/new?kind={kind}", headers=anna).text


def test_asked_for_and_approved_by_somebody_else(
    desk: TestClient, anna: dict[str, str], carl: dict[str, str], scene_schema: Engine
) -> None:
    waiver = {"kind": "WAIVER", "loan": "LB000001", "amount": "1.00", "detail_name": "component", "detail_value": "PENALTY"}
    status, page, url = ask(desk, anna, **waiver, more="case = 17\nsource = letter")
    assert (status, "Asked for." in page) == (200, True)
    number = url.split("/")[-1].split("?")[0]
    with scene_schema.connect() as connection:
        kept = connection.scalar(text("select details from change_request where change_request_id = :n"), {"n": number})
    assert json.loads(str(kept)) == {"component": "PENALTY", "case": 17, "source": "letter"}
    path = f"/millrace/changes/{number}"
    assert desk.post(f"{path}/decide", headers=anna, data={"act": "approve"}).status_code == 403
    assert desk.post(f"{path}/decide", headers=carl, data={"act": "reject", "note": ""}).status_code == 422
    assert "Approved." in desk.post(f"{path}/decide", headers=carl, data={"act": "approve"}).text
    again = desk.post(f"{path}/decide", headers=carl, data={"act": "approve"})
    assert (again.status_code, "is approved already" in again.text) == (409, True)
    assert f">{number}</a>" in desk.get("/millrace/changes?state=APPROVED&kind=WAIVER&loan=LB000001", headers=anna).text
    assert f">{number}</a>" in desk.get("/millrace/loans/LB000001?tab=changes", headers=anna).text


def test_nobody_checks_their_own_and_everybody_may_withdraw_it(desk: TestClient, anna: dict[str, str], carl: dict[str, str]) -> None:
    number = ask(desk, carl, kind="REFUND", loan="LB000001")[2].split("/")[-1].split("?")[0]
    own = desk.post(f"/millrace/changes/{number}/decide", headers=carl, data={"act": "approve"})
    assert (own.status_code, "This is your own request" in own.text) == (422, True)
    assert desk.post(f"/millrace/changes/{number}/withdraw", headers=anna).status_code == 422
    assert "Withdrawn." in desk.post(f"/millrace/changes/{number}/withdraw", headers=carl).text


def test_money_in_suspense_is_chosen_from_what_is_there(desk: TestClient, anna: dict[str, str]) -> None:
    form = desk.get("/millrace/changes/new?kind=SUSPENSE_MATCH", headers=anna).text
    assert "718.00" in form
    assert "no loan NO-SUCH" in form
    status, page, _ = ask(desk, anna, kind="SUSPENSE_MATCH", loan="LB000002", detail_name="suspense_id", detail_value="1")
    assert (status, "Item in suspense" in page) == (200, True)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "GIFT", "loan": "LB000001"}, "GIFT is not a kind of change"),
        ({"kind": "REFUND", "loan": "LB9"}, "There is no loan LB9"),
        ({"kind": "REFUND"}, "REFUND needs a loan"),
        ({"kind": "WAIVER", "loan": "LB000001"}, "WAIVER needs component"),
        ({"kind": "REFUND", "loan": "LB000001", "amount": "-1"}, "is not an amount"),
        ({"kind": "REFUND", "loan": "LB000001", "instalment": "first"}, "is not the number of an instalment"),
        ({"kind": "REFUND", "loan": "LB000001", "more": "nonsense"}, "is not a line like name = value"),
        ({"kind": "REFUND", "loan": "LB000001", "more": f"a = {'x' * 300}"}, "A detail has at most"),
        ({"kind": "REFUND", "loan": "LB000001", "reason": " "}, "Say why"),
    ],
)
def test_refusals_say_what_to_do(desk: TestClient, anna: dict[str, str], form: dict[str, str], said: str) -> None:
    status, page, _ = ask(desk, anna, **form)
    assert status == 422
    assert said in page
