"""What the evidence of an order needs to be kept: letters that have left, and the keys that have signed."""

import sqlalchemy as sa
from alembic import op

revision = "0032_evidence_of_orders"
down_revision = "0031_waitlist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables; of letters that left before nothing is known."""
    op.create_table(
        "order_letters",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("to_seller", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
    )
    op.create_index("order_letters_by_order", "order_letters", ["order_id", "id"])
    op.create_table(
        "evidence_keys",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )
