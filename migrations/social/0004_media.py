"""Stream keys and recordings."""

revision = "0004_media"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
