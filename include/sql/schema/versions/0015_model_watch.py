"""Watching the credit score: the statements are in 0015_model_watch.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0015_model_watch"
down_revision = "0014_as_of"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
