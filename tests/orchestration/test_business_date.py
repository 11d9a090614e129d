"""A run's business date is its partition key and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from include.orchestration.business_date import NoBusinessDateError, business_date
from tests.orchestration.runs import Run, context


def test_the_partition_key_is_the_date() -> None:
    assert business_date(context(Run("2026-03-02"))) == date(2026, 3, 2)


@pytest.mark.parametrize("key", [None, ""])
def test_a_run_without_a_key_is_refused(key: str | None) -> None:
    with pytest.raises(NoBusinessDateError, match=r"no partition key.*Trigger dialog"):
        business_date(context(Run(key, run_id="manual__1")))


@pytest.mark.parametrize("key", ["today", "2026-02-30", "2026-03-02T01:00:00"])
def test_a_key_that_is_no_date_is_refused(key: str) -> None:
    with pytest.raises(NoBusinessDateError, match="is not a business date"):
        business_date(context(Run(key)))
