"""The social end of the bridge."""

import sqlalchemy as sa
from alembic import op
from bridge_tables import create_crossings

revision = "0006_bridge"
down_revision = "0005_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create_crossings()
    op.create_table(
        "used_passes",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "received_sales",
        sa.Column("sale", sa.Text, primary_key=True),
        sa.Column("variant_id", sa.Uuid, primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
