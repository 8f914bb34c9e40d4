"""Hearing what other processes tell by NOTIFY, on a connection of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from etalase.platform.db import Database, connect_arguments, plain_dsn
from etalase.platform.faults import Away, translating

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
ALIVE_SECONDS = 60.0
"""How often a listener asks whether its connection still leads to a server."""


async def listen(database: Database, channel: str, heard: Callable[[str], None]) -> None:
    """Call `heard` with each notice's payload, until cancelled; with "" where some may have been missed.

    A lost connection is made again.
    """
    while True:
        try:
            with translating():
                await _listen_connected(database, channel, heard)
        except (Away, OSError) as error:
            log.debug("listener_waits_for_database", channel=channel, error=error)
        await asyncio.sleep(AGAIN_SECONDS)


async def _listen_connected(database: Database, channel: str, heard: Callable[[str], None]) -> None:
    connection = await connect_directly(database)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda _, __, ___, payload: heard(str(payload)))
        heard("")
        while not lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_SECONDS):
                    await lost.wait()
            await connection.execute("SELECT 1", timeout=10)
    finally:
        connection.terminate()


async def connect_directly(database: Database) -> "asyncpg.Connection[Any]":
    """Return a connection outside the pool, for what one transaction can't do: to listen, above all."""
    arguments = connect_arguments(database.direct_dsn, database.plane)
    connection: asyncpg.Connection[Any] = await asyncpg.connect(plain_dsn(database.direct_dsn), **arguments)
    return connection
