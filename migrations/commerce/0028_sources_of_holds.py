"""A hold knows where its buyer came from; a table beside it did, written in a transaction of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028_sources_of_holds"
down_revision = "0027_names_that_look_alike"
branch_labels = None
depends_on = None

BACKFILL = """
UPDATE holds SET source = jsonb_build_object(
    'referral', '', 'venue', 'room', 'show', origin.show_code, 'shop_id', stock.shop_id,
    'issued_at', to_char(origin.noted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
FROM hold_origins AS origin, stock
WHERE origin.hold_id = holds.id AND stock.variant_id = holds.variant_id
"""


def upgrade() -> None:
    """Keep with each hold what was noted of it; nobody had signed that, so it has no number of a referral."""
    op.add_column("holds", sa.Column("source", JSONB))
    op.execute(BACKFILL)
    op.drop_table("hold_origins")
    op.create_index(
        "holds_by_referral",
        "holds",
        [sa.text("(source ->> 'referral')")],
        postgresql_where=sa.text("source IS NOT NULL"),
    )
    op.create_index(
        "holds_of_show",
        "holds",
        [sa.text("(source ->> 'show')")],
        postgresql_where=sa.text("source IS NOT NULL AND state = 'active'"),
    )
