"""Days, steps, files, quarantine: the statements are in 0001_control.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0001_control"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
