"""In which shows claims for a product are closed: kept in its stock rows, which each claim locks anyway."""

import sqlalchemy as sa
from alembic import op

revision = "0039_closed_claims"
down_revision = "0038_vouchers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the shows' codes, none for all stock that there is."""
    op.add_column(
        "stock", sa.Column("closed_in", sa.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
