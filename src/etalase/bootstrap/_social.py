"""The social plane, wired."""

from typing import Any

from etalase.bootstrap._doors import plane_middleware
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.platform.db import Database
from etalase.platform.mail import Mailer, mail_job

ROUTES: list[Any] = []


def wire_social(settings: Settings, database: Database, mailer: Mailer) -> Wiring:
    """Put the social plane together."""
    return Wiring(
        database,
        ROUTES,
        given={"db": database, "settings": settings, "mailer": mailer},
        middleware=[plane_middleware(settings, database)],
        jobs=[mail_job(mailer)],
    )
