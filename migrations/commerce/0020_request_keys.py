"""What was asked under a key is remembered: another request under it is refused."""

import key_tables

revision = "0020_request_keys"
down_revision = "0019_product_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    key_tables.create()
