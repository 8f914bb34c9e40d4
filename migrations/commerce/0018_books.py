"""The books of what happened: requests, letters given up, the crossing log's end."""

from books_tables import create

revision = "0018_books"
down_revision = "0017_reckoned_tries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    create()
