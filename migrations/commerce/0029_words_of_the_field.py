"""Columns and reactions have the field's words: requested, min_days and max_days, signals."""

from alembic import op

revision = "0029_words_of_the_field"
down_revision = "0028_sources_of_holds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename them in place; a relay goes on where it was."""
    op.alter_column("holds", "wished", new_column_name="requested")
    op.alter_column("shipping_rates", "days_least", new_column_name="min_days")
    op.alter_column("shipping_rates", "days_most", new_column_name="max_days")
    for table in ("outbox_cursors", "outbox_dead_letters"):
        op.execute(f"UPDATE {table} SET reaction = replace(reaction, 'bridge.tell_', 'bridge.signal_')")  # noqa: S608
