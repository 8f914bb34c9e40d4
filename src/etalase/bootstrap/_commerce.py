"""The commerce plane, wired."""

from typing import Any

from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.platform.db import Database
from etalase.web import health

ROUTES: list[Any] = [*health.ROUTES]


def wire_commerce(settings: Settings, database: Database) -> Wiring:
    """Put the commerce plane together."""
    return Wiring(database, ROUTES, given={"db": database, "settings": settings})
