"""The whole program in one process: databases, planes, apps, and the order in which they start and end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from etalase.bootstrap._app import build_app
from etalase.bootstrap._commerce import wire_commerce
from etalase.bootstrap._databases import open_databases
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.bootstrap._running import running
from etalase.bootstrap._server import Endpoint, serve
from etalase.bootstrap._social import wire_social
from etalase.kernel.clock import Clock
from etalase.platform.db import Database, Plane
from etalase.platform.mail import make_mailer
from etalase.platform.outbox import Relay


@dataclass
class System:
    """What runs in this process."""

    settings: Settings
    databases: dict[Plane, Database]
    wirings: dict[Plane, Wiring] = field(default_factory=dict)
    relays: dict[Plane, Relay] = field(default_factory=dict)
    endpoints: list[Endpoint] = field(default_factory=list)


@asynccontextmanager
async def open_system(settings: Settings, clock: Clock | None = None) -> AsyncIterator[System]:
    """Open databases and planes, do their work in the background; close them in the reverse order."""
    async with AsyncExitStack() as stack:
        databases = await stack.enter_async_context(open_databases(settings.program, clock))
        system = System(settings, databases)
        mailer = make_mailer(settings.sections["mail"])
        if "commerce" in databases:
            system.wirings["commerce"] = wire_commerce(settings, databases["commerce"], mailer)
        if "social" in databases:
            system.wirings["social"] = wire_social(settings, databases["social"], mailer)
        for plane, wiring in system.wirings.items():
            system.relays[plane] = await stack.enter_async_context(running(wiring))
        system.endpoints = endpoints_of(settings, system.wirings)
        yield system


def endpoints_of(settings: Settings, wirings: dict[Plane, Wiring]) -> list[Endpoint]:
    """Return one app for all planes of this process."""
    program = settings.program
    proxies = settings.sections["security"].trusted_proxies
    app = build_app(settings, list(wirings.values()))
    return [Endpoint("+".join(wirings), app, program.host, program.port, trusted_proxies=proxies)]


async def run(settings: Settings, ready: asyncio.Event | None = None) -> None:
    """Serve until a signal comes, and end in good order."""
    async with open_system(settings) as system:
        await serve(system.endpoints, ready)
