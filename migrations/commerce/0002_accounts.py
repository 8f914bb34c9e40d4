"""Accounts, sessions and rate limits."""

from accounts_tables import create

revision = "0002_accounts"
down_revision = "0001_platform"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    create()
