"""A plane's life in a process: events are relayed, jobs done, and everything ends after what it began."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from etalase.bootstrap._plane import Wiring
from etalase.platform.db import Away
from etalase.platform.jobs import Worker
from etalase.platform.outbox import Relay

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
RELAY_CONNECTIONS = 4
"""Of the relay's own, so that it waits for no request and no request for it."""
DRAIN_SECONDS = 5.0
"""How long the end waits for events to be handed over; the next start goes on with the rest."""


@asynccontextmanager
async def running(wiring: Wiring[Any]) -> AsyncIterator[Relay]:
    """Do the plane's background work inside the block; at its end hand over the events that are due."""
    for start in wiring.starting:
        await start()
    relays = wiring.database.aside(pool_size=RELAY_CONNECTIONS)
    wiring.vitals.pools["events"] = relays
    relay = Relay(relays, wiring.reactions)
    worker = Worker(wiring.database, wiring.jobs)
    working = asyncio.create_task(worker.run(), name=f"{wiring.database.plane} jobs")
    background = {f"{wiring.database.plane} events": relay.run, **wiring.background}
    tasks = [asyncio.create_task(_go_on(name, work), name=name) for name, work in background.items()]
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
        await _hand_over(relay)
        await relays.close()


async def _go_on(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do this work until cancelled: when it fails, say so and begin it again."""
    while True:
        try:
            return await work()
        except Away as error:
            log.warning("work_waits_for_database", work=name, error=error)
        except Exception:
            log.exception("background_work_failed", work=name)
        await asyncio.sleep(AGAIN_SECONDS)


async def _hand_over(relay: Relay) -> None:
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await relay.drain()
    except TimeoutError:
        log.warning("events_left_for_the_next_start", plane=relay.database.plane)
    except Away as error:
        log.warning("events_left_for_the_next_start", plane=relay.database.plane, error=error)
