"""Claims that hosts enter for those who call or write elsewhere: whose they are, and who entered them."""

import sqlalchemy as sa
from alembic import op

revision = "0014_entered_claims"
down_revision = "0013_prices_of_shows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; `link` leads to what the till holds, once it has answered."""
    op.create_table(
        "entered_claims",
        sa.Column("line", sa.Text(), primary_key=True),
        sa.Column("show_id", sa.Uuid(), sa.ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("entered_claims_by_show", "entered_claims", ["show_id"])
