"""Reference tables: the statements are in 0002_reference.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = "0002_reference"
down_revision = "0001_control"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
