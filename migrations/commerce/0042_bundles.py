"""Bundles, and which shops have any."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042_bundles"
down_revision = "0041_hold_rules"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Let a shop that has never made a bundle say so in its row: its carts look for none."""
    op.add_column("shops", sa.Column("offers_bundles", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "bundles",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("items", JSONB, nullable=False),
        sa.Column("price_minor", sa.BigInteger),
        sa.Column("percent", sa.SmallInteger),
        sa.Column("per_order", sa.Integer),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("num_nonnulls(price_minor, percent) <= 1", name="bundles_have_one_price"),
        sa.CheckConstraint("per_order > 0", name="bundles_limit_is_positive"),
        sa.CheckConstraint("ends_at >= starts_at", name="bundles_end_after_their_start"),
    )
    op.create_index("bundles_by_shop", "bundles", ["shop_id", "ends_at"])
