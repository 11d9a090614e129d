"""The batch scoring bench's small sister: it writes every score, and its figures hang together."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import Engine, text

from bench.score_batch import measure
from tests.conftest import as_role, scalar


def test_every_application_is_scored_and_moved(any_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", os.environ.get("MLFLOW_TRACKING_URI", ""))  # the bench sets it: put it back
    figures = measure(any_database, as_role(any_database, "millrace_app"), 3000)
    assert scalar(any_database, "select count(*) from application where state = 'UNDER_REVIEW'") == 3000
    assert scalar(any_database, "select count(distinct points) from application_score") > 1000
    assert scalar(any_database, "select sum(applications) from score_bin_day where feature = 'points'") == 3000
    assert figures["rows"] == 3000
    assert 0 < figures["share_of_in_memory"] < 1
    with any_database.connect() as connection:
        assert not [name for name in connection.scalars(text("show tables")) if str(name).startswith("bench")]
