"""Whose request an event belongs to, what operators gave up, and how long the crossing log is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def create() -> None:
    """Change the tables of the plane of the search path."""
    op.add_column("outbox", sa.Column("request_id", sa.Text))
    op.add_column("outbox_dead_letters", sa.Column("request_id", sa.Text))
    op.create_table(
        "dropped_letters",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(reason) <> ''", "dropped_letters_have_a_reason"),
    )
    op.execute("""
        CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""")
    op.execute("""
        CREATE TRIGGER dropped_letters_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON dropped_letters
        EXECUTE FUNCTION refuse_loss('what operators gave up is only added to')""")
    keep_crossings_for_a_time()


def keep_crossings_for_a_time() -> None:
    """Let the daily sweep, which names its day, delete what crossed before it; nobody else may."""
    op.execute("""
        CREATE FUNCTION refuse_early_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.crossed_at < nullif(current_setting('etalase.crossings_before', true), '')::timestamptz
            THEN RETURN OLD;
            END IF;
            RAISE EXCEPTION 'the crossing log is only added to';
        END $$""")
    op.execute("DROP TRIGGER crossings_are_kept ON crossings")
    op.execute("""
        CREATE TRIGGER crossings_are_kept BEFORE UPDATE OR TRUNCATE ON crossings
        EXECUTE FUNCTION refuse_change()""")
    op.execute("""
        CREATE TRIGGER crossings_end_in_time BEFORE DELETE ON crossings
        FOR EACH ROW EXECUTE FUNCTION refuse_early_end()""")
    op.create_index("crossings_by_time", "crossings", ["crossed_at"])
