"""intake.pull_*: whatever can be wrong with a delivery is a clear error, and nothing of it goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import URL, create_engine, text

from include.steps.context import BatchRefusedError, StepError
from include.steps.intake.datasets import APPLICATIONS, REPAYMENTS
from tests.steps.intake_deliveries import DAY, FORMATS, IntakeDay, Row, encoded, open_day, rows_of


@pytest.fixture(scope="module")
def shared_day(mariadb_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntakeDay]:
    with open_day(mariadb_server, tmp_path_factory.mktemp("intake")) as day:
        yield day


@pytest.fixture
def intake(mariadb_server: URL, tmp_path) -> Iterator[IntakeDay]:
    with open_day(mariadb_server, tmp_path) as day:
        yield day


Damage = Callable[[bytes], bytes]


@dataclass
class Case:
    """What is wrong with a delivery of three good applications, in which formats, and what the error says."""

    name: str
    says: str
    formats: tuple[str, ...] = FORMATS
    damage: Damage | None = None
    make: Callable[[list[Row], str], bytes] | None = None
    manifest: dict[str, Any] = field(default_factory=dict)

    def content(self, format: str) -> bytes:
        rows = rows_of("applications", 3)
        if self.make:
            return self.make(rows, format)
        good = encoded(rows, format, APPLICATIONS.names)
        return self.damage(good) if self.damage else good


def _columns(names: list[str]) -> Callable[[list[Row], str], bytes]:
    return lambda rows, format: encoded([{name: row.get(name, "x") for name in names} for row in rows], format, names)


def _gbk_parquet(rows: list[Row], _format: str) -> bytes:
    columns = {name: pa.array([row[name].encode("gbk") for row in rows]) for name in APPLICATIONS.names}
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def _floating_amounts(rows: list[Row], _format: str) -> bytes:
    columns = {name: pa.array([row[name] for row in rows]) for name in APPLICATIONS.names}
    columns["amount"] = pa.array([float(row["amount"]) for row in rows])
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def _in_another_format(rows: list[Row], format: str) -> bytes:
    return encoded(rows, FORMATS[FORMATS.index(format) - 1], APPLICATIONS.names)


TEXT = ("csv", "jsonl")
RENAMED = ["sum" if name == "amount" else name for name in APPLICATIONS.names]

CASES = [
    Case("rows cut off", "has 2 rows, the manifest says 3: the file was cut off", TEXT, lambda c: c[: c.rstrip(b"\n").rindex(b"\n") + 1]),
    Case("last line cut off", "no line end", TEXT, lambda c: c[:-20]),
    Case("parquet cut off", "not whole Parquet", ("parquet",), lambda c: c[:-20]),
    Case("parquet damaged at its start", "not whole Parquet", ("parquet",), lambda c: c[1000:]),
    Case("more rows than the manifest", "has 3 rows, the manifest says 2: the manifest is of another file", manifest={"rows": 2}),
    Case("total differs", "add up to 30007.50, the manifest says 30007.51", manifest={"total": "30007.51"}),
    Case("changed after its manifest", "SHA-256 is not that of the manifest", manifest={"sha256": "0" * 64}),
    Case("column renamed", "wrong header: it lacks amount; it has 1 unknown", make=_columns(RENAMED)),
    Case("column missing", "wrong header: it lacks adverse_record", make=_columns(APPLICATIONS.names[:-1])),
    Case("column too many", "wrong header: it has 1 unknown", make=_columns([*APPLICATIONS.names, "nickname"])),
    Case("no header", "wrong header: it lacks application_no", ("csv",), lambda c: c[c.index(b"\n") + 1 :]),
    Case("column twice", "has twice amount", ("csv",), lambda c: c.replace(b"tenor", b"amount", 1)),
    Case("GBK", "line [12] is not UTF-8 \\(it reads as GBK / GB18030\\)", TEXT, lambda c: c.decode().encode("gbk")),
    Case("GBK in parquet", "is not UTF-8", ("parquet",), make=_gbk_parquet),
    Case("UTF-16", "UTF-16", TEXT, lambda c: c.decode().encode("utf-16")),
    Case("zero bytes", "zero bytes", TEXT, lambda c: c.replace(b"A2026", b"\0\0\0\0\0", 1)),
    Case("empty", "empty, it has not even a header", ("csv", "parquet"), lambda c: b""),
    Case("empty lines", "has 0 rows, the manifest says 3", ("jsonl",), lambda c: b""),
    Case("header alone", "has 0 rows, the manifest says 3", ("csv",), lambda c: c[: c.index(b"\n") + 1]),
    Case("a field too many", "line 3 has 28 fields, the header has 27", ("csv",), lambda c: c.replace(b"C000002", b"C000002,", 1)),
    Case("quote not closed", "broken CSV", ("csv",), lambda c: c.replace(b"C000002", b'"C000002', 1)),
    Case("not JSON", "line 2 is not a JSON object", ("jsonl",), lambda c: c.replace(b"\n{", b"\n", 1)),
    Case("JSON of another kind", "line 1 is not a JSON object", ("jsonl",), lambda c: b"[1]\n" + c),
    Case("name twice in JSON", "line 1 .* twice", ("jsonl",), lambda c: c.replace(b'"tenor"', b'"amount"', 1)),
    Case("floating-point money", "floating-point", ("parquet",), make=_floating_amounts),
    Case("another format than its name says", "wrong header|not whole Parquet|not UTF-8|not a JSON", make=_in_another_format),
    Case("of another day", "is of 2026-03-01, not of 2026-03-02: it is the file of another day", manifest={"business_date": "2026-03-01"}),
    Case("of another data set", "is of repayments, not of applications", manifest={"dataset": "repayments"}),
]  # fmt: skip


CASES_BY_FORMAT = [pytest.param(case, format, id=f"{case.name}, {format}") for case in CASES for format in case.formats]


@pytest.mark.parametrize(("case", "format"), CASES_BY_FORMAT)
def test_a_wrong_delivery_is_refused_and_recorded(shared_day: IntakeDay, case: Case, format: str):
    shared_day.deliver("applications", rows_of("applications", 3), format, case.content(format), **case.manifest)
    with pytest.raises(BatchRefusedError, match=case.says) as refused:
        shared_day.run("pull_applications")
    assert "clear intake.pull_applications" in str(refused.value)
    assert refused.value.reopen == ("intake.pull_applications", "intake.validate_applications")
    (file,) = shared_day.all("select state, reason, rows_accepted from landing_file order by pulled_at desc, landing_file_id desc limit 1")
    assert file["state"] == "REFUSED"
    assert file["reason"] in str(refused.value)
    assert "客户" not in file["reason"]
    assert shared_day.one("select count(*) from step_run where step = 'intake.pull_applications' and state = 'DONE'") == 0
    assert shared_day.one("select count(*) from landing_file where state <> 'REFUSED'") == 0


def test_a_missing_delivery_is_not_an_empty_day(intake: IntakeDay):
    with pytest.raises(StepError, match=r"repayments of 2026-03-02 have not arrived: there is no .*manifest\.json") as missing:
        intake.run("pull_repayments")
    assert str(intake.folder("repayments")) in str(missing.value)
    assert '"rows": 0' in str(missing.value)
    assert intake.one("select count(*) from landing_file") == 0


def test_a_manifest_without_its_file(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 2))
    (intake.folder("repayments") / "repayments.csv").unlink()
    with pytest.raises(StepError, match=r"there is no .*repayments.csv. Put the file there and clear intake.pull_repayments"):
        intake.run("pull_repayments")


def test_a_broken_manifest(intake: IntakeDay):
    intake.deliver("repayments", [])
    (intake.folder("repayments") / "manifest.json").write_text('{"rows":')
    with pytest.raises(StepError, match=r"manifest.json is not JSON"):
        intake.run("pull_repayments")


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_day_comes_every_day(intake: IntakeDay, format: str):
    for _ in range(2):
        intake.deliver("repayments", [], format)
        assert intake.take_in("repayments").rows == 0
        intake.next_day()
    assert [file["state"] for file in intake.all("select state from landing_file")] == ["LOADED", "LOADED"]


def test_the_file_of_the_day_before_again(intake: IntakeDay):
    rows = rows_of("repayments", 3)
    intake.deliver("repayments", rows)
    intake.take_in("repayments")
    intake.next_day()
    intake.deliver("repayments", rows)
    with pytest.raises(BatchRefusedError, match="it is the file of 2026-03-02 again"):
        intake.run("pull_repayments")


def test_a_refused_file_again_then_the_right_one(intake: IntakeDay):
    rows = rows_of("repayments", 3)
    intake.deliver("repayments", rows, total="1.00")
    with pytest.raises(BatchRefusedError) as first:
        intake.run("pull_repayments")
    assert "before" not in str(first.value)
    with pytest.raises(BatchRefusedError, match=r"add up to .* This very file was refused before"):
        intake.run("pull_repayments")
    intake.deliver("repayments", rows)  # the file was right, its manifest was not
    assert intake.run("pull_repayments").rows == 3
    assert [(file["state"], file["reason"]) for file in intake.all("select state, reason from landing_file")] == [("PULLED", None)]


def test_a_file_put_into_the_folder_of_the_wrong_day_is_taken_on_its_own(intake: IntakeDay):
    rows = rows_of("repayments", 3, DAY + timedelta(days=1))
    intake.deliver("repayments", rows, business_date=str(DAY + timedelta(days=1)))
    with pytest.raises(BatchRefusedError, match="another day"):
        intake.run("pull_repayments")
    intake.deliver("repayments", [])
    intake.take_in("repayments")
    intake.next_day()
    intake.deliver("repayments", rows)
    assert intake.take_in("repayments").rows == 3


def test_what_was_pulled_is_kept_as_it_came(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 2), "jsonl")
    result = intake.run("pull_repayments")
    (file,) = intake.all("select uri, sha256, file_name, rows_total from landing_file")
    with open(file["uri"], "rb") as copy:
        assert copy.read() == (intake.folder("repayments") / "repayments.jsonl").read_bytes()
    assert (file["file_name"], file["rows_total"], result.details["sha256"]) == ("repayments.jsonl", 2, file["sha256"])
    assert intake.run("pull_repayments").details["already_done"]


def test_a_folder_of_its_own(intake: IntakeDay, monkeypatch):
    intake.deliver("repayments", rows_of("repayments", 2))
    elsewhere = intake.home / "elsewhere"
    (intake.home / "source" / "repayments").rename(elsewhere)
    monkeypatch.setenv("MILLRACE_SOURCE_REPAYMENTS", str(elsewhere))
    assert intake.run("pull_repayments").rows == 2


KINDS = {"amount": "decimal(18, 2)", "value_date": "date", "booking_date": "datetime"}


class TestTable:
    """A table as a source."""

    @pytest.fixture
    def table(self, intake: IntakeDay, monkeypatch) -> Callable[[list[Row]], None]:
        """Fill the table ``bank_lines`` on the pipeline's own server."""
        monkeypatch.setenv("MILLRACE_SOURCE_REPAYMENTS", "table:bank_lines")
        columns = ", ".join(f"{name} {KINDS.get(name, 'varchar(64)')}" for name in REPAYMENTS.names)
        with intake.owner.begin() as connection:
            connection.execute(text(f"create table bank_lines ({columns})"))

        def fill(rows: list[Row]) -> None:
            values = ", ".join(f":{name}" for name in REPAYMENTS.names)
            with intake.owner.begin() as connection:
                for row in rows:
                    connection.execute(text(f"insert into bank_lines values ({values})"), {k: v or None for k, v in row.items()})

        return fill

    def test_its_rows_of_the_date_go_the_way_of_a_file(self, intake: IntakeDay, table):
        table(rows_of("repayments", 4) + rows_of("repayments", 2, DAY - timedelta(days=1)))
        assert intake.run("pull_repayments").amount == sum(100 + n for n in range(1, 5)) + 1
        intake.run("validate_repayments")
        assert intake.run("load_repayments").rows == 4

    def test_no_rows_are_not_an_empty_day(self, intake: IntakeDay, table):
        with pytest.raises(StepError, match=r"bank_lines has no repayments of 2026-03-02.*bank_lines_manifest"):
            intake.run("pull_repayments")

    def test_its_manifest_table_is_believed(self, intake: IntakeDay, table):
        with intake.owner.begin() as connection:
            connection.execute(text("create table bank_lines_manifest (business_date date, row_count int, total decimal(18, 2))"))
        with pytest.raises(StepError, match="bank_lines_manifest has no row for 2026-03-02"):
            intake.run("pull_repayments")
        table(rows_of("repayments", 2))
        with intake.owner.begin() as connection:
            connection.execute(text("insert into bank_lines_manifest values ('2026-03-02', 3, 306.75)"))
        with pytest.raises(BatchRefusedError, match="has 2 rows, the manifest says 3"):
            intake.run("pull_repayments")
        table(rows_of("repayments", 3)[2:])
        assert intake.run("pull_repayments").rows == 3

    def test_a_table_behind_a_named_connection(self, intake: IntakeDay, monkeypatch, tmp_path):
        """Any database that SQLAlchemy knows; in Airflow the name is a connection's."""
        address = f"sqlite:///{tmp_path}/core.db"
        with create_engine(address).begin() as connection:
            connection.execute(text(f"create table lines ({', '.join(REPAYMENTS.names)})"))
            for row in rows_of("repayments", 2):
                connection.execute(text(f"insert into lines values ({', '.join(':' + name for name in row)})"), row)
        monkeypatch.setenv("MILLRACE_SOURCE_REPAYMENTS", "table:lines@core_bank")
        with pytest.raises(StepError, match="core_bank"):
            intake.run("pull_repayments")
        monkeypatch.setenv("MILLRACE_CONNECTION_CORE_BANK", address)
        assert intake.run("pull_repayments").rows == 2


def test_the_kept_manifest_is_the_senders(intake: IntakeDay):
    intake.deliver("repayments", rows_of("repayments", 2), sender="bank 1")
    intake.run("pull_repayments")
    (note,) = (intake.home / "landing" / "repayments" / "2026-03-02").glob("*-manifest.json")
    assert json.loads(note.read_text())["sender"] == "bank 1"
