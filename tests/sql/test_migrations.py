"""Migrations go up, one step down, and up again; ``alembic current`` says where a schema stands."""

from __future__ import annotations

import io

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from tests.databases import ROOT


def shape(owner: Engine) -> set[tuple[str, ...]]:
    """Every column of every table, with its type, and every constraint."""
    with owner.connect() as connection:
        columns = connection.execute(
            text("select table_name, column_name, column_type, is_nullable from information_schema.columns where table_schema = database()")
        ).all()
        constraints = connection.execute(
            text(
                "select table_name, constraint_name, constraint_type"
                " from information_schema.table_constraints where table_schema = database()"
            )
        ).all()
    return {tuple(map(str, row)) for row in (*columns, *constraints)}


def test_every_step_down_gives_the_shape_before_it_and_up_again_the_same_head(own_database: Engine) -> None:
    said = io.StringIO()
    config = Config(str(ROOT / "alembic.ini"), stdout=said)
    config.attributes["url"] = own_database.url
    command.current(config)
    assert "(head)" in said.getvalue()

    revisions = [revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()]
    going_down = {}
    for revision in revisions:
        going_down[revision] = shape(own_database)
        command.downgrade(config, "-1")
    for revision in reversed(revisions):
        command.upgrade(config, revision)
        assert shape(own_database) == going_down[revision], revision


def test_upgrading_at_head_changes_nothing_and_keeps_products(own_database: Engine) -> None:
    products = "select product_id, product_code, version, content_hash from loan_product order by product_id"
    with own_database.connect() as connection:
        before = connection.execute(text(products)).all()
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = own_database.url
    command.upgrade(config, "head")
    with own_database.connect() as connection:
        assert connection.execute(text(products)).all() == before
