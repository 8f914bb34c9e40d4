"""A line of buyers for each variant; what comes back is held for the first of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031_waitlist"
down_revision = "0030_rows_of_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the line, and let the database refuse units that are free past it."""
    op.create_table(
        "waitlist",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_seconds", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_id", sa.Uuid()),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("source", JSONB),
        sa.CheckConstraint("quantity > 0", name="waitlist_quantity_is_positive"),
        sa.CheckConstraint("state IN ('waiting', 'served', 'left')", name="waitlist_state_is_known"),
    )
    waits = sa.text("state = 'waiting'")
    op.create_index("waitlist_once_per_key", "waitlist", ["holder", "idempotency_key"], unique=True)
    op.create_index(
        "waitlist_one_place_each", "waitlist", ["holder", "variant_id"], unique=True, postgresql_where=waits
    )
    op.create_index("waitlist_in_line", "waitlist", ["variant_id", "position"], postgresql_where=waits)
    op.create_index(
        "waitlist_by_hold", "waitlist", ["hold_id"], postgresql_where=sa.text("hold_id IS NOT NULL")
    )
    op.create_index("waitlist_by_age", "waitlist", ["joined_at"])
    op.create_index(
        "waitlist_by_referral",
        "waitlist",
        [sa.text("(source ->> 'referral')")],
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.add_column("stock", sa.Column("waiting", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_check_constraint("stock_waiting_is_counted", "stock", "waiting >= 0")
    op.create_check_constraint(
        "stock_serves_the_line_first", "stock", "waiting = 0 OR on_hand = held OR NOT offered"
    )
