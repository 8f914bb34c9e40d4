"""Orders."""

revision = "0009_orders"
down_revision = "0008_shipping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
