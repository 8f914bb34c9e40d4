"""Publishing events, and handing them to their reactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from etalase.kernel.events import Event
from etalase.platform.db import Away, Database, Tx
from etalase.platform.logs import shorten
from etalase.platform.outbox import _store as store

log = structlog.get_logger()

E = TypeVar("E", bound=Event)
ATTEMPTS = 8
PAUSE_SECONDS = 2.0
"""How long a reaction sleeps when nothing wakes it: events of other processes are found by looking."""
UNSETTLED_SECONDS = 0.005
AWAY_SECONDS = 0.5
MAX_ERROR_CHARS = 1_000


@dataclass(frozen=True)
class Reaction(Generic[E]):
    """A handler of one kind of event. `name` owns the cursor: it never changes.

    `at_once` events may share a transaction: more than one only where `handle` locks nothing.
    """

    event: type[E]
    name: str
    handle: Callable[[Tx, E], Awaitable[None]]
    at_once: int = 1


async def publish(tx: Tx, *events: Event) -> None:
    """Record events in this transaction; they are told if and only if it commits."""
    await store.insert_events(tx, [(event.name, msgspec.to_builtins(event)) for event in events])


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
            for reaction in self.reactions:
                while await self._advance(reaction):
                    pass

    async def _has_told_all(self) -> bool:
        async with self.database.begin() as tx:
            return await is_drained(tx, self.reactions)

    async def _serve(self, reaction: Reaction[Any]) -> None:
        with self.database.outbox_waking(reaction.event.name) as wake:
            while True:
                wake.clear()
                try:
                    more = await self._advance(reaction)
                except Away as error:
                    log.warning("outbox_waits", reaction=reaction.name, error=error)
                    await asyncio.sleep(AWAY_SECONDS)
                    continue
                if not more:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), PAUSE_SECONDS)

    async def _advance(self, reaction: Reaction[Any]) -> bool:
        """Give the reaction what is next, once that is settled; tell whether more may be due.

        What a reaction has locked for one event it never holds while it locks for the next, unless it says
        that it locks nothing. Where nothing is due, nothing is written.
        """
        event: Any = None
        place = store.START
        at_once = 1 if reaction.name in self._failures else reaction.at_once
        try:
            async with self.database.begin() as tx:
                place = await store.find_place(tx, reaction.name)
                due = await store.find_next(tx, reaction.event.name, place, at_once)
                settled = list(takewhile(lambda row: row.settled, due))
                if settled and await store.move(tx, reaction.name, place, settled[-1]):
                    for event in settled:
                        await reaction.handle(tx, msgspec.convert(event.payload, reaction.event))
        except Away:
            raise
        except Exception as error:
            if event is None:
                raise
            await self._failed(reaction, place, event, error)
            return True
        self._failures.pop(reaction.name, None)
        if due and not settled:
            await asyncio.sleep(UNSETTLED_SECONDS)
        return bool(due)

    async def _failed(
        self, reaction: Reaction[Any], place: store.Place, event: Any, error: Exception
    ) -> None:
        """Count the failure of a reaction; after the last attempt bury the event and go on."""
        failures = self._failures.get(reaction.name, 0) + 1
        log.error("reaction_failed", reaction=reaction.name, failures=failures, exc_info=error)
        self._failures[reaction.name] = failures
        if failures < ATTEMPTS:
            await asyncio.sleep(min(0.05 * 2**failures, 5))
            return
        async with self.database.begin() as tx:
            if await store.move(tx, reaction.name, place, event):
                await store.bury(tx, reaction.name, event, storable(error))
        self._failures.pop(reaction.name, None)


def storable(error: Exception) -> str:
    """Return what the operator will read of the failure; whatever it holds, it can be stored."""
    return shorten(repr(error), MAX_ERROR_CHARS).encode(errors="backslashreplace").decode()


async def is_drained(tx: Tx, reactions: Sequence[Reaction[Any]]) -> bool:
    """Tell whether every reaction has seen every event that concerns it."""
    for reaction in reactions:
        place = await store.find_place(tx, reaction.name)
        if await store.find_next(tx, reaction.event.name, place, 1):
            return False
    return True
