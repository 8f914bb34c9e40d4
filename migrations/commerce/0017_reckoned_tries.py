"""A rate limit knows when it was reckoned: a clock that is set back locks nobody out."""

import sqlalchemy as sa
from alembic import op

revision = "0017_reckoned_tries"
down_revision = "0016_payouts_taken_back"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin anew: what was spent is forgotten within minutes anyway."""
    op.execute("DELETE FROM rate_limits")
    op.add_column("rate_limits", sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False))
