"""Events that leave if and only if their transaction does.

Purpose: a command publishes an event in its own transaction; the relay hands it to each reaction later.
Invariants: an event is seen by a reaction after its transaction is durable, in the order of transactions,
and its effects in this plane's database happen exactly once (effect and cursor move in one transaction).
Concurrency: any number of relays may run; the lock on a reaction's cursor lets one work at a time.
Lifecycle: a reaction that keeps failing on one event puts it among the dead letters and goes on; what all
reactions have passed is deleted after a week.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Any, Generic, TypeVar

import msgspec
import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.kernel.events import Event
from etalase.platform.db import Database, Tx, is_away

log = structlog.get_logger()

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

E = TypeVar("E", bound=Event)
BATCH = 100
ATTEMPTS = 8
KEPT = timedelta(days=7)
PAUSE_SECONDS = 2.0
"""How long a reaction sleeps when nothing wakes it: events of other processes are found by looking."""
UNSETTLED_SECONDS = 0.005
AWAY_SECONDS = 0.5


@dataclass(frozen=True)
class Reaction(Generic[E]):
    """A handler of one kind of event. `name` owns the cursor: it never changes."""

    event: type[E]
    name: str
    handle: Callable[[Tx, E], Awaitable[None]]


async def publish(tx: Tx, *events: Event) -> None:
    """Record events in this transaction; they are told if and only if it commits."""
    if not events:
        return
    rows = [
        {"name": event.name, "payload": msgspec.to_builtins(event), "occurred_at": tx.clock.now()}
        for event in events
    ]
    mine: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
    await tx.execute(insert(outbox).values(transaction_id=mine), rows)
    tx.after_commit(tx.database.wake_outbox)


class Relay:
    """Hands the events of one plane to its reactions, each at its own pace, until it is stopped."""

    def __init__(self, database: Database, reactions: Sequence[Reaction[Any]]) -> None:
        self.database = database
        self.reactions = tuple(reactions)
        self._failures: dict[str, int] = {}

    async def run(self) -> None:
        """Work until cancelled. An absent database is waited for; nothing is lost meanwhile."""
        async with asyncio.TaskGroup() as group:
            for reaction in self.reactions:
                group.create_task(self._serve(reaction), name=reaction.name)

    async def drain(self) -> None:
        """Hand over what is due; return once every event has been told, by this relay or by another."""
        while not await self._has_told_all():
            if not any([await self._advance(reaction) for reaction in self.reactions]):
                await asyncio.sleep(UNSETTLED_SECONDS)

    async def _has_told_all(self) -> bool:
        async with self.database.begin() as tx:
            return await is_drained(tx, self.reactions)

    async def _serve(self, reaction: Reaction[Any]) -> None:
        with self.database.outbox_waking() as wake:
            while True:
                wake.clear()
                try:
                    more = await self._advance(reaction)
                except Exception as error:
                    if not is_away(error):
                        raise
                    log.warning("outbox_waits_for_database", reaction=reaction.name, error=str(error))
                    await asyncio.sleep(AWAY_SECONDS)
                    continue
                if not more:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), PAUSE_SECONDS)

    async def _advance(self, reaction: Reaction[Any]) -> bool:
        """Give the reaction its next events; tell whether more are due or about to be."""
        failures = self._failures.get(reaction.name, 0)
        event: Any = None
        try:
            async with self.database.begin() as tx:
                cursor = await _lock_cursor(tx, reaction.name)
                if cursor is None:
                    return False
                rows = await _next_events(tx, reaction.event.name, cursor, 1 if failures else BATCH)
                settled = list(takewhile(lambda row: row.settled, rows))
                for row in settled:
                    event = row
                    await reaction.handle(tx, msgspec.convert(row.payload, reaction.event))
                if settled:
                    await _move_cursor(tx, reaction.name, settled[-1])
        except Exception as error:
            if is_away(error):
                raise
            await self._failed(reaction, event, error, failures + 1)
            return True
        self._failures.pop(reaction.name, None)
        if rows and not settled:
            await asyncio.sleep(UNSETTLED_SECONDS)
        return bool(rows)

    async def _failed(self, reaction: Reaction[Any], row: Any, error: Exception, failures: int) -> None:
        """Count the failure of a reaction; after the last attempt bury the event and go on."""
        log.error("reaction_failed", reaction=reaction.name, failures=failures, exc_info=error)
        self._failures[reaction.name] = failures
        if failures < ATTEMPTS or row is None:
            await asyncio.sleep(min(0.05 * 2**failures, 5))
            return
        async with self.database.begin() as tx:
            await tx.execute(
                insert(dead_letters).values(
                    reaction=reaction.name,
                    event_name=row.name,
                    payload=row.payload,
                    error=repr(error),
                    failed_at=tx.clock.now(),
                )
            )
            await _move_cursor(tx, reaction.name, row)
        self._failures.pop(reaction.name, None)


async def prune(tx: Tx) -> None:
    """Delete what is a week old and has been passed by every reaction."""
    passed = select(func.coalesce(func.min(cursors.c.transaction_id), 0)).scalar_subquery()
    await tx.execute(
        delete(outbox).where(outbox.c.occurred_at < tx.clock.now() - KEPT, outbox.c.transaction_id < passed)
    )


async def is_drained(tx: Tx, reactions: Sequence[Reaction[Any]]) -> bool:
    """Tell whether every reaction has seen every event that concerns it."""
    for reaction in reactions:
        passed = await _cursor(tx, reaction.name)
        if await _next_events(tx, reaction.event.name, passed, 1):
            return False
    return True


async def list_dead_letters(tx: Tx, limit: int = 100) -> list[Any]:
    """Return the newest events that a reaction gave up on."""
    rows = await tx.execute(select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit))
    return list(rows)


async def _cursor(tx: Tx, reaction: str) -> tuple[int, int]:
    row = (await tx.execute(select(cursors).where(cursors.c.reaction == reaction))).one_or_none()
    return (row.transaction_id, row.event_id) if row else (0, 0)


async def _lock_cursor(tx: Tx, reaction: str) -> tuple[int, int] | None:
    """Return where the reaction stands and keep others out; None while another relay works on it."""
    start = upsert(cursors).values(reaction=reaction, transaction_id=0, event_id=0)
    mine = select(cursors).where(cursors.c.reaction == reaction).with_for_update(skip_locked=True)
    row = (await tx.execute(mine)).one_or_none()
    if row is None:
        await tx.execute(start.on_conflict_do_nothing())
        row = (await tx.execute(mine)).one_or_none()
    return (row.transaction_id, row.event_id) if row else None


async def _next_events(tx: Tx, name: str, after: tuple[int, int], limit: int) -> Sequence[Any]:
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


async def _move_cursor(tx: Tx, reaction: str, row: Any) -> None:
    place = {"transaction_id": row.transaction_id, "event_id": row.id}
    moved = upsert(cursors).values(reaction=reaction, **place)
    await tx.execute(moved.on_conflict_do_update(index_elements=["reaction"], set_=place))
