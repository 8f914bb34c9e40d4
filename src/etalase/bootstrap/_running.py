"""A plane's life in a process: events are relayed, jobs done, and everything ends after what it began."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from etalase.bootstrap._plane import Wiring
from etalase.platform.jobs import Worker
from etalase.platform.outbox import Relay

log = structlog.get_logger()


@asynccontextmanager
async def running(wiring: Wiring) -> AsyncIterator[Relay]:
    """Do the plane's background work inside the block; at its end hand over every event that is due."""
    for start in wiring.starting:
        await start()
    relay = Relay(wiring.database, wiring.reactions)
    worker = Worker(wiring.database, wiring.jobs)
    working = asyncio.create_task(worker.run(), name=f"{wiring.database.plane} jobs")
    tasks = [asyncio.create_task(relay.run(), name=f"{wiring.database.plane} events")]
    tasks += [asyncio.ensure_future(work()) for work in wiring.background]
    for task in tasks:
        task.add_done_callback(_tell_if_it_failed)
    try:
        yield relay
    finally:
        for close in wiring.closing:
            await close()
        worker.stop()
        await working
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await relay.drain()


def _tell_if_it_failed(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_ended", work=str(task), exc_info=error)
