"""The commerce plane, wired."""

from typing import Any

from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.commerce import inventory
from etalase.platform.db import Database
from etalase.web import health

ROUTES: list[Any] = [*health.ROUTES]


def wire_commerce(settings: Settings, database: Database) -> Wiring:
    """Put the commerce plane together."""
    stock: inventory.Settings = settings.sections["inventory"]
    hold_desk = inventory.HoldDesk(database, database.clock, stock)
    return Wiring(
        database,
        ROUTES,
        given={"db": database, "settings": settings, "hold_desk": hold_desk},
        reactions=[*inventory.REACTIONS],
        background=[lambda: inventory.sweep_holds(database, stock)],
        closing=[hold_desk.close],
    )
