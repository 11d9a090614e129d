"""The desk: rights, notes, what was unmasked: the statements are in 0016_desk.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0016_desk"
down_revision = "0015_model_watch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
