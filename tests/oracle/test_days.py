"""Every closed date of every story is what the oracle says, on both servers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import as_role
from tests.databases import SharedSchema
from tests.lender import Lender
from tests.oracle.scene import FIRST, Story, World
from tests.oracle.stories import DAYS, EACH_RULE, stories

some = settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=(Phase.explicit, Phase.generate)
)


@pytest.fixture(params=["mariadb", "mysql"])
def schema(request: pytest.FixtureRequest) -> SharedSchema:
    found: SharedSchema = request.getfixturevalue(f"{request.param}_schema")
    return found


def world(schema: SharedSchema, folder: Path, told: list[Story]) -> World:
    schema.empty()
    lender = Lender(schema.owner, as_role(schema.owner, "millrace_app"), folder)
    lender.execute("delete from loan_product where product_code like 'RANDOM%'")
    lender.open(str(FIRST))
    return World(lender, {str(number): story for number, story in enumerate(told)})


def test_each_rule(schema: SharedSchema, tmp_path: Path) -> None:
    lived = world(schema, tmp_path, list(EACH_RULE.values()))
    lived.live(DAYS)
    lived.check()


@some
@given(told=st.lists(stories, min_size=12, max_size=12))
def test_any_history(schema: SharedSchema, tmp_path: Path, told: list[Story]) -> None:
    lived = world(schema, tmp_path, told)
    lived.live(DAYS)
    lived.check()


@pytest.mark.parametrize("module", ["plan", "days"])
def test_the_oracle_knows_nothing_of_the_code(module: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {name for name in imported if name.startswith(("include", "models", "sqlalchemy"))}
