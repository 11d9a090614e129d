"""Versions of the credit score: the statements are in 0006_credit_model.sql beside this file."""

from alembic import op

from include.sql.schema.migration import apply, drop_tables

revision = "0006_credit_model"
down_revision = "0005_accounting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    op.execute("alter table application_score drop column model_source")
    drop_tables(__file__)
