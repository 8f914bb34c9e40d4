"""Sessions and API tokens know by what in the other plane they came to be, and end with it."""

import sqlalchemy as sa
from alembic import op

revision = "0021_origins_of_access"
down_revision = "0020_request_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of an origin; whoever is in already came by none that is known."""
    for table in ("sessions", "api_tokens"):
        op.add_column(table, sa.Column("origin", sa.Text))
        op.add_column(table, sa.Column("vouched_at", sa.DateTime(timezone=True)))
