"""Stock is audited while the shop is open: up to where it adds up, and what is frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0033_audit_of_stock"
down_revision = "0032_evidence_of_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables; nothing is frozen, and the first audit counts everything. A frozen line waits."""
    op.add_column("stock", sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_constraint("stock_serves_the_line_first", "stock")
    op.create_check_constraint(
        "stock_serves_the_line_first", "stock", "waiting = 0 OR on_hand = held OR NOT offered OR frozen"
    )
    op.create_table(
        "stock_audits",
        sa.Column("variant_id", sa.Uuid(), primary_key=True),
        sa.Column("last_movement", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
    )
    op.create_table(
        "stock_freezes",
        sa.Column("variant_id", sa.Uuid(), primary_key=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
    )
