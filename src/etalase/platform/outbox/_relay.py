"""Publishing events, and handing them to their reactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from etalase.kernel.events import Event
from etalase.platform.db import Away, Database, Tx
from etalase.platform.listening import listen
from etalase.platform.logs import shorten
from etalase.platform.observing import bound_request
from etalase.platform.outbox import _store as store

log = structlog.get_logger()

E = TypeVar("E", bound=Event)
ATTEMPTS = 8
LOOK_SECONDS = 15.0
"""How often a relay looks for what nobody woke it for: another process published it, and died."""
UNSETTLED_SECONDS = (0.005, 0.2)
"""How long it waits for an older transaction: at first, and at most."""
AWAY_SECONDS = 0.5
MAX_ERROR_CHARS = 1_000
MAX_AWAY_SECONDS = 2.0


@dataclass(frozen=True)
class Reaction(Generic[E]):
    """A handler of one kind of event, which takes what is due in one transaction; a batch of one is a batch.

    `name` owns the cursor: it never changes. With a `max_batch` of one, the default, the cursor moves first
    and the handler's locks are those of one event. More is for a handler that tells somebody else: while it
    only reads and sends, its transaction holds nobody up, however long that takes; it writes last, if at
    all, and what was sent may be sent again.
    """

    event: type[E]
    name: str
    handle: Callable[[Tx, Sequence[E]], Awaitable[None]]
    max_batch: int = 1

    @property
    def takes_many(self) -> bool:
        """Whether it only tells somebody else, of many events at once."""
        return self.max_batch > 1


def each(handle: Callable[[Tx, E], Awaitable[None]]) -> Callable[[Tx, Sequence[E]], Awaitable[None]]:
    """Return a handler of a batch from one of a single event."""

    async def handle_all(tx: Tx, events: Sequence[E]) -> None:
        for event in events:
            await handle(tx, event)

    return handle_all


@dataclass(frozen=True, slots=True)
class Caused:
    """An event and the id of the request that led to it, where a transaction serves several."""

    event: Event
    request_id: str


async def publish(tx: Tx, *events: Event | Caused) -> None:
    """Record events in this transaction; they are told if and only if it commits."""
    caused = [event if isinstance(event, Caused) else Caused(event, "") for event in events]
    await store.insert_events(tx, [(one.event.name, one.event, one.request_id) for one in caused])


class Relay:
    """Hands the events of one plane to its reactions, each at its own pace, until it is stopped."""

    def __init__(self, database: Database, reactions: Sequence[Reaction[Any]]) -> None:
        self.database = database
        self.reactions = tuple(reactions)
        self._failures: dict[str, int] = {}
        self._careful: dict[str, int] = {}
        self._pauses: dict[str, float] = {}
        self._away = False

    async def run(self) -> None:
        """Work until cancelled. An absent database is waited for; nothing is lost meanwhile."""
        channel, bell = store.channel_of(self.database.plane), self.database.bell
        with bell.hearing():
            async with asyncio.TaskGroup() as group:
                for reaction in self.reactions:
                    group.create_task(self._serve(reaction), name=reaction.name)
                group.create_task(listen(self.database, channel, self._heard), name="outbox listener")
                group.create_task(self._look(), name="outbox look")

    async def drain(self) -> None:
        """Hand over what is due; return once every event has been told, by this relay or by another."""
        while waiting := await self._find_waiting():
            for reaction in self.reactions:
                while reaction.name in waiting and await self._advance(reaction):
                    pass

    def _heard(self, name: str) -> None:
        if name:
            self.database.bell.ring([name])
        else:
            self.database.bell.ring_all()

    async def _find_waiting(self) -> dict[str, datetime]:
        async with self.database.begin() as tx:
            return await find_waiting(tx, self.reactions)

    async def _look(self) -> None:
        """Now and then wake the reactions for which something waits, whoever published it."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                waiting = await self._find_waiting()
            except Away:
                continue
            self.database.bell.ring([each.event.name for each in self.reactions if each.name in waiting])

    async def _serve(self, reaction: Reaction[Any]) -> None:
        away_seconds = AWAY_SECONDS
        with self.database.bell.waking(reaction.event.name) as wake:
            while True:
                wake.clear()
                try:
                    more = await self._advance(reaction)
                except Away as error:
                    self._log_away(reaction, error)
                    await asyncio.sleep(away_seconds)
                    away_seconds = min(2 * away_seconds, MAX_AWAY_SECONDS)
                    continue
                self._away, away_seconds = False, AWAY_SECONDS
                if not more:
                    await wake.wait()

    def _log_away(self, reaction: Reaction[Any], error: Away) -> None:
        """Say once, for all reactions, that something is away."""
        if not self._away:
            log.warning("outbox_waits", reaction=reaction.name, error=error)
        self._away = True

    async def _advance(self, reaction: Reaction[Any]) -> bool:
        """Give the reaction what is next, once that is settled; tell whether more may be due.

        What a reaction has locked for one event it never holds while it locks for the next. Where nothing is
        due, nothing is written.
        """
        attempt = _Attempt(reaction, self._max_batch(reaction))
        pause = self._pauses.get(reaction.name, UNSETTLED_SECONDS[0])
        try:
            async with self.database.begin() as tx:
                await attempt.make(tx)
        except Away:
            raise
        except Exception as error:
            if not attempt.events:
                raise
            await self._failed(attempt, error)
            return True
        if attempt.events:
            self._succeeded(attempt)
        elif attempt.is_unsettled:
            await asyncio.sleep(pause)
            self._pauses[reaction.name] = min(2 * pause, UNSETTLED_SECONDS[1])
        return bool(attempt.events) or attempt.is_unsettled

    def _max_batch(self, reaction: Reaction[Any]) -> int:
        return 1 if self._careful.get(reaction.name) else reaction.max_batch

    def _succeeded(self, attempt: "_Attempt") -> None:
        name = attempt.reaction.name
        self._failures.pop(name, None)
        self._pauses.pop(name, None)
        if self._careful.get(name):
            self._careful[name] -= 1

    async def _failed(self, attempt: "_Attempt", error: Exception) -> None:
        """Count the failure of a reaction; after the last attempt bury the event and go on.

        Where many failed together, each is tried alone first.
        """
        reaction = attempt.reaction
        if len(attempt.events) > 1:
            self._careful[reaction.name] = len(attempt.events)
            log.warning("batch_failed", reaction=reaction.name, events=len(attempt.events), error=error)
            return
        [event] = attempt.events
        failures = self._failures.get(reaction.name, 0) + 1
        with bound_request(event.request_id):
            log.error("reaction_failed", reaction=reaction.name, failures=failures, exc_info=error)
        self._failures[reaction.name] = failures
        if failures < ATTEMPTS:
            await asyncio.sleep(min(0.05 * 2**failures, 5))
            return
        async with self.database.begin() as tx:
            if await store.move(tx, reaction.name, attempt.place, event):
                await store.bury(tx, reaction.name, event, storable(error))
        self._succeeded(attempt)


def storable(error: Exception) -> str:
    """Return what the operator will read of the failure; whatever it holds, it can be stored."""
    return shorten(repr(error), MAX_ERROR_CHARS).encode(errors="backslashreplace").decode()


class _Attempt:
    """One try to give a reaction what is next, in one transaction."""

    def __init__(self, reaction: Reaction[Any], limit: int) -> None:
        self.reaction = reaction
        self.limit = limit
        self.place = store.START
        self.events: list[Any] = []
        self.is_unsettled = False

    async def make(self, tx: Tx) -> None:
        """Find what is due and give it to the reaction."""
        reaction = self.reaction
        if reaction.takes_many:
            await store.take_turn(tx, reaction.name)
        self.place = await store.find_place(tx, reaction.name)
        due = await store.find_next(tx, reaction.event.name, self.place, self.limit)
        settled = list(takewhile(lambda row: row.settled, due))
        self.is_unsettled = bool(due) and not settled
        if not settled:
            return
        self.events = settled
        requests = {row.request_id for row in settled}
        with bound_request(requests.pop() if len(requests) == 1 else None):
            await self._give(tx, reaction, settled)

    async def _give(self, tx: Tx, reaction: Reaction[Any], settled: list[Any]) -> None:
        """Move the cursor and have the events handled; who only tells moves it last, and so locks it last."""
        events = [msgspec.convert(row.payload, reaction.event) for row in settled]
        if reaction.takes_many:
            await reaction.handle(tx, events)
            await store.move(tx, reaction.name, self.place, settled[-1])
        elif await store.move(tx, reaction.name, self.place, settled[-1]):
            await reaction.handle(tx, events)


async def find_waiting(tx: Tx, reactions: Sequence[Reaction[Any]]) -> dict[str, datetime]:
    """Return the reactions for which an event waits, by name, and when the oldest of each happened."""
    return await store.find_waiting(tx, {reaction.name: reaction.event.name for reaction in reactions})


async def is_drained(tx: Tx, reactions: Sequence[Reaction[Any]]) -> bool:
    """Tell whether every reaction has seen every event that concerns it."""
    return not await find_waiting(tx, reactions)
