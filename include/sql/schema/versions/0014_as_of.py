"""A name that was cut too short: the statements are in 0014_as_of.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0014_as_of"
down_revision = "0013_charges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
