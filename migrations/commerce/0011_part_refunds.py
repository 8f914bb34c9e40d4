"""Money back for a part of an order: what went back of it, and which units of its lines."""

import sqlalchemy as sa
from alembic import op

revision = "0011_part_refunds"
down_revision = "0010_bridge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; the defaults are for the release that is still running."""
    op.add_column(
        "orders", sa.Column("refunded_minor", sa.BigInteger, nullable=False, server_default=sa.text("0"))
    )
    op.drop_constraint("orders_refund_at_most_total", "orders")
    op.create_check_constraint(
        "orders_refund_at_most_total",
        "orders",
        "refunded_minor >= 0 AND refunded_minor + refund_minor <= goods_minor + shipping_minor",
    )
    op.add_column(
        "order_lines", sa.Column("refunded", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.create_check_constraint(
        "order_lines_refund_what_was_sold", "order_lines", "refunded BETWEEN 0 AND quantity"
    )
