"""What shops take off the way, and what was taken off the way of each order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040_shipping_discounts"
down_revision = "0039_closed_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Orders that were placed before had nothing taken off."""
    op.add_column("shops", sa.Column("shipping_discount_from_minor", sa.BigInteger))
    op.add_column("shops", sa.Column("shipping_discount_minor", sa.BigInteger))
    op.create_check_constraint(
        "shops_shipping_discount",
        "shops",
        "shipping_discount_from_minor >= 0 AND shipping_discount_minor > 0",
    )
    op.add_column(
        "orders",
        sa.Column("shipping_discounts", JSONB, nullable=False, server_default=sa.text("'[]'")),
    )
