"""The tables of accounts. They exist once per plane; the search path says whose they are."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

metadata = MetaData()


def _owner() -> Column[Any]:
    return Column(
        "account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True
    )


def _origin() -> tuple[Column[Any], Column[Any]]:
    """Return what the other plane let somebody in by, and when; empty for whoever came in here."""
    return Column("origin", Text), Column("vouched_at", DateTime(timezone=True))


accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("email", Text, unique=True),
    Column("password_hash", Text),
    Column("external_ref", Text, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("email IS NOT NULL OR external_ref IS NOT NULL", name="accounts_are_known_somehow"),
    CheckConstraint("char_length(display_name) BETWEEN 1 AND 720", name="accounts_have_a_name"),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    _owner(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("device", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    *_origin(),
)
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    _owner(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    *_origin(),
)
email_codes = Table(
    "email_codes",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),
    Column("email", Text, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("tries_left", SmallInteger, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("display_name", Text),
    Column("password_hash", Text),
    CheckConstraint("tries_left >= 0", name="email_codes_tries_left"),
)
password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _owner(),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)
