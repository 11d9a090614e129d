"""Loans and the ledger: the statements are in 0004_servicing.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0004_servicing"
down_revision = "0003_origination"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
