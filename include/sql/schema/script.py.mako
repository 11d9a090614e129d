"""${message}: the statements are in ${up_revision}.sql beside this file."""

from include.sql.schema.migration import apply, drop_tables

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    apply(__file__)


def downgrade() -> None:
    drop_tables(__file__)
