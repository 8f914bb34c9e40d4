"""The commerce plane, wired."""

from typing import Any

from etalase.api import accounts as api_accounts
from etalase.bootstrap._doors import plane_middleware
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.commerce import inventory, payments
from etalase.platform.db import Database
from etalase.platform.mail import Mailer, mail_job
from etalase.web import accounts as web_accounts
from etalase.web import payments as web_payments

ROUTES: list[Any] = [*web_accounts.ROUTES, *api_accounts.ROUTES, *web_payments.ROUTES]


def wire_commerce(settings: Settings, database: Database, mailer: Mailer) -> Wiring:
    """Put the commerce plane together."""
    stock: inventory.Settings = settings.sections["inventory"]
    hold_desk = inventory.HoldDesk(database, database.clock, stock)
    gateways = payments.Gateways(settings.sections["payments"])
    return Wiring(
        database,
        ROUTES,
        given={
            "db": database,
            "settings": settings,
            "mailer": mailer,
            "hold_desk": hold_desk,
            "gateways": gateways,
        },
        reactions=[*inventory.REACTIONS],
        background=[
            lambda: inventory.sweep_holds(database, stock),
            lambda: payments.keep_sweeping(database, gateways),
        ],
        closing=[hold_desk.close],
        middleware=[plane_middleware(settings, database)],
        jobs=[mail_job(mailer), *payments.jobs_with(gateways)],
    )
