"""Payments."""

revision = "0007_payments"
down_revision = "0006_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
