"""The outbox's tables: events, where each reaction stands, what was given up; and the relay's SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.platform.observing import request_id

metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("transaction_id", BigInteger, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("request_id", Text),
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
    Column("request_id", Text),
)
dropped_letters = Table(
    "dropped_letters",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("letter", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("dropped_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("btrim(reason) <> ''", "dropped_letters_have_a_reason"),
)
"""What an operator gave up for good, and why; only added to."""


Place = tuple[int, int]
"""A transaction's number and an event's: events are told in this order."""
START: Place = (-(2**63), 0)


def channel_of(plane: str) -> str:
    """Return the channel of notices that events wait."""
    return f"etalase_outbox_{plane}"


_HORIZON: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_ADD = """
    INSERT INTO outbox (transaction_id, name, payload, occurred_at, request_id)
    SELECT pg_current_xact_id()::text::bigint, name, payload::jsonb, $3, request
    FROM unnest($1::text[], $2::text[], $4::text[]) AS given (name, payload, request)
"""
_RING = text("SELECT pg_notify(:channel, name) FROM unnest(CAST(:names AS text[])) AS name")


async def insert_events(tx: Tx, events: Sequence[tuple[str, Any, str | None]]) -> None:
    """Write events by name, payload and request, under this transaction's number; wake relays."""
    if not events:
        return
    now = tx.clock.now()
    names = [name for name, _, _ in events]
    payloads = [msgspec.json.encode(payload).decode() for _, payload, _ in events]
    requests = [request or request_id.get() or None for _, _, request in events]
    await tx.execute_driver_sql(_ADD, (names, payloads, now, requests))
    bell = tx.database.bell
    tx.after_commit(lambda: bell.ring(set(names)))
    if not bell.is_heard:
        await tx.execute(_RING, {"channel": channel_of(tx.database.plane), "names": sorted(set(names))})


_WAITING = text("""
    SELECT r.reaction, next.occurred_at
    FROM unnest(CAST(:reactions AS text[]), CAST(:names AS text[])) AS r (reaction, name)
    LEFT JOIN outbox_cursors c ON c.reaction = r.reaction
    CROSS JOIN LATERAL (
        SELECT o.occurred_at FROM outbox o
        WHERE o.name = r.name AND (o.transaction_id, o.id)
            > (coalesce(c.transaction_id, CAST(:first AS bigint)), coalesce(c.event_id, 0))
        ORDER BY o.transaction_id, o.id LIMIT 1
    ) next
""")


async def find_waiting(tx: Tx, reactions: Mapping[str, str]) -> dict[str, datetime]:
    """Return which of the reactions (name, and name of its event) wait for an event, and how old that is."""
    given = {"reactions": list(reactions), "names": list(reactions.values()), "first": START[0]}
    return {row.reaction: row.occurred_at for row in await tx.execute(_WAITING, given)}


_TAKE_TURN = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("name", type_=Text))))
_FIND_PLACE = select(cursors).where(cursors.c.reaction == bindparam("reaction"))
_FIND_NEXT = (
    select(outbox, (outbox.c.transaction_id < _HORIZON).label("settled"))
    .where(
        outbox.c.name == bindparam("name"),
        tuple_(outbox.c.transaction_id, outbox.c.id)
        > tuple_(bindparam("transaction_id", type_=BigInteger), bindparam("event_id", type_=BigInteger)),
    )
    .order_by(outbox.c.transaction_id, outbox.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_MOVE = upsert(cursors)
_MOVE = _MOVE.on_conflict_do_update(
    index_elements=["reaction"],
    set_={"transaction_id": _MOVE.excluded.transaction_id, "event_id": _MOVE.excluded.event_id},
    where=tuple_(cursors.c.transaction_id, cursors.c.event_id)
    == tuple_(bindparam("from_transaction", type_=BigInteger), bindparam("from_event", type_=BigInteger)),
)


async def take_turn(tx: Tx, reaction: str) -> None:
    """Be the one relay that does this reaction, until the transaction ends. Nothing else waits for this lock,
    and no transaction number is taken: what is told meanwhile holds nobody up.
    """
    await tx.execute(_TAKE_TURN, {"name": f"outbox {reaction}"})


async def find_place(tx: Tx, reaction: str) -> Place:
    """Return the place of the last event that the reaction has seen."""
    row = (await tx.execute(_FIND_PLACE, {"reaction": reaction})).one_or_none()
    return (row.transaction_id, row.event_id) if row else START


async def find_next(tx: Tx, name: str, after: Place, limit: int) -> Sequence[Any]:
    """Return the next events of this name; `settled` are those that no older transaction can precede now."""
    transaction_id, event_id = after
    asked = {"name": name, "transaction_id": transaction_id, "event_id": event_id, "limit": limit}
    return (await tx.execute(_FIND_NEXT, asked)).all()


def place_of_event() -> ColumnElement[Any]:
    """Return the place of each event, to compare with."""
    return tuple_(outbox.c.transaction_id, outbox.c.id)


async def move(tx: Tx, reaction: str, place: Place, event: Any) -> bool:
    """Move the reaction's cursor from its place to this event; False where another relay has moved it."""
    new = {
        "reaction": reaction,
        "transaction_id": event.transaction_id,
        "event_id": event.id,
        "from_transaction": place[0],
        "from_event": place[1],
    }
    return (await tx.execute(_MOVE, new)).rowcount == 1


async def bury(tx: Tx, reaction: str, event: Any, error: str) -> None:
    """Keep an event that a reaction gives up, for the operator."""
    letter = {
        "reaction": reaction,
        "event_name": event.name,
        "payload": event.payload,
        "error": error,
        "failed_at": tx.clock.now(),
        "request_id": event.request_id,
    }
    await tx.execute(insert(dead_letters), letter)
