"""The social plane, wired."""

from typing import Any

from litestar import Router

from etalase.bootstrap._doors import plane_middleware
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.platform.db import Database
from etalase.platform.mail import Mailer, mail_job
from etalase.web import accounts, home

ROUTES: list[Any] = [*home.ROUTES, Router("/studio", route_handlers=accounts.ACCOUNT_ROUTES)]


def wire_social(settings: Settings, database: Database, mailer: Mailer) -> Wiring:
    """Put the social plane together."""
    return Wiring(
        database,
        ROUTES,
        given={"db": database, "settings": settings, "mailer": mailer},
        middleware=[plane_middleware(settings, database)],
        jobs=[mail_job(mailer)],
    )
