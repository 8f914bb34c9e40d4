"""The tables of orders."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData()

_moment = sa.DateTime(timezone=True)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("shop_id", sa.Uuid, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("account_id", sa.Uuid),
    sa.Column("checkout_key", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("payment_id", sa.Uuid),
    sa.Column("show_code", sa.Text),
    sa.Column("parcel_id", sa.Uuid, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("district", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("province", sa.Text, nullable=False),
    sa.Column("postcode", sa.Text, nullable=False),
    sa.Column("place_code", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("shipping_minor", sa.BigInteger, nullable=False),
    sa.Column("goods_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("placed_at", _moment, nullable=False),
    sa.Column("pay_by", _moment),
    sa.Column("stock", sa.Text, nullable=False),
    sa.Column("refund", sa.Text, nullable=False),
    sa.Column("refund_minor", sa.BigInteger, nullable=False),
    sa.Column("refunded_minor", sa.BigInteger, nullable=False),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("tracking_number", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ended_by", sa.Text),
    sa.Column("paid_at", _moment),
    sa.Column("packed_at", _moment),
    sa.Column("shipped_at", _moment),
    sa.Column("delivered_at", _moment),
    sa.Column("completed_at", _moment),
    sa.Column("cancelled_at", _moment),
    sa.Column("refunded_at", _moment),
    sa.Column("network", sa.Text),
    sa.UniqueConstraint("holder", "checkout_key", "shop_id", name="orders_placed_once"),
    sa.CheckConstraint(
        "shipping_minor >= 0 AND goods_minor >= 0 AND refund_minor >= 0", name="orders_amounts_positive"
    ),
    sa.CheckConstraint(
        "refunded_minor >= 0 AND refunded_minor + refund_minor <= goods_minor + shipping_minor",
        name="orders_refund_at_most_total",
    ),
    sa.CheckConstraint("refund = 'none' OR paid_at IS NOT NULL", name="orders_refund_only_paid"),
    sa.Index("orders_by_shop", "shop_id", "state", "id"),
    sa.Index("orders_by_parcel", "parcel_id"),
    sa.Index("orders_by_show", "show_code", postgresql_where=sa.text("show_code IS NOT NULL")),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("variant_id", sa.Uuid, nullable=False),
    sa.Column("product_id", sa.Uuid, nullable=False),
    sa.Column("hold_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("sku", sa.Text, nullable=False),
    sa.Column("unit_price_minor", sa.BigInteger, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("weight_grams", sa.Integer, nullable=False),
    sa.Column("photo_key", sa.Text),
    sa.Column("refunded", sa.Integer, nullable=False),
    sa.CheckConstraint("quantity > 0 AND unit_price_minor >= 0", name="order_lines_positive"),
    sa.CheckConstraint("refunded BETWEEN 0 AND quantity", name="order_lines_refund_what_was_sold"),
)

order_steps = sa.Table(
    "order_steps",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("taken_at", _moment, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index("order_steps_by_order", "order_id", "id"),
)

remembered_contacts = sa.Table(
    "remembered_contacts",
    metadata,
    sa.Column("holder", sa.Text, primary_key=True),
    sa.Column("contact", JSONB, nullable=False),
    sa.Column("used_at", _moment, nullable=False),
)
