"""The tables of orders."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

_moment = DateTime(timezone=True)

orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("token", Text, nullable=False, unique=True),
    Column("shop_id", Uuid, nullable=False),
    Column("holder", Text, nullable=False),
    Column("account_id", Uuid),
    Column("checkout_key", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("payment_id", Uuid),
    Column("show_code", Text),
    Column("parcel_id", Uuid, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("place_code", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("shipping_minor", BigInteger, nullable=False),
    Column("goods_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("placed_at", _moment, nullable=False),
    Column("pay_by", _moment),
    Column("stock", Text, nullable=False),
    Column("refund", Text, nullable=False),
    Column("refund_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_by", Text),
    Column("paid_at", _moment),
    Column("packed_at", _moment),
    Column("shipped_at", _moment),
    Column("delivered_at", _moment),
    Column("completed_at", _moment),
    Column("cancelled_at", _moment),
    Column("refunded_at", _moment),
    Column("network", Text),
    UniqueConstraint("holder", "checkout_key", "shop_id", name="orders_placed_once"),
    CheckConstraint(
        "shipping_minor >= 0 AND goods_minor >= 0 AND refund_minor >= 0", name="orders_amounts_positive"
    ),
    CheckConstraint(
        "refunded_minor >= 0 AND refunded_minor + refund_minor <= goods_minor + shipping_minor",
        name="orders_refund_at_most_total",
    ),
    CheckConstraint("refund = 'none' OR paid_at IS NOT NULL", name="orders_refund_only_paid"),
    Index("orders_by_shop", "shop_id", "state", "id"),
    Index("orders_by_parcel", "parcel_id"),
    Index("orders_by_show", "show_code", postgresql_where=text("show_code IS NOT NULL")),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("variant_id", Uuid, nullable=False),
    Column("product_id", Uuid, nullable=False),
    Column("hold_id", Uuid, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sku", Text, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("weight_grams", Integer, nullable=False),
    Column("photo_key", Text),
    Column("refunded", Integer, nullable=False),
    Column("discounts", JSONB, nullable=False, server_default=text("'[]'")),
    CheckConstraint("quantity > 0 AND unit_price_minor >= 0", name="order_lines_positive"),
    CheckConstraint("refunded BETWEEN 0 AND quantity", name="order_lines_refund_what_was_sold"),
)

order_steps = Table(
    "order_steps",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False),
    Column("taken_at", _moment, nullable=False),
    Column("event", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index("order_steps_by_order", "order_id", "id"),
)

order_letters = Table(
    "order_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("orders.id"), nullable=False),
    Column("sent_at", _moment, nullable=False),
    Column("event", Text, nullable=False),
    Column("to_seller", Boolean, nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Index("order_letters_by_order", "order_id", "id"),
)

remembered_contacts = Table(
    "remembered_contacts",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("contact", JSONB, nullable=False),
    Column("used_at", _moment, nullable=False),
)
