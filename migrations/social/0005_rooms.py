"""Shows and rooms."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_rooms"
down_revision = "0004_media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_shows()
    op.create_table(
        "show_offers",
        sa.Column("show_id", sa.Uuid, sa.ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("product_id", sa.Uuid, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("card", JSONB, nullable=False),
        sa.Index("show_offers_by_product", "product_id"),
    )
    op.create_table(
        "room_events",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("show_id", sa.Uuid, sa.ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Index("room_events_by_show", "show_id", "position"),
    )
    op.create_table(
        "room_blocks",
        sa.Column("shop_id", sa.Uuid, primary_key=True),
        sa.Column("viewer", sa.Text, primary_key=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
    )


def _make_shows() -> None:
    op.create_table(
        "shows",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("shop_slug", sa.Text, nullable=False),
        sa.Column("shop_name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("cover_key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("hearts", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("units_sold", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("peak_viewers", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'live', 'ended')", name="shows_state_known"),
        sa.CheckConstraint("(state = 'planned') = (started_at IS NULL)", name="shows_started_when_begun"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="shows_ended_when_over"),
        sa.CheckConstraint("hearts >= 0 AND units_sold >= 0 AND peak_viewers >= 0", name="shows_counts"),
        sa.Index("shows_by_shop", "shop_id", "starts_at"),
        sa.Index("shows_by_state", "state", "starts_at"),
    )
