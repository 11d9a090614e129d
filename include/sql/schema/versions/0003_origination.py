"""Customers and applications: the statements are in 0003_origination.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0003_origination"
down_revision = "0002_reference"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
