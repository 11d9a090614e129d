"""Fees and charges: the statements are in 0013_charges.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0013_charges"
down_revision = "0012_book_import"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
