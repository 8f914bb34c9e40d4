"""What was asked under a key is remembered: another request under it is refused."""

import key_tables

revision = "0019_request_keys"
down_revision = "0018_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    key_tables.create()
