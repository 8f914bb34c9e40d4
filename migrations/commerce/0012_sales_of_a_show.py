"""Find the orders and holds of a show.

Expand, backfill, contract: never break the release that is still running. A statement that waits for a
lock longer than the time-out of env.py fails the migration instead of the shop.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_sales_of_a_show"
down_revision = "0011_part_refunds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index(
        "orders_by_show", "orders", ["show_code"], postgresql_where=sa.text("show_code IS NOT NULL")
    )
    op.create_index("hold_origins_by_show", "hold_origins", ["show_code"])
