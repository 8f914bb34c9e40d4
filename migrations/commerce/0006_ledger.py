"""The ledger."""

revision = "0006_ledger"
down_revision = "0005_inventory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
