"""Names are counted as people count: a sign of several code points, such as a family, is one of 60."""

from alembic import op

revision = "0023_names_in_signs"
down_revision = "0022_networks_of_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Allow twelve code points a sign."""
    op.drop_constraint("accounts_have_a_name", "accounts")
    op.create_check_constraint(
        "accounts_have_a_name", "accounts", "char_length(display_name) BETWEEN 1 AND 720"
    )
