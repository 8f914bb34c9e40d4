"""Shipping."""

import sqlalchemy as sa
from alembic import op

revision = "0008_shipping"
down_revision = "0007_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shipping_rates",
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("flat_minor", sa.BigInteger(), nullable=False),
        sa.Column("per_kilo_minor", sa.BigInteger(), nullable=False),
        sa.Column("days_least", sa.Integer(), nullable=False),
        sa.Column("days_most", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(area = 'everywhere') = (region_code IS NULL)", name="shipping_rates_region_named"
        ),
        sa.CheckConstraint("flat_minor >= 0 AND per_kilo_minor >= 0", name="shipping_rates_amounts_positive"),
        sa.PrimaryKeyConstraint("shop_id", "position"),
    )
