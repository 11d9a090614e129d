"""Delinquency buckets and their history, pauses, observation, accrual stop: the statements are in 0010_delinquency.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0010_delinquency"
down_revision = "0009_schedule_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
