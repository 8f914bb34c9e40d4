"""Shows and rooms."""

revision = "0005_rooms"
down_revision = "0004_media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
