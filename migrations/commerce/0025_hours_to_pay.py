"""Shops say themselves how long a buyer may take to pay; without a word it is as the operator says."""

import sqlalchemy as sa
from alembic import op

revision = "0025_hours_to_pay"
down_revision = "0024_providers_of_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty."""
    op.add_column("shops", sa.Column("hours_to_pay", sa.SmallInteger))
    op.add_column("shops", sa.Column("new_buyer_hours_to_pay", sa.SmallInteger))
    op.create_check_constraint(
        "shops_give_time_to_pay", "shops", "hours_to_pay > 0 AND new_buyer_hours_to_pay > 0"
    )
