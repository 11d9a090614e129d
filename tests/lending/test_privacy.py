"""Personal data: encrypted, found, masked, and what is said when the key does not fit."""

from __future__ import annotations

import base64

import pytest

from include.lending import privacy
from include.lending.privacy import KeyRing, PrivacyError


def key(fill: int) -> str:
    return base64.b64encode(bytes([fill]) * 32).decode()


def test_a_value_comes_back_and_never_looks_the_same_twice() -> None:
    ring = KeyRing.parse(key(1))
    first, second = ring.encrypt("name", "王小明"), ring.encrypt("name", "王小明")
    assert first != second and "王小明".encode() not in first
    assert ring.decrypt("name", first) == ring.decrypt("name", second) == "王小明"


def test_a_value_belongs_to_its_field_and_cannot_be_altered() -> None:
    ring = KeyRing.parse(key(1))
    value = ring.encrypt("payee", "6222020200001234")
    with pytest.raises(PrivacyError, match="phone does not open"):
        ring.decrypt("phone", value)
    with pytest.raises(PrivacyError, match="altered"):
        ring.decrypt("payee", value[:-1] + bytes([value[-1] ^ 1]))


def test_a_new_key_reads_old_values_and_finds_old_people() -> None:
    before = KeyRing.parse(key(1))
    after = KeyRing.parse("2:" + key(2), "1:" + key(1))
    old = before.encrypt("name", "李雷")
    assert after.decrypt("name", old) == "李雷"
    assert after.encrypt("name", "李雷")[0] == 2
    assert after.digest("id_number", "11010119900307123x") == before.digest("id_number", " 110101 19900307123X ")
    with pytest.raises(PrivacyError, match="needs key number 2"):
        before.decrypt("name", after.encrypt("name", "李雷"))


def test_another_key_does_not_open_a_value() -> None:
    with pytest.raises(PrivacyError, match="wrong MILLRACE_KEY"):
        KeyRing.parse(key(2)).decrypt("name", KeyRing.parse(key(1)).encrypt("name", "x"))


@pytest.mark.parametrize("value", ["c2hvcnQ=", "not base64!", "300:" + key(1), "x:" + key(1)])
def test_a_malformed_key_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(PrivacyError, match="must be 32 bytes in base64") as error:
        KeyRing.parse(value)
    assert value not in str(error.value)


def test_a_retired_key_must_have_a_lower_number() -> None:
    with pytest.raises(PrivacyError, match="higher number"):
        KeyRing.parse(key(1), "2:" + key(2))


def test_the_environment_decides_and_nothing_stays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILLRACE_KEY", raising=False)
    assert privacy.encrypt("name", None) is None and privacy.decrypt("name", None) is None
    with pytest.raises(PrivacyError, match="MILLRACE_KEY is not set"):
        privacy.encrypt("name", "x")
    monkeypatch.setenv("MILLRACE_KEY", key(7))
    assert privacy.decrypt("name", privacy.encrypt("name", "x")) == "x"
    assert len(privacy.digest("id_number", "1")) == 64


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6222020200001234", "************1234"),
        ("13800138000", "*******8000"),
        ("王小明", "王**"),
        ("李雷", "李*"),
        ("x", "*"),
        ("", ""),
        (None, ""),
    ],
)
def test_masks_show_the_end_of_a_number_and_the_family_name(text: str | None, shown: str) -> None:
    assert privacy.mask(text) == shown
