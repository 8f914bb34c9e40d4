"""The books of what happened: requests, letters given up, the crossing log's end."""

from books_tables import create

revision = "0009_books"
down_revision = "0008_reckoned_tries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    create()
