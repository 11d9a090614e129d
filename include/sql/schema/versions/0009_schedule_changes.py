"""New schedule versions of a running loan: the statements are in 0009_schedule_changes.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0009_schedule_changes"
down_revision = "0008_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
