"""What a step reads and writes, for OpenLineage."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from include.day import BY_NAME, REPORTS, STEPS
from include.orchestration.lineage import lineage, reads_and_writes, tables
from tests.orchestration.runs import operator


@pytest.mark.parametrize("step", [step for step in (*STEPS, *REPORTS) if not step.python], ids=lambda step: step.name)
def test_every_sql_step_says_what_it_reads_and_writes(step: object) -> None:
    reads, writes = reads_and_writes(step)  # type: ignore[arg-type]
    assert reads
    assert writes
    assert {*reads, *writes} <= tables()


def test_a_python_step_takes_it_from_its_statements() -> None:
    reads, _ = reads_and_writes(BY_NAME["origination.decide_applications"])
    assert {"application_score", "loan_product"} <= set(reads)


def test_tables_as_openlineage_names_them() -> None:
    found = lineage(BY_NAME["reports.ageing"], make_url("mysql+pymysql://u:secret@db.example.org/millrace"))
    assert [(one.namespace, one.name) for one in found.inputs] == [("mysql://db.example.org:3306", "millrace.loan_day")]
    assert [one.name for one in found.outputs] == ["millrace.report_ageing"]
    assert "secret" not in str(found)


def test_the_operator_answers_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILLRACE_DATABASE_URL", "mysql+pymysql://u:secret@db.example.org/millrace")
    from airflow.providers.openlineage.extractors.base import DefaultExtractor

    found = DefaultExtractor(operator(BY_NAME["reports.ageing"])).extract_on_complete(None)
    assert found is not None
    assert [one.name for one in found.outputs] == ["millrace.report_ageing"]
