"""Both languages say everything, and no template says anything by itself."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from tests.airflow_home import ROOT

DESK = ROOT / "plugins" / "desk"
TEMPLATES = sorted((DESK / "templates").glob("*.html"))
SAID_BY_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt"}
ALIKE = {"Airflow", "make", "book", "Millrace", "CSV", "Excel", "PDF"}  # names, the same in every language
KEY = re.compile(r"""\bt\(\s*'([\w.]+)'""")


def words(language: str) -> dict[str, str]:
    return {
        f"{path.stem}.{key}": value
        for path in sorted((DESK / "locales" / language).glob("*.yaml"))
        for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def test_every_sentence_is_there_in_both_languages() -> None:
    english, chinese = words("en"), words("zh")
    assert english.keys() ^ chinese.keys() == set()
    assert [key for key, text in (english | chinese).items() if not isinstance(text, str) or not text.strip()] == []


def test_both_name_the_same_values() -> None:
    english, chinese = words("en"), words("zh")

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert {key for key in english if fields(english[key]) != fields(chinese[key])} == set()


def test_every_key_that_a_page_asks_for_exists() -> None:
    known = words("en")
    sources = [*TEMPLATES, *DESK.glob("*.py")]
    asked = {(path.name, key) for path in sources for key in KEY.findall(path.read_text(encoding="utf-8")) if not key.endswith("_")}
    # what ends in a full stop is put together with a code
    assert {(name, key) for name, key in asked if key not in known and not key.endswith(".")} == set()


class Texts(HTMLParser):
    """The words between tags and in the attributes that people see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SAID_BY_ATTRIBUTES and value]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    texts = Texts()
    texts.feed(markup)
    own = [word for text in texts.found for word in re.findall(r"[^\W\d_]{2,}", text) if word not in ALIKE]
    assert own == []


def test_the_browsers_language_then_the_users_choice(web: TestClient, viewer: dict[str, str]) -> None:
    chinese = viewer | {"Accept-Language": "fr;q=0.9, zh-CN, en;q=0.8"}
    assert "营业日" in web.get("/millrace/days", headers=chinese).text
    assert '<html lang="zh-CN">' in web.get("/millrace/days", headers=chinese).text
    chosen = web.post(
        "/millrace/language", headers=chinese | {"Origin": str(web.base_url)}, data={"language": "en"}, follow_redirects=False
    )
    assert chosen.status_code == 303
    assert "Business days" in web.get("/millrace/days", headers=chinese).text
    web.cookies.clear()


@pytest.mark.parametrize("back", ["https://evil.example.org/", "//evil.example.org", "/millrace/\\evil", "/other"])
def test_the_choice_leads_nowhere_else(web: TestClient, viewer: dict[str, str], back: str) -> None:
    answer = web.post(
        "/millrace/language",
        headers=viewer | {"Origin": str(web.base_url)},
        data={"language": "zh", "back": back},
        follow_redirects=False,
    )
    assert answer.headers["location"] == "/millrace/"
    web.cookies.clear()


def test_how_figures_are_written(web: TestClient) -> None:
    from datetime import date, datetime
    from decimal import Decimal

    from desk.language import LANGUAGES

    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert (english.date(date(2026, 3, 2)), chinese.date(date(2026, 3, 2))) == ("2 Mar 2026", "2026年3月2日")
    assert chinese.clock(datetime(2026, 3, 2, 1, 7, 33)) == "3月2日 01:07:33"
    assert (english.compact(Decimal("12345678.9")), chinese.compact(Decimal("12345678.9"))) == ("12.35 M", "1,234.57万")
    assert (english.seconds(200), chinese.seconds(Decimal("0.4"))) == ("3 min 20 s", "0.4秒")
