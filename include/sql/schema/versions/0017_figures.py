"""Reports that the pages read: the statements are in 0017_figures.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0017_figures"
down_revision = "0016_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
