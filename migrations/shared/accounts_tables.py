"""The tables of accounts and of rate limits, which each plane has for itself.

One function for both planes: the tables start out equal because nobody may be able to tell the planes apart
by them. A later difference gets a migration of its own in the plane that wants it; this file never changes.
"""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Make the tables in the schema of the search path."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, unique=True),
        sa.Column("password_hash", sa.Text),
        sa.Column("external_ref", sa.Text, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email IS NOT NULL OR external_ref IS NOT NULL", "accounts_are_known_somehow"),
        sa.CheckConstraint("char_length(display_name) BETWEEN 1 AND 60", "accounts_have_a_name"),
    )
    _create_ways_in()
    _create_proofs()
    op.create_table(
        "rate_limits",
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("clear_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _create_ways_in() -> None:
    """Make the tables of what lets a signed-in request in."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner(),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner(),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
    )


def _create_proofs() -> None:
    """Make the tables of what is sent by e-mail and comes back."""
    op.create_table(
        "email_codes",
        sa.Column("ticket_hash", sa.LargeBinary, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("tries_left", sa.SmallInteger, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("display_name", sa.Text),
        sa.Column("password_hash", sa.Text),
        sa.CheckConstraint("tries_left >= 0", "email_codes_tries_left"),
    )
    op.create_table(
        "password_resets",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        _owner(),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def _owner() -> sa.Column[object]:
    return sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True
    )
