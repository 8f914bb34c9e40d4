"""What each end of the bridge keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def create_crossings() -> None:
    """Make the crossing log, which each plane keeps for itself; nobody changes what is written there."""
    op.create_table(
        "crossings",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
    )
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the crossing log is only added to'; END $$""")
    op.execute("""
        CREATE TRIGGER crossings_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON crossings
        EXECUTE FUNCTION refuse_change()""")
