"""How figures are written, charts stand in a page, and tables become files; without a database."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import yaml

from include.day import REPORTS
from include.steps.figures import charts, svg
from include.steps.figures.drawings import DRAWERS
from include.steps.figures.export import BATCH, csv_lines
from include.steps.figures.render import FOLDER, SECTIONS
from include.steps.figures.words import Words

EN, ZH = Words("en"), Words("zh")


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (None, "–", "–"),
        ("0", "0", "0"),
        ("999.50", "1,000", "1,000"),
        ("1234.50", "1.23 k", "1,235"),
        ("-12345678.90", "−12.35 M", "−1,235 万"),
        ("108455329.59", "108.5 M", "1.08 亿"),
        ("12345678901.23", "12.35 bn", "123.5 亿"),
    ],
)
def test_short_amounts(amount: str | None, english: str, chinese: str) -> None:
    value = None if amount is None else Decimal(amount)
    assert (EN.short(value), ZH.short(value)) == (english, chinese)


def test_shares_and_axes() -> None:
    assert (EN.share(Decimal("0.046649"), 2), EN.share(None)) == ("4.66%", "–")
    assert (EN.axis(2500000), ZH.axis(2500000), EN.axis(0.5)) == ("2.5 M", "250 万", "1")


def test_every_word_is_there_in_both_languages() -> None:
    words = yaml.safe_load((FOLDER.parent / "words.yaml").read_text(encoding="utf-8"))
    for key, pair in words.items():
        english, chinese = pair
        assert english.strip()
        assert chinese.strip(), key
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), key
    keys = {report.task for report in REPORTS} | set(DRAWERS) | {name for name, _ in SECTIONS}
    assert keys - set(words) == set()
    assert {key for _, drawn in SECTIONS for key in drawn} == set(DRAWERS)


def drawn(key: str) -> str:
    labels = ["3月1日", "3月2日", "3月3日"]
    series = [charts.Series("本金", [Decimal(1), None, Decimal(3)], charts.GREEN)]
    return svg.inline(charts.lines(labels, series, EN.axis), key, "标题 <b>", "说明")


def test_a_chart_stands_in_a_page_that_allows_no_style() -> None:
    chart = drawn("one")
    assert "style" not in re.sub(r"stroke-\w+", "", chart)
    assert '<title id="one-title">标题 &lt;b&gt;</title><desc id="one-desc">说明</desc>' in chart
    assert "3月3日" in chart
    assert "font-family" not in chart
    assert svg.INK not in chart
    assert svg.GRID not in chart


def test_charts_of_one_page_share_no_id_and_the_same_figures_give_the_same_bytes() -> None:
    one, other = drawn("one"), drawn("other")
    assert not set(re.findall(r'\bid="([^"]+)"', one)) & set(re.findall(r'\bid="([^"]+)"', other))
    assert one == drawn("one")
    for reference in re.findall(r"url\(#([^)]+)\)", one):
        assert f'id="{reference}"' in one


def test_csv_comes_in_pieces_and_money_as_it_is() -> None:
    rows = [(number, Decimal("10.50"), None, "流动, 资金") for number in range(BATCH + 1)]
    pieces = list(csv_lines(["n", "amount", "rate", "name"], rows))
    assert len(pieces) == 3
    lines = b"".join(pieces).decode("utf-8-sig").split("\r\n")
    assert lines[:2] == ["n,amount,rate,name", '0,10.50,,"流动, 资金"']
    assert len(lines) == BATCH + 3
