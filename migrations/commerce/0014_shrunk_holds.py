"""What a hold was wished to be, where units of it were given back: its key still names that wish."""

import sqlalchemy as sa
from alembic import op

revision = "0014_shrunk_holds"
down_revision = "0013_gateway_payouts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for every hold that was never shrunk."""
    op.add_column("holds", sa.Column("wished", sa.Integer))
    op.create_check_constraint("holds_only_shrink", "holds", "wished > quantity")
