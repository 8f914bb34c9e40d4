"""Shops and their staff."""

import sqlalchemy as sa
from alembic import op

revision = "0003_shops"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("logo_key", sa.Text(), nullable=True),
        sa.Column("origin_recipient", sa.Text(), nullable=False),
        sa.Column("origin_phone", sa.Text(), nullable=False),
        sa.Column("origin_street", sa.Text(), nullable=False),
        sa.Column("origin_district", sa.Text(), nullable=False),
        sa.Column("origin_city", sa.Text(), nullable=False),
        sa.Column("origin_province", sa.Text(), nullable=False),
        sa.Column("origin_postcode", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("bank", sa.Text(), nullable=True),
        sa.Column("bank_account_number", sa.Text(), nullable=True),
        sa.Column("bank_account_holder", sa.Text(), nullable=True),
        sa.Column("qris_static", sa.Text(), nullable=True),
        sa.Column("nib", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="shops_slug_is_plain"),
        sa.CheckConstraint(
            "num_nulls(bank, bank_account_number, bank_account_holder) IN (0, 3)", name="shops_bank_is_whole"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "shop_staff",
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'host', 'packer')", name="shop_staff_role_is_known"),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"]),
        sa.PrimaryKeyConstraint("shop_id", "account_id"),
    )
    op.create_index("shop_staff_by_account", "shop_staff", ["account_id"], unique=False)
    op.create_table(
        "shop_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'host', 'packer')", name="shop_invitations_role_is_known"),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("shop_invitations_by_shop", "shop_invitations", ["shop_id"], unique=False)
