"""The sweep: holds whose time is over give their units back, at once and for ever."""

import asyncio

from etalase.commerce.inventory._commands import expire_due
from etalase.commerce.inventory._model import Settings
from etalase.platform.db import Database


async def sweep_holds(db: Database, settings: Settings) -> None:
    """End due holds again and again until cancelled."""
    while True:
        await expire_due(db)
        await asyncio.sleep(settings.sweep_every_seconds)
