"""The social end of the bridge."""

revision = "0006_bridge"
down_revision = "0005_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
