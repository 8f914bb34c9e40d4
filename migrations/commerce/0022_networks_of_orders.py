"""An order knows behind which address it was placed, as long as nothing is paid."""

import sqlalchemy as sa
from alembic import op

revision = "0022_networks_of_orders"
down_revision = "0021_origins_of_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier orders have none."""
    op.add_column("orders", sa.Column("network", sa.Text))
