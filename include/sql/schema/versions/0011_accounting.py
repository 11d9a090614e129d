"""VAT, trial balance, bank statements: the statements are in 0011_accounting.sql beside this file."""

from include.sql.schema.migration import apply, take_back

revision = "0011_accounting"
down_revision = "0010_delinquency"
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    take_back(__file__)
