"""${message}.

Expand, backfill, contract: never break the release that is still running. A statement that waits for a
lock longer than the time-out of env.py fails the migration instead of the shop.
"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
