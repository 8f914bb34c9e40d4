"""The table of what was asked under which key, which each plane has for itself. This file never changes."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make the table in the schema of the search path."""
    op.create_table(
        "request_keys",
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
