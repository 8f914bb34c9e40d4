"""Stream keys and recordings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_media"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "media_stream_keys",
        sa.Column("show_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "media_recordings",
        sa.Column("show_id", sa.Uuid, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("replay_key", sa.Text),
        sa.Column("poster_key", sa.Text),
        sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("duration_milliseconds", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("chapters", JSONB, nullable=False, server_default="[]"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('joining', 'ready')", name="media_recordings_status"),
        sa.CheckConstraint(
            "status <> 'ready' OR replay_key IS NOT NULL", name="media_recordings_ready_has_replay"
        ),
    )
