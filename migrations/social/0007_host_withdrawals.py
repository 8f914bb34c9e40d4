"""Remember whom a shop does not vouch for any more, for as long as an older pass may still come."""

import sqlalchemy as sa
from alembic import op

revision = "0007_host_withdrawals"
down_revision = "0006_bridge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "host_withdrawals",
        sa.Column("account_ref", sa.Text, primary_key=True),
        sa.Column("shop_id", sa.Uuid, primary_key=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
    )
