"""Products and variants."""

revision = "0004_catalog"
down_revision = "0003_shops"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
