"""Who made which version of the score champion: the statements are in 0018_promotions.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0018_promotions"
down_revision = "0017_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
