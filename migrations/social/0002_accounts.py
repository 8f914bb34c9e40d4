"""Accounts and sessions."""

revision = "0002_accounts"
down_revision = "0001_platform"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
