"""The commerce plane, wired."""

from typing import Any

from etalase.bootstrap._doors import plane_middleware
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.commerce import inventory
from etalase.platform.db import Database
from etalase.platform.mail import Mailer, mail_job

ROUTES: list[Any] = []


def wire_commerce(settings: Settings, database: Database, mailer: Mailer) -> Wiring:
    """Put the commerce plane together."""
    stock: inventory.Settings = settings.sections["inventory"]
    hold_desk = inventory.HoldDesk(database, database.clock, stock)
    return Wiring(
        database,
        ROUTES,
        given={"db": database, "settings": settings, "mailer": mailer, "hold_desk": hold_desk},
        reactions=[*inventory.REACTIONS],
        background=[lambda: inventory.sweep_holds(database, stock)],
        closing=[hold_desk.close],
        middleware=[plane_middleware(settings, database)],
        jobs=[mail_job(mailer)],
    )
