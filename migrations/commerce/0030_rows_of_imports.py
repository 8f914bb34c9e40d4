"""A file of products is read once: what is kept of it until it is imported are its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0030_rows_of_imports"
down_revision = "0029_words_of_the_field"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell files that are kept as they came, by the versions before, from those that are read."""
    op.add_column(
        "product_imports", sa.Column("is_read", sa.Boolean(), nullable=False, server_default=sa.false())
    )
