"""What a show's tray said that its variants cost, and from when on: for the evidence of orders."""

import sqlalchemy as sa
from alembic import op

revision = "0013_prices_of_shows"
down_revision = "0012_names_in_signs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, with what the trays say today."""
    op.create_table(
        "show_prices",
        sa.Column("show_id", sa.Uuid(), sa.ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("show_id", "variant_id", "shown_from"),
    )
    op.execute(
        "INSERT INTO show_prices (show_id, variant_id, shown_from, price_minor)"
        " SELECT show_id, (variant ->> 'variant_id')::uuid, now(), (variant ->> 'price_minor')::bigint"
        " FROM show_offers, jsonb_array_elements(card -> 'variants') AS variant"
    )
