"""Payouts of the payment gateway to shops, which belong to no order."""

import sqlalchemy as sa
from alembic import op

revision = "0013_gateway_payouts"
down_revision = "0012_sales_of_a_show"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and let the ledger hold entries of no order."""
    op.alter_column("ledger_entries", "order_id", nullable=True)
    op.create_table(
        "gateway_payouts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0 AND fee >= 0", name="gateway_payouts_amounts"),
        sa.UniqueConstraint("shop_id", "key", name="gateway_payouts_once"),
    )
