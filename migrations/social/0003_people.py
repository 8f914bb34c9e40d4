"""Hosts and the shops that vouched for them."""

import sqlalchemy as sa
from alembic import op

revision = "0003_people"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "persons",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "host_grants",
        sa.Column(
            "account_id",
            sa.Uuid,
            sa.ForeignKey("persons.account_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("shop_id", sa.Uuid, primary_key=True),
        sa.Column("shop_slug", sa.Text, nullable=False),
        sa.Column("shop_name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
    )
