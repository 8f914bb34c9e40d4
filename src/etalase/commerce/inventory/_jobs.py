"""The sweep: holds whose time is over give their units back, at once and for ever."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from etalase.commerce.inventory._commands import expire_due, next_expiry
from etalase.commerce.inventory._events import StockChanged
from etalase.commerce.inventory._model import Settings
from etalase.platform.db import Database

MAX_SLEEP_SECONDS = 20.0
"""Holds that other processes gave are found by looking."""


async def sweep_holds(db: Database, settings: Settings) -> None:
    """End due holds again and again until cancelled; sleep while there can be none."""
    pause = timedelta(seconds=settings.sweep_every_seconds)
    longest = timedelta(seconds=min(MAX_SLEEP_SECONDS, settings.hold_ttl_seconds))
    with db.bell.waking(StockChanged.name) as changed:
        while True:
            changed.clear()
            await expire_due(db)
            at = await next_expiry(db)
            idle = longest if at is None else max(min(at - db.clock.now(), longest), pause)
            await asyncio.sleep(pause.total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), (idle - pause).total_seconds())
