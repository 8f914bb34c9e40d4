"""A payout that was booked wrongly can be taken back: it stays, and says when."""

import sqlalchemy as sa
from alembic import op

revision = "0016_payouts_taken_back"
down_revision = "0015_carts_and_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for every payout that stands."""
    op.add_column("gateway_payouts", sa.Column("taken_back_at", sa.DateTime(timezone=True)))
