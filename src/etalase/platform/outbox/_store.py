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
    insert,
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


Place = tuple[int, int]
"""A transaction's number and an event's: events are told in this order."""
START: Place = (-(2**63), 0)


async def insert_events(tx: Tx, events: Sequence[tuple[str, Any]]) -> None:
    """Write events by name and payload, under this transaction's number."""
    now = tx.clock.now()
    rows = [{"name": name, "payload": payload, "occurred_at": now} for name, payload in events]
    mine: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
    if rows:
        await tx.execute(insert(outbox).values(transaction_id=mine), rows)
    names = {name for name, _ in events}
    tx.after_commit(lambda: tx.database.wake_outbox(names))


async def find_place(tx: Tx, reaction: str) -> Place:
    """Return the place of the last event that the reaction has seen."""
    row = (await tx.execute(select(cursors).where(cursors.c.reaction == reaction))).one_or_none()
    return (row.transaction_id, row.event_id) if row else START


async def find_next(tx: Tx, name: str, after: Place, limit: int) -> Sequence[Any]:
    """Return the next events of this name; `settled` are those that no older transaction can precede now."""
    horizon: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    query = (
        select(outbox, (outbox.c.transaction_id < horizon).label("settled"))
        .where(outbox.c.name == name, place_of_event() > after)
        .order_by(outbox.c.transaction_id, outbox.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


def place_of_event() -> ColumnElement[Any]:
    """Return the place of each event, to compare with."""
    return tuple_(outbox.c.transaction_id, outbox.c.id)


async def move(tx: Tx, reaction: str, place: Place, event: Any) -> bool:
    """Move the reaction's cursor from its place to this event; False where another relay has moved it."""
    new = {"transaction_id": event.transaction_id, "event_id": event.id}
    moved = upsert(cursors).values(reaction=reaction, **new)
    moved = moved.on_conflict_do_update(
        index_elements=["reaction"],
        set_=new,
        where=tuple_(cursors.c.transaction_id, cursors.c.event_id) == place,
    )
    return (await tx.execute(moved)).rowcount == 1


async def bury(tx: Tx, reaction: str, event: Any, error: str) -> None:
    """Keep an event that a reaction gives up, for the operator."""
    letter = insert(dead_letters).values(
        reaction=reaction,
        event_name=event.name,
        payload=event.payload,
        error=error,
        failed_at=tx.clock.now(),
    )
    await tx.execute(letter)
