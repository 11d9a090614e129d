"""Migrations go up, one step down, and up again; ``alembic current`` says where a schema stands."""

from __future__ import annotations

import io

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from tests.databases import ROOT


def tables(owner: Engine) -> set[str]:
    with owner.connect() as connection:
        return set(connection.scalars(text("select table_name from information_schema.tables where table_schema = database()")))


def test_up_down_and_up_again(own_database: Engine) -> None:
    said = io.StringIO()
    config = Config(str(ROOT / "alembic.ini"), stdout=said)
    config.attributes["url"] = own_database.url
    at_head = tables(own_database)
    command.current(config)
    assert "(head)" in said.getvalue()

    command.downgrade(config, "-1")
    assert at_head - tables(own_database) == {name for name in at_head if name.startswith("report_")}

    command.upgrade(config, "head")
    assert tables(own_database) == at_head


def test_upgrading_at_head_changes_nothing_and_keeps_products(own_database: Engine) -> None:
    products = "select product_id, product_code, version, content_hash from loan_product order by product_id"
    with own_database.connect() as connection:
        before = connection.execute(text(products)).all()
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = own_database.url
    command.upgrade(config, "head")
    with own_database.connect() as connection:
        assert connection.execute(text(products)).all() == before
