"""What every plane stands on."""

from platform_tables import create

revision = "0001_platform"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create("social")
