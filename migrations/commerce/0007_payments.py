"""Payments, their refunds, and how shops let themselves be paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007_payments"
down_revision = "0006_ledger"
branch_labels = None
depends_on = None

ENDED_OR_STRAY = "NOT stray AND state NOT IN ('expired', 'cancelled', 'failed')"


def upgrade() -> None:
    """Make the tables."""
    _create_payments()
    op.create_table(
        "payment_refunds",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("payment_id", sa.Uuid, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("amount > 0", name="payment_refunds_move_something"),
    )
    op.create_index("payment_refunds_of_payment", "payment_refunds", ["payment_id"])
    op.create_index(
        "payment_refunds_one_at_a_time",
        "payment_refunds",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "payment_options",
        sa.Column("shop_id", sa.Uuid, primary_key=True),
        sa.Column("cod", sa.Boolean, nullable=False),
    )


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("shipping", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("refunded", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.SmallInteger, nullable=False),
        sa.Column("instructions", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("captured_at", sa.DateTime(timezone=True)),
        sa.Column("paid_reference", sa.Text),
        sa.Column("stray", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "amount > 0 AND shipping BETWEEN 0 AND amount AND due >= amount", name="payments_amounts"
        ),
        sa.CheckConstraint("refunded BETWEEN 0 AND received", name="payments_refund_what_came"),
        sa.CheckConstraint("stray OR received IN (0, due)", name="payments_capture_what_is_due"),
    )
    op.create_index("payments_of_order", "payments", ["order_id"])
    op.create_index("payments_of_shop", "payments", ["shop_id", "id"])
    _create_index(
        "payments_once_per_order",
        ["order_id"],
        ENDED_OR_STRAY,
        unique=True,
    )
    _create_index(
        "payments_amount_names_order",
        ["shop_id", "due"],
        "state = 'pending' AND method IN ('qris_static', 'bank_transfer')",
        unique=True,
    )
    _create_index("payments_open_until", ["expires_at"], "state IN ('created', 'pending')", unique=False)


def _create_index(name: str, columns: list[str], where: str, *, unique: bool) -> None:
    op.create_index(name, "payments", columns, unique=unique, postgresql_where=sa.text(where))
