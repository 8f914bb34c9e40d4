"""What a buyer holds and has not ordered is found by an index of its own; a movement may have a key.

The index of orders by account is dropped: no statement asks by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_carts_and_keys"
down_revision = "0014_shrunk_holds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add and drop the indexes, and add the column, empty for every movement that nobody named."""
    op.create_index(
        "holds_in_carts",
        "holds",
        ["holder"],
        postgresql_where=sa.text("CASE WHEN order_id IS NULL THEN state END = 'active'"),
    )
    op.add_column("stock_movements", sa.Column("idempotency_key", sa.Text))
    op.create_index(
        "stock_movements_once_per_key",
        "stock_movements",
        ["variant_id", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.drop_index("orders_by_account", "orders")
