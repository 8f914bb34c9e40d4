"""Units of a deal at prices of their own; what each hold costs; what each variant has cost and since when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035_deals"
down_revision = "0034_claims"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNITS_OF_ALLOTMENT = """
CREATE FUNCTION units_of_allotment(its uuid, who text) RETURNS bigint VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    -- volatile: it sees what was committed while the statement that asks waited for its locks
    RETURN (
        SELECT coalesce(sum(quantity), 0) FROM holds
        WHERE allotment_id = its AND holder = who AND state IN ('active', 'sold')
    );
END
$$
"""


def upgrade() -> None:
    """Earlier holds cost what their variant costs now: that is what their carts say."""
    op.create_table(
        "variant_prices",
        sa.Column("variant_id", sa.Uuid, sa.ForeignKey("variants.id"), primary_key=True),
        sa.Column("since", MOMENT, primary_key=True),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.CheckConstraint("price_minor > 0", name="variant_prices_are_positive"),
    )
    op.execute("INSERT INTO variant_prices SELECT id, now(), price_minor FROM variants")
    op.create_table(
        "allotments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("per_buyer", sa.Integer),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND quantity", name="allotments_are_never_overdrawn"),
        sa.CheckConstraint("per_buyer > 0", name="allotments_limit_is_positive"),
        sa.CheckConstraint("ends_at >= starts_at", name="allotments_end_after_their_start"),
    )
    op.create_index("allotments_by_product", "allotments", ["product_id", "ends_at"])
    op.create_table(
        "allotment_prices",
        sa.Column("allotment_id", sa.Uuid, sa.ForeignKey("allotments.id"), primary_key=True),
        sa.Column("variant_id", sa.Uuid, primary_key=True),
        sa.Column("price_minor", sa.BigInteger, nullable=False),
        sa.CheckConstraint("price_minor > 0", name="allotment_prices_are_positive"),
    )
    op.create_index("allotment_prices_by_variant", "allotment_prices", ["variant_id"])
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("variant_id", sa.Uuid),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("deals_by_shop", "deals", ["shop_id", "id"])
    op.add_column("holds", sa.Column("list_price_minor", sa.BigInteger))
    op.add_column("holds", sa.Column("unit_price_minor", sa.BigInteger))
    op.add_column("holds", sa.Column("allotment_id", sa.Uuid))
    op.execute(
        "UPDATE holds SET list_price_minor = price_minor, unit_price_minor = price_minor"
        " FROM variants WHERE variants.id = holds.variant_id"
    )
    op.alter_column("holds", "list_price_minor", nullable=False)
    op.alter_column("holds", "unit_price_minor", nullable=False)
    op.create_check_constraint(
        "holds_price_is_the_lists_or_an_allotments",
        "holds",
        "unit_price_minor > 0 AND CASE WHEN allotment_id IS NULL THEN unit_price_minor = list_price_minor"
        " ELSE unit_price_minor < list_price_minor END",
    )
    op.create_index(
        "holds_of_allotment",
        "holds",
        ["allotment_id", "holder"],
        postgresql_where=sa.text("allotment_id IS NOT NULL"),
    )
    op.execute(UNITS_OF_ALLOTMENT)
    op.add_column(
        "order_lines", sa.Column("discounts", JSONB, nullable=False, server_default=sa.text("'[]'"))
    )
