"""The commerce end of the bridge."""

from bridge_tables import create_crossings

revision = "0010_bridge"
down_revision = "0009_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create_crossings()
