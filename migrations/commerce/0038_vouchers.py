"""Vouchers, who has used them with which order, and which shops have any."""

import sqlalchemy as sa
from alembic import op

revision = "0038_vouchers"
down_revision = "0037_holds_taken_back"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Let a shop that has never made a voucher say so in its row: its orders look for none."""
    op.add_column(
        "shops", sa.Column("offers_vouchers", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("percent", sa.SmallInteger),
        sa.Column("amount_minor", sa.BigInteger),
        sa.Column("cap_minor", sa.BigInteger),
        sa.Column("min_spend_minor", sa.BigInteger, nullable=False),
        sa.Column("budget_minor", sa.BigInteger),
        sa.Column("max_uses", sa.Integer),
        sa.Column("per_buyer", sa.Integer),
        sa.Column("show_code", sa.Text),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("spent_minor", sa.BigInteger, nullable=False),
        sa.CheckConstraint("num_nulls(percent, amount_minor) = 1", name="vouchers_are_percent_or_amount"),
        sa.CheckConstraint(
            "uses >= 0 AND uses <= coalesce(max_uses, uses)", name="vouchers_uses_are_never_overdrawn"
        ),
        sa.CheckConstraint(
            "spent_minor >= 0 AND spent_minor <= coalesce(budget_minor, spent_minor)",
            name="vouchers_budget_is_never_overdrawn",
        ),
        sa.CheckConstraint("ends_at >= starts_at", name="vouchers_end_after_their_start"),
    )
    op.create_index("vouchers_by_shop", "vouchers", ["shop_id", "id"])
    op.create_index("vouchers_by_code", "vouchers", ["shop_id", "code"])
    op.create_table(
        "voucher_uses",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("voucher_id", sa.Uuid, sa.ForeignKey("vouchers.id"), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("given_back_at", MOMENT),
        sa.CheckConstraint("amount_minor > 0", name="voucher_uses_take_something_off"),
    )
    op.create_index("voucher_uses_by_voucher", "voucher_uses", ["voucher_id", "order_id"])
    op.create_index(
        "voucher_uses_by_holder",
        "voucher_uses",
        ["holder", "voucher_id"],
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
    op.create_index(
        "voucher_uses_by_phone",
        "voucher_uses",
        ["phone", "voucher_id"],
        postgresql_where=sa.text("given_back_at IS NULL AND phone <> ''"),
    )
