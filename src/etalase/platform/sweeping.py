"""Forgetting once a day: each sweep deletes what is over, in a transaction of its own.

What is over is refused wherever it is read: a sweep makes room, and nobody waits for it. Any number of
processes may sweep at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from etalase.platform.db import Database, Tx

Sweep = Callable[[Tx], Awaitable[None]]

EVERY = timedelta(days=1)


async def sweep(database: Database, sweeps: Sequence[Sweep]) -> None:
    """Forget, now, what is over."""
    for forget in sweeps:
        async with database.begin() as tx:
            await forget(tx)


async def keep_sweeping(database: Database, sweeps: Sequence[Sweep]) -> None:
    """Sweep at once and then every day, until cancelled."""
    while True:
        await sweep(database, sweeps)
        await asyncio.sleep(EVERY.total_seconds())
