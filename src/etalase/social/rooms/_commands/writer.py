"""Writes the rooms' logs: one insert for all that has come while the last one was on its way.

Invariants: an event is told to its room after it is durable, in the order of the log, and exactly once. While
the database is away or full, what was already taken is tried again under the same id, until it is in; new
events are refused at once, so that nobody waits without knowing. Whatever else the database says of a batch
is the fault of one of its entries: it is found by halves, its sender is told, and all others go in.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from etalase.platform.db import Away, Conflict, Database, Tx
from etalase.platform.observing import bound_request, request_id
from etalase.social.rooms import _store as store
from etalase.social.rooms._errors import LogUnavailable
from etalase.social.rooms._model.log import ViewerBlocked, ViewerUnblocked

log = structlog.get_logger()

MAX_AT_ONCE = 500
MAX_WAITING = 5000
WRITE_SECONDS = 3.0
RETRY_SECONDS = 0.25
CONFLICTS = 8
"""How often an entry that lost against another transaction is tried; then it is refused."""


@dataclass(eq=False, slots=True)
class _Waiting:
    entry: store.LogEntry
    shop_id: UUID
    publish: Callable[[], None]
    done: asyncio.Future[None]
    request_id: str


class LogWriter:
    """The one writer of all rooms' logs in this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._has_come = asyncio.Event()
        self.is_stalled = False

    def put(
        self, entry: store.LogEntry, *, shop_id: UUID, publish: Callable[[], None]
    ) -> asyncio.Future[None]:
        """Return what is done when the entry is durable; `tell` is called just before, in the log's order.

        Never cancel it: shield it.
        """
        if self.is_stalled or len(self._waiting) >= MAX_WAITING:
            raise LogUnavailable
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(entry, shop_id, publish, done, request_id.get()))
        self._has_come.set()
        return done

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._has_come.wait()
            self._has_come.clear()
            while self._waiting:
                batch = self._waiting[:MAX_AT_ONCE]
                await self._write_until_durable(batch)
                del self._waiting[: len(batch)]

    def give_up(self) -> None:
        """Refuse what still waits: the process ends."""
        for waiting in self._waiting:
            _refuse(waiting, LogUnavailable())
        self._waiting.clear()

    async def drain(self) -> None:
        """Return when all that waits now is durable."""
        if self._waiting:
            await asyncio.wait([waiting.done for waiting in self._waiting])

    async def _write_until_durable(self, batch: list[_Waiting], *, conflicts: int = 0) -> None:
        while True:
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._write(batch)
            except (Away, TimeoutError) as fault:
                if not self.is_stalled:
                    log.warning("room_log_waits_for_database", error=fault)
                self.is_stalled = True
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as fault:  # noqa: BLE001  whatever it is, the writer must go on
                await self._write_apart(batch, fault, conflicts)
                return
            else:
                self.is_stalled = False
                for waiting in batch:
                    _publish(waiting)
                return

    async def _write_apart(self, batch: list[_Waiting], fault: Exception, conflicts: int) -> None:
        """Find by halves, in order, the entry that the database will never take, and refuse it alone."""
        self.is_stalled = False
        if len(batch) > 1:
            middle = len(batch) // 2
            await self._write_until_durable(batch[:middle])
            await self._write_until_durable(batch[middle:])
        elif isinstance(fault, Conflict) and conflicts < CONFLICTS:
            await asyncio.sleep(RETRY_SECONDS)
            await self._write_until_durable(batch, conflicts=conflicts + 1)
        else:
            with bound_request(batch[0].request_id):
                log.warning("room_log_refused_entry", kind=batch[0].entry.event.type, error=fault)
            _refuse(batch[0], fault)

    async def _write(self, batch: list[_Waiting]) -> None:
        async with self._db.begin() as tx:
            await store.append_events(tx, [waiting.entry for waiting in batch])
            for waiting in batch:
                await _write_block(tx, waiting)


async def _write_block(tx: Tx, waiting: _Waiting) -> None:
    match waiting.entry.event:
        case ViewerBlocked(viewer=viewer):
            await store.save_block(tx, waiting.shop_id, viewer)
        case ViewerUnblocked(viewer=viewer):
            await store.remove_block(tx, waiting.shop_id, viewer)


def _publish(waiting: _Waiting) -> None:
    try:
        waiting.publish()
    except Exception:
        with bound_request(waiting.request_id):
            log.exception("room_event_not_published", kind=waiting.entry.event.type)
    if not waiting.done.done():
        waiting.done.set_result(None)


def _refuse(waiting: _Waiting, fault: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(fault)
        waiting.done.exception()  # whoever waited may have gone
