"""Shops and their staff."""

revision = "0003_shops"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
