"""The sweep: holds whose time is over give their units back, at once and for ever."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError

from etalase.commerce.inventory._commands import expire_due
from etalase.commerce.inventory._model import Settings
from etalase.platform.db import Database

log = structlog.get_logger()


async def sweep_holds(db: Database, settings: Settings) -> None:
    """End due holds again and again until cancelled. An absent database is waited for."""
    while True:
        try:
            await expire_due(db)
        except (OSError, InterfaceError, DBAPIError) as error:
            log.warning("hold_sweep_waits_for_database", error=str(error))
        await asyncio.sleep(settings.sweep_every_seconds)
