"""Report tables: the statements are in 0007_reports.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0007_reports"
down_revision = "0006_credit_model"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
