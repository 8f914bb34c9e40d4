"""The tables of the inventory.

`holds` and `stock_movements` refer to `stock` without a foreign key: their rows are only ever written from
locked rows of `stock`, a check per row would cost a third of the holds per second, and `recount` finds what
would not agree.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

IN_A_CART = "CASE WHEN order_id IS NULL THEN state END = 'active'"
"""Active and not ordered, said in one expression: no index but that of carts answers it."""

metadata = MetaData()
stock = Table(
    "stock",
    metadata,
    Column("variant_id", Uuid, ForeignKey("variants.id"), primary_key=True),
    Column("product_id", Uuid, nullable=False),
    Column("shop_id", Uuid, nullable=False),
    Column("on_hand", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("offered", Boolean, nullable=False),
    Column("waiting", Integer, nullable=False, server_default=text("0")),
    Column("frozen", Boolean, nullable=False, server_default=false()),
    Column("closed_in", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    CheckConstraint("held >= 0", name="stock_held_is_counted"),
    CheckConstraint("on_hand >= held", name="stock_is_never_oversold"),
    CheckConstraint("waiting >= 0", name="stock_waiting_is_counted"),
    CheckConstraint(
        "waiting = 0 OR on_hand = held OR NOT offered OR frozen", name="stock_serves_the_line_first"
    ),
    Index("stock_by_product", "product_id"),
)
holds = Table(
    "holds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("variant_id", Uuid, nullable=False),
    Column("holder", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("order_id", Uuid),
    Column("requested", Integer),
    Column("source", JSONB(none_as_null=True)),
    Column("list_price_minor", BigInteger, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("allotment_id", Uuid),
    Column("taken_back_at", DateTime(timezone=True)),
    CheckConstraint("quantity > 0", name="holds_quantity_is_positive"),
    CheckConstraint("requested > quantity", name="holds_only_shrink"),
    CheckConstraint(
        "unit_price_minor > 0 AND CASE WHEN allotment_id IS NULL THEN unit_price_minor = list_price_minor"
        " ELSE unit_price_minor < list_price_minor END",
        name="holds_price_is_the_lists_or_an_allotments",
    ),
    CheckConstraint("state IN ('active', 'released', 'expired', 'sold')", name="holds_state_is_known"),
    Index("holds_one_per_wish", "holder", "idempotency_key", unique=True),
    Index("holds_that_end", "expires_at", postgresql_where=text("state = 'active'")),
    Index("holds_in_carts", "holder", postgresql_where=text(IN_A_CART)),
    Index("holds_by_referral", text("(source ->> 'referral')"), postgresql_where=text("source IS NOT NULL")),
    Index(
        "holds_of_show",
        text("(source ->> 'show')"),
        postgresql_where=text("source IS NOT NULL AND state = 'active'"),
    ),
    Index("holds_taken_back", "holder", postgresql_where=text("taken_back_at IS NOT NULL")),
    Index("holds_of_allotment", "allotment_id", "holder", postgresql_where=text("allotment_id IS NOT NULL")),
)
allotments = Table(
    "allotments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, nullable=False),
    Column("product_id", Uuid, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("per_buyer", Integer),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("taken BETWEEN 0 AND quantity", name="allotments_are_never_overdrawn"),
    CheckConstraint("per_buyer > 0", name="allotments_limit_is_positive"),
    CheckConstraint("ends_at >= starts_at", name="allotments_end_after_their_start"),
    Index("allotments_by_product", "product_id", "ends_at"),
)
allotment_prices = Table(
    "allotment_prices",
    metadata,
    Column("allotment_id", Uuid, ForeignKey("allotments.id"), primary_key=True),
    Column("variant_id", Uuid, primary_key=True),
    Column("price_minor", BigInteger, nullable=False),
    CheckConstraint("price_minor > 0", name="allotment_prices_are_positive"),
    Index("allotment_prices_by_variant", "variant_id"),
)
waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("variant_id", Uuid, nullable=False),
    Column("holder", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("hold_seconds", Integer, nullable=False),
    Column("joined_at", DateTime(timezone=True), nullable=False),
    Column("hold_id", Uuid),
    Column("locale", Text, nullable=False),
    Column("source", JSONB(none_as_null=True)),
    CheckConstraint("quantity > 0", name="waitlist_quantity_is_positive"),
    CheckConstraint("state IN ('waiting', 'served', 'left')", name="waitlist_state_is_known"),
    Index("waitlist_once_per_key", "holder", "idempotency_key", unique=True),
    Index(
        "waitlist_one_place_each",
        "holder",
        "variant_id",
        unique=True,
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("waitlist_in_line", "variant_id", "position", postgresql_where=text("state = 'waiting'")),
    Index("waitlist_by_hold", "hold_id", postgresql_where=text("hold_id IS NOT NULL")),
    Index("waitlist_by_age", "joined_at"),
    Index(
        "waitlist_by_referral", text("(source ->> 'referral')"), postgresql_where=text("source IS NOT NULL")
    ),
)
movements = Table(
    "stock_movements",
    metadata,
    Column("variant_id", Uuid, primary_key=True),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("on_hand_change", Integer, nullable=False),
    Column("held_change", Integer, nullable=False),
    Column("hold_id", Uuid),
    Column("order_id", Uuid),
    Column("actor_id", Uuid),
    Column("reason", Text, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("idempotency_key", Text),
    CheckConstraint(
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
    Index(
        "stock_movements_once_per_key",
        "variant_id",
        "idempotency_key",
        unique=True,
        postgresql_where=text("idempotency_key IS NOT NULL"),
    ),
)
stock_audits = Table(
    "stock_audits",
    metadata,
    Column("variant_id", Uuid, primary_key=True),
    Column("last_movement", BigInteger, nullable=False),
    Column("on_hand", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)
stock_freezes = Table(
    "stock_freezes",
    metadata,
    Column("variant_id", Uuid, primary_key=True),
    Column("found", Text, nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
)
claim_heads = Table(
    "claim_heads",
    metadata,
    Column("show", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
)
claims = Table(
    "claims",
    metadata,
    Column("show", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("asked_us", BigInteger, nullable=False),
    Column("variant_id", Uuid, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("buyer", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("available", Integer, nullable=False),
    Column("hold_id", Uuid),
    Column("head", LargeBinary, nullable=False),
)
imports = Table(
    "product_imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, ForeignKey("shops.id"), nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("filename", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("is_read", Boolean, nullable=False, server_default=false()),
    Column("stock", Text),
    Column("counted_at", DateTime(timezone=True)),
    Column("confirmed", ARRAY(Text), nullable=False),
    Column("seen", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("new_rows", Integer, nullable=False),
    Column("changed_rows", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "state IN ('open', 'queued', 'running', 'done', 'refused')", name="product_imports_state_is_known"
    ),
    CheckConstraint("stock IN ('counted', 'added', 'kept')", name="product_imports_stock_is_known"),
    Index("product_imports_by_age", "created_at"),
)
