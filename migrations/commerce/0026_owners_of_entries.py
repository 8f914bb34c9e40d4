"""Each entry of the ledger belongs to the context that posted it, and is recounted by it."""

import sqlalchemy as sa
from alembic import op

revision = "0026_owners_of_entries"
down_revision = "0025_hours_to_pay"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the entries that there are to payments, the only poster so far; later ones have to say."""
    op.add_column("ledger_entries", sa.Column("owner", sa.Text, nullable=False, server_default="payments"))
    op.alter_column("ledger_entries", "owner", server_default=None)
    op.create_check_constraint("ledger_entries_owner", "ledger_entries", "owner ~ '^[a-z][a-z_]*$'")
