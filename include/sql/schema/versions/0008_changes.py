"""What may happen to a running loan beyond paying: the statements are in 0008_changes.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0008_changes"
down_revision = "0007_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
