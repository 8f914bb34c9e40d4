"""Stock and holds."""

import sqlalchemy as sa
from alembic import op

revision = "0005_inventory"
down_revision = "0004_catalog"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stock",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("held >= 0", name="stock_held_is_counted"),
        sa.CheckConstraint("on_hand >= held", name="stock_is_never_oversold"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("variant_id"),
    )
    op.create_index("stock_by_product", "stock", ["product_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'released', 'expired', 'sold')", name="holds_state_is_known"),
        sa.CheckConstraint("quantity > 0", name="holds_quantity_is_positive"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("holds_one_per_wish", "holds", ["holder", "idempotency_key"], unique=True)
    op.create_index(
        "holds_that_end", "holds", ["expires_at"], unique=False, postgresql_where=sa.text("state = 'active'")
    )
    op.create_table(
        "stock_movements",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_hand_change", sa.Integer(), nullable=False),
        sa.Column("held_change", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "CASE kind"
            " WHEN 'received' THEN on_hand_change > 0 AND held_change = 0"
            " WHEN 'returned' THEN on_hand_change > 0 AND held_change = 0"
            " WHEN 'adjusted' THEN on_hand_change <> 0 AND held_change = 0"
            " WHEN 'held' THEN on_hand_change = 0 AND held_change > 0"
            " WHEN 'released' THEN on_hand_change = 0 AND held_change < 0"
            " WHEN 'expired' THEN on_hand_change = 0 AND held_change < 0"
            " WHEN 'sold' THEN on_hand_change < 0 AND held_change = on_hand_change"
            " ELSE false END",
            name="stock_movements_change_what_their_kind_says",
        ),
        sa.PrimaryKeyConstraint("variant_id", "id"),
    )
