"""The tables of payments."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("order_id", Uuid, nullable=False),
    Column("shop_id", Uuid, nullable=False),
    Column("means", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("shipping", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("instructions", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("captured_at", DateTime(timezone=True)),
    Column("charge_id", Text),
    Column("paid_reference", Text),
    Column("stray", Boolean, nullable=False),
    Column("asked_at", DateTime(timezone=True)),
    CheckConstraint(
        "amount > 0 AND shipping BETWEEN 0 AND amount AND due >= amount", name="payments_amounts"
    ),
    CheckConstraint("refunded BETWEEN 0 AND received", name="payments_refund_what_came"),
    CheckConstraint("stray OR received IN (0, due)", name="payments_capture_what_is_due"),
)
Index("payments_of_order", payments.c.order_id)
Index("payments_of_shop", payments.c.shop_id, payments.c.id)
ENDED_OR_STRAY = "NOT stray AND state NOT IN ('expired', 'cancelled', 'failed')"
Index("payments_once_per_order", payments.c.order_id, unique=True, postgresql_where=text(ENDED_OR_STRAY))
_WAITS_BY_AMOUNT = "state = 'pending' AND means IN ('qris_static', 'bank_transfer')"
Index(
    "payments_amount_names_order",
    payments.c.shop_id,
    payments.c.due,
    unique=True,
    postgresql_where=text(_WAITS_BY_AMOUNT),
)
Index(
    "payments_open_until",
    payments.c.expires_at,
    postgresql_where=text("state IN ('created', 'pending')"),
)

refunds = Table(
    "payment_refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    CheckConstraint("amount > 0", name="payment_refunds_move_something"),
)
Index("payment_refunds_of_payment", refunds.c.payment_id)
Index(
    "payment_refunds_one_at_a_time",
    refunds.c.payment_id,
    unique=True,
    postgresql_where=refunds.c.sent_at.is_(None),
)

options = Table(
    "payment_options",
    metadata,
    Column("shop_id", Uuid, primary_key=True),
    Column("cod", Boolean, nullable=False),
)


payouts = Table(
    "gateway_payouts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("taken_back_at", DateTime(timezone=True)),
    CheckConstraint("amount > 0 AND fee >= 0", name="gateway_payouts_amounts"),
    UniqueConstraint("shop_id", "key", name="gateway_payouts_once"),
)
