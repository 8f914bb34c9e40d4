"""Hosts."""

revision = "0003_people"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
