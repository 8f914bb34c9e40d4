"""The one way in which tests wait: for something to become so. No test waits for time to pass.

The deadline is for what hangs, not for what is slow: a busy machine must not come near it.
"""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from sqlalchemy import text

from etalase.platform.db import Database

T = TypeVar("T")

PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.02


@overload
async def until(holds: Callable[[], Awaitable[T | None]], *, seconds: float = ...) -> T: ...
@overload
async def until(holds: Callable[[], T | None], *, seconds: float = ...) -> T: ...
async def until(holds: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """Look until it is so, and return what was seen then."""
    async with asyncio.timeout(seconds):
        while True:
            seen = holds()
            if inspect.isawaitable(seen):
                seen = await seen
            if seen:
                return seen
            await asyncio.sleep(LOOK_SECONDS)


def block_until(holds: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until it is so, in a thread that may be held up."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(LOOK_SECONDS)


async def pace(seconds: float) -> None:
    """Take so long over something, as a slow peer does who is part of the test. It is no way to wait."""
    await asyncio.sleep(seconds)


def block_until_time(moment: float) -> None:
    """Be as slow as a camera is, in its thread: return at this moment of `time.monotonic`."""
    time.sleep(max(0.0, moment - time.monotonic()))


async def wait_for_somebody_waiting(db: Database) -> None:
    """Return once a transaction of this database waits for another's lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with db.begin() as tx:
            while not (await tx.execute(text(waiting))).scalar_one():
                await tx.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))
