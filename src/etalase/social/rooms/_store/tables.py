"""The tables of shows and of their rooms' logs."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

shows = Table(
    "shows",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("shop_id", Uuid, nullable=False),
    Column("shop_slug", Text, nullable=False),
    Column("shop_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("cover_key", Text),
    Column("state", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("hearts", BigInteger, nullable=False, server_default="0"),
    Column("units_sold", BigInteger, nullable=False, server_default="0"),
    Column("peak_viewers", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state IN ('planned', 'live', 'ended')", name="shows_state_known"),
    CheckConstraint("(state = 'planned') = (started_at IS NULL)", name="shows_started_when_begun"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="shows_ended_when_over"),
    CheckConstraint("hearts >= 0 AND units_sold >= 0 AND peak_viewers >= 0", name="shows_counts"),
    Index("shows_by_shop", "shop_id", "starts_at"),
    Index("shows_by_state", "state", "starts_at"),
)
show_offers = Table(
    "show_offers",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", Uuid, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("card", JSONB, nullable=False),
    Index("show_offers_by_product", "product_id"),
)
show_prices = Table(
    "show_prices",
    metadata,
    Column("show_id", Uuid, ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("variant_id", Uuid, primary_key=True),
    Column("shown_from", DateTime(timezone=True), primary_key=True),
    Column("price_minor", BigInteger, nullable=False),
)
room_events = Table(
    "room_events",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("show_id", Uuid, ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Index("room_events_by_show", "show_id", "position"),
)
entered_claims = Table(
    "entered_claims",
    metadata,
    Column("line", Text, primary_key=True),
    Column("show_id", Uuid, ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("entered_by", Uuid, nullable=False),
    Column("host_name", Text, nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False),
    Column("link", Text, nullable=False, server_default=""),
    Index("entered_claims_by_show", "show_id"),
)
room_blocks = Table(
    "room_blocks",
    metadata,
    Column("shop_id", Uuid, primary_key=True),
    Column("viewer", Text, primary_key=True),
    Column("blocked_at", DateTime(timezone=True), nullable=False),
)
