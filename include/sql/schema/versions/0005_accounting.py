"""Journal and the dated book: the statements are in 0005_accounting.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0005_accounting"
down_revision = "0004_servicing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
