"""Publishing events, and handing them to their reactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Generic, TypeVar

import msgspec
import structlog
from sqlalchemy import ColumnElement, insert, literal_column

from etalase.kernel.events import Event
from etalase.platform.db import Database, Tx, is_away
from etalase.platform.outbox import _store as store

log = structlog.get_logger()

E = TypeVar("E", bound=Event)
BATCH = 100
ATTEMPTS = 8
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
    await tx.execute(insert(store.outbox).values(transaction_id=mine), rows)
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
                cursor = await store.lock_cursor(tx, reaction.name)
                if cursor is None:
                    return False
                rows = await store.next_events(tx, reaction.event.name, cursor, 1 if failures else BATCH)
                settled = list(takewhile(lambda row: row.settled, rows))
                for row in settled:
                    event = row
                    await reaction.handle(tx, msgspec.convert(row.payload, reaction.event))
                if settled:
                    await store.move_cursor(tx, reaction.name, settled[-1])
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
                insert(store.dead_letters).values(
                    reaction=reaction.name,
                    event_name=row.name,
                    payload=row.payload,
                    error=repr(error),
                    failed_at=tx.clock.now(),
                )
            )
            await store.move_cursor(tx, reaction.name, row)
        self._failures.pop(reaction.name, None)


async def is_drained(tx: Tx, reactions: Sequence[Reaction[Any]]) -> bool:
    """Tell whether every reaction has seen every event that concerns it."""
    for reaction in reactions:
        passed = await store.find_cursor(tx, reaction.name)
        if await store.next_events(tx, reaction.event.name, passed, 1):
            return False
    return True
