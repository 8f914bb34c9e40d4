"""Stock and holds."""

revision = "0005_inventory"
down_revision = "0004_catalog"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
