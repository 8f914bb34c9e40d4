"""A shop's name is kept as it looks, too, so that nobody opens a shop that passes for another's."""

import sqlalchemy as sa
from alembic import op

revision = "0027_names_that_look_alike"
down_revision = "0026_owners_of_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: a shop fills it in when its details are next saved."""
    op.add_column("shops", sa.Column("name_skeleton", sa.Text))
    op.create_index("shops_by_name_skeleton", "shops", ["name_skeleton"])
