"""Personal data: masked without saying how long they are; in full only with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from include.desk.personal import UNREADABLE, masked, shown
from include.lending.privacy import KeyRing
from include.steps.refusal import DeskError
from tests.steps.origination_scene import KEY

KEYS = KeyRing.parse(KEY)
PLAIN = {"name": "王小明", "id_number": "110101199001011234", "phone": "13800138000", "email": "xiaoming@example.org"}


@pytest.fixture
def row(database: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    with database.begin() as connection:
        customer = connection.execute(
            text("insert into customer (customer_no, kind, exposure_limit, created_on) values ('C1', 'PERSON', 1, '2026-01-01')")
        ).lastrowid
    return {"customer_id": customer, **{f"{field}_cipher": KEYS.encrypt(field, value) for field, value in PLAIN.items()}}


def test_masked(row: dict[str, object]) -> None:
    assert masked(row) == {"name": "王**", "id_number": "********1234", "phone": "*******8000", "email": "x********"}


def test_what_was_not_given_is_not_there(row: dict[str, object]) -> None:
    assert "phone" not in masked(row | {"phone_cipher": None})


def test_another_key_shows_stars(row: dict[str, object], database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILLRACE_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    assert set(masked(row).values()) == {UNREADABLE}
    with pytest.raises(DeskError, match="does not open"), database.begin() as connection:
        shown(connection, row, "carl", "call the customer")


def test_shown_in_full_is_kept_and_stays(row: dict[str, object], database: Engine) -> None:
    with database.begin() as connection:
        assert shown(connection, row, "carl", " call the customer ") == PLAIN
    with database.connect() as connection:
        kept = connection.execute(text("select user_name, fields, reason from personal_data_shown")).one()
    assert tuple(kept) == ("carl", "name, id_number, phone, email", "call the customer")
    for statement in ("delete from personal_data_shown", "update personal_data_shown set user_name = 'x'"):
        with pytest.raises(Exception, match="append-only"), database.begin() as connection:
            connection.execute(text(statement))


def test_without_a_reason_nothing_is_shown_or_kept(row: dict[str, object], database: Engine) -> None:
    with pytest.raises(DeskError, match="Say why"), database.begin() as connection:
        shown(connection, row, "carl", " ")
    with database.connect() as connection:
        assert connection.scalar(text("select count(*) from personal_data_shown")) == 0
