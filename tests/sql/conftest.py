"""A lender on each server."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.lender import Lender


@pytest.fixture
def lender(any_database: Engine, app_engine: Engine, tmp_path: Path) -> Lender:
    """An empty lender at 2026-03-02, a Monday."""
    lender = Lender(any_database, app_engine, tmp_path)
    lender.open("2026-03-02")
    return lender
