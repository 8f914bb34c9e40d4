"""A file of products is kept while it is imported; photos by address are noted until they are fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0019_product_imports"
down_revision = "0018_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "product_imports",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("shop_id", sa.Uuid(), sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stock", sa.Text()),
        sa.Column("counted_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("changed_rows", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'queued', 'running', 'done', 'refused')", name="product_imports_state_is_known"
        ),
        sa.CheckConstraint("stock IN ('counted', 'added', 'kept')", name="product_imports_stock_is_known"),
    )
    op.create_index("product_imports_by_age", "product_imports", ["created_at"])
    op.create_table(
        "photo_downloads",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("shop_id", sa.Uuid(), sa.ForeignKey("shops.id"), nullable=False),
        sa.Column("product_id", sa.Uuid(), sa.ForeignKey("products.id"), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name="photo_downloads_state_is_known"),
    )
    op.create_index("photo_downloads_by_import", "photo_downloads", ["import_id", "position"])
