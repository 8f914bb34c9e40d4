"""When a seller let a buyer's hold go, so that its buyer can be shown it."""

import sqlalchemy as sa
from alembic import op

revision = "0037_holds_taken_back"
down_revision = "0036_skeletons_anew"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment, empty for holds that ended otherwise, and find by it those of a buyer."""
    op.add_column("holds", sa.Column("taken_back_at", sa.DateTime(timezone=True)))
    op.create_index(
        "holds_taken_back", "holds", ["holder"], postgresql_where=sa.text("taken_back_at IS NOT NULL")
    )
