"""The reports page: the figures of a date, its tables as files, the monthly pack."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from include.database import read_sql
from include.day import REPORTS
from include.places import Places
from include.steps.context import StepContext
from include.steps.figures import gallery
from include.steps.reports import pack
from tests.databases import SharedSchema
from tests.plugins.conftest import as_user
from tests.reports.book import FIRST, Days, build, one_day

SECOND = FIRST + timedelta(days=1)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def database(mariadb_schema: SharedSchema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("MILLRACE_HOME", str(tmp_path))
    mariadb_schema.empty()
    gallery.forget()
    return mariadb_schema.owner


@pytest.fixture
def reported(database: Engine) -> Engine:
    """Two closed dates with all their reports."""
    days = Days(database)
    for number in (1, 2):
        one_day(days, number)
        day = days.close()
        for report in REPORTS:
            build(database, report.task, day)
    return database


@pytest.fixture
def manager(web: TestClient, database: Engine) -> dict[str, str]:
    return as_user(database, "mara", "VIEWER")


def xml(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 - the file that we just made


def packed(engine: Engine, day: date) -> None:
    with engine.begin() as connection:
        pack(connection, StepContext(day, engine, Places.from_environment()))


def test_before_the_first_close_it_says_so(web: TestClient, manager: dict[str, str]) -> None:
    assert "No date has been closed and reported yet" in web.get("/millrace/reports", headers=manager).text


def test_the_latest_date_against_an_earlier_one(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    page = web.get("/millrace/reports", headers=manager).text
    assert "3 Mar 2026" in page
    assert "Changes are against 2 Mar 2026." in page
    assert '<p class="number" title="1,440.00">1.44 k</p>' in page
    assert "33.50" in page
    assert page.count('role="img"') >= 14
    assert 'rel="next"' not in page
    first = web.get("/millrace/reports?date=2026-03-02&against=", headers=manager).text
    assert "There is no earlier date to compare with." in first
    assert 'rel="next" href="/millrace/reports?date=2026-03-03"' in first


def test_a_date_without_reports_gives_the_last_one_before_it(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    page = web.get("/millrace/reports?date=2026-03-09", headers=manager).text
    assert "There are no reports of 9 Mar 2026. These are of the last date before it, 3 Mar 2026." in page
    nothing = web.get("/millrace/reports?date=2026-03-01", headers=manager)
    assert nothing.status_code == 404
    assert "2026-03-02" in nothing.text


def test_the_page_runs_no_script_loads_nothing_and_has_no_inline_style(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    answer = web.get("/millrace/reports", headers=manager)
    assert "style-src 'self'" in answer.headers["content-security-policy"]
    for forbidden in ("<script", "style=", "<style", "http://www.w3.org/1999/xlink", 'src="'):
        assert forbidden not in answer.text
    assert set(re.findall(r"(?:https?:)?//[\w./]+", answer.text)) <= {"http://www.w3.org/2000/svg"}
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_it_speaks_chinese(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    page = web.get("/millrace/reports", headers=manager | {"Accept-Language": "zh-CN"}).text
    for words in ("经营报表", "2026年3月3日", "不良率", "迁徙率", "前20大敞口", "本金余额"):
        assert words in page
    for word in ("Past due", "Roll rates", "Principal"):
        assert word not in page


def test_who_holds_no_role_sees_no_figures(web: TestClient, viewer: dict[str, str], reported: Engine) -> None:
    for path in ("", "/files/ageing.csv?date=2026-03-02", "/workbook?date=2026-03-02", "/packs/2026-03"):
        assert web.get(f"/millrace/reports{path}", headers=viewer).status_code == 403
        assert web.get(f"/millrace/reports{path}").status_code == 401


def test_csv_of_one_date_and_of_many(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    answer = web.get("/millrace/reports/files/classification.csv?date=2026-03-02&to=2026-03-03", headers=manager)
    assert answer.headers["content-disposition"] == 'attachment; filename="classification_2026-03-02_2026-03-03.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["business_date"] for row in rows} == {"2026-03-02", "2026-03-03"}
    assert [row["provision"] for row in rows if row["business_date"] == "2026-03-02"] == ["5.00", "28.50"]
    for path in ("passwords.csv?date=2026-03-02", "ageing.exe?date=2026-03-02", "ageing.csv"):
        assert web.get(f"/millrace/reports/files/{path}", headers=manager).status_code in (404, 422)
    assert web.get("/millrace/reports/files/ageing.csv?date=2020-01-01&to=2026-03-03", headers=manager).status_code == 422


def test_excel_has_a_sheet_a_table_and_money_as_numbers(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    answer = web.get("/millrace/reports/workbook?date=2026-03-03", headers=manager | {"Accept-Language": "zh-CN"})
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    names = [sheet.attrib["name"] for sheet in xml(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
    assert len(names) == len(REPORTS)
    assert "五级分类与减值" in names
    sheet = xml(book.read(f"xl/worksheets/sheet{names.index('五级分类与减值') + 1}.xml"))
    header, first = list(sheet.iter(f"{MAIN}row"))[:2]
    assert "减值准备" in "".join(header.itertext())
    numbers = {cell.attrib["r"][0]: (cell.attrib.get("t", "n"), cell.attrib.get("s", "0"), cell.findtext(f"{MAIN}v")) for cell in first}
    styles = xml(book.read("xl/styles.xml"))
    codes = {one.attrib["numFmtId"]: one.attrib["formatCode"] for one in styles.iter(f"{MAIN}numFmt")}
    look = [codes.get(style.attrib["numFmtId"]) for style in styles.find(f"{MAIN}cellXfs") or ()]
    # exposure: a number, with two decimals and thousands apart
    assert (numbers["E"][0], look[int(numbers["E"][1])], numbers["E"][2]) == ("n", "#,##0.00", "500.00")


def test_the_pack_of_the_month(web: TestClient, manager: dict[str, str], reported: Engine) -> None:
    assert web.get("/millrace/reports/packs/2026-03", headers=manager).status_code == 404
    packed(reported, SECOND)
    assert "/millrace/reports/packs/2026-03?language=en" in web.get("/millrace/reports", headers=manager).text
    answer = web.get("/millrace/reports/packs/2026-03?language=zh&download=true", headers=manager)
    assert answer.headers["content-disposition"] == 'attachment; filename="2026-03.zh.html"'
    assert "月度报表 2026年3月 (本月截至目前)" in answer.text
    assert web.get("/millrace/reports/packs/../../secrets", headers=manager).status_code == 404
    assert web.get("/millrace/reports/packs/2026-13", headers=manager).status_code == 404


def test_charts_that_the_pack_drew_are_used_until_a_report_is_built_anew(
    web: TestClient, manager: dict[str, str], reported: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(reported, SECOND)
    drawn: list[object] = []
    draw = gallery.draw
    monkeypatch.setattr(gallery, "draw", lambda *arguments: drawn.append(arguments) or draw(*arguments))
    kept = web.get("/millrace/reports", headers=manager).text
    assert kept.count('role="img"') >= 14
    assert drawn == []
    build(reported, "ageing", SECOND)
    assert web.get("/millrace/reports", headers=manager).status_code == 200
    assert len(drawn) == 1
    web.get("/millrace/reports", headers=manager)
    assert len(drawn) == 1  # the process remembers


QUERIES = {
    "figures/trend": {"first_date": FIRST, "last_date": SECOND},
    "figures/vintage_curves": {"first_date": FIRST, "last_date": SECOND, "first_vintage": FIRST},
    "figures/cash_by_week": {"business_date": FIRST},
    "figures/month_totals": {"first_date": FIRST, "last_date": SECOND},
    "reports/headline": {"business_date": FIRST},
}
LIVE = {"loan", "instalment", "ledger_entry", "repayment", "application", "customer", "loan_day", "loan_accrual"}


@pytest.mark.parametrize("name", QUERIES)
def test_what_the_page_asks_is_dated_and_by_key(name: str, any_database: Engine) -> None:
    """No query of the page touches the book, and each finds its dates by an index, with many dates in the tables."""
    fill = (
        "insert into report_portfolio (business_date, product_code, state, loans, principal, interest_outstanding, fee_outstanding,"
        " penalty_outstanding, interest_accrued, arrears, overpayment, new_loans, disbursed_today, received_today, principal_repaid_today,"
        " npl_principal) select date_add('2020-01-01', interval n day), 'P', 'ACTIVE', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from ("
        " with recursive number as (select 0 as n union all select n + 1 from number where n < 900) select n from number) as numbers"
    )
    with any_database.begin() as connection:
        connection.execute(text(fill))
        connection.execute(text("analyze table report_portfolio")).all()
        (statement,) = read_sql(name)
        if "MariaDB" not in str(connection.execute(text("select version()")).scalar()):
            connection.execute(text("set explain_format = 'TRADITIONAL'"))
        plan = connection.execute(text(f"explain {statement}"), QUERIES[name]).mappings().all()
    tables = {str(line["table"]) for line in plan if line["table"] and not str(line["table"]).startswith("<")}
    assert not tables & LIVE
    scanned = [line["table"] for line in plan if line["type"] in ("ALL", "index") and str(line["table"]) == "report_portfolio"]
    assert scanned == []
