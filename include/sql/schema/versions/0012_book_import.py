"""History that an imported book brings: the statements are in 0012_book_import.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0012_book_import"
down_revision = "0011_accounting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
