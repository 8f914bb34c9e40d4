"""Shipping rates."""

revision = "0008_shipping"
down_revision = "0007_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
