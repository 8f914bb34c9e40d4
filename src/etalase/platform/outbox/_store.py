"""The outbox's tables: events, where each reaction stands, what was given up; and the relay's SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx

metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("transaction_id", BigInteger, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Index("outbox_by_name", "name", "transaction_id", "id"),
)
cursors = Table(
    "outbox_cursors",
    metadata,
    Column("reaction", Text, primary_key=True),
    Column("transaction_id", BigInteger, nullable=False),
    Column("event_id", BigInteger, nullable=False),
)
dead_letters = Table(
    "outbox_dead_letters",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("reaction", Text, nullable=False),
    Column("event_name", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
)


async def find_cursor(tx: Tx, reaction: str) -> tuple[int, int]:
    row = (await tx.execute(select(cursors).where(cursors.c.reaction == reaction))).one_or_none()
    return (row.transaction_id, row.event_id) if row else (0, 0)


async def lock_cursor(tx: Tx, reaction: str) -> tuple[int, int] | None:
    """Return where the reaction stands and keep others out; None while another relay works on it."""
    start = upsert(cursors).values(reaction=reaction, transaction_id=0, event_id=0)
    mine = select(cursors).where(cursors.c.reaction == reaction).with_for_update(skip_locked=True)
    row = (await tx.execute(mine)).one_or_none()
    if row is None:
        await tx.execute(start.on_conflict_do_nothing())
        row = (await tx.execute(mine)).one_or_none()
    return (row.transaction_id, row.event_id) if row else None


async def next_events(tx: Tx, name: str, after: tuple[int, int], limit: int) -> Sequence[Any]:
    """Return events past the cursor; `settled` are those that no older transaction can precede any more."""
    position = tuple_(outbox.c.transaction_id, outbox.c.id)
    horizon: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    query = (
        select(outbox, (outbox.c.transaction_id < horizon).label("settled"))
        .where(outbox.c.name == name, position > after)
        .order_by(outbox.c.transaction_id, outbox.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def move_cursor(tx: Tx, reaction: str, row: Any) -> None:
    place = {"transaction_id": row.transaction_id, "event_id": row.id}
    moved = upsert(cursors).values(reaction=reaction, **place)
    await tx.execute(moved.on_conflict_do_update(index_elements=["reaction"], set_=place))
