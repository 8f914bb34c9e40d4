"""The whole program in one process: databases, planes, apps, and the order in which they start and end."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from etalase.bootstrap._app import build_app
from etalase.bootstrap._bridge import Bridge, make_client
from etalase.bootstrap._commerce import wire_commerce
from etalase.bootstrap._databases import open_databases
from etalase.bootstrap._law import law_of, watch_law
from etalase.bootstrap._layout import with_addresses
from etalase.bootstrap._plane import Wiring
from etalase.bootstrap._program import Settings
from etalase.bootstrap._running import running
from etalase.bootstrap._server import Endpoint, serve
from etalase.bootstrap._social import wire_social
from etalase.kernel.clock import Clock, SystemClock
from etalase.platform.db import Database, Plane
from etalase.platform.logs import report_loop_error
from etalase.platform.mail import make_mailer
from etalase.platform.outbox import Relay

GC_YOUNG_OBJECTS, GC_ROUNDS = 20_000, (20, 20)
"""The collector looks after so many new objects, at older ones every twentieth time; 700 and 10 are usual."""


@dataclass
class System:
    """What runs in this process."""

    settings: Settings
    databases: dict[Plane, Database]
    wirings: dict[Plane, Wiring[Any]] = field(default_factory=dict)
    relays: dict[Plane, Relay] = field(default_factory=dict)
    endpoints: list[Endpoint] = field(default_factory=list)


@asynccontextmanager
async def open_system(settings: Settings, clock: Clock | None = None) -> AsyncIterator[System]:
    """Open databases and planes, do their work in the background; close them in the reverse order."""
    clock = clock or SystemClock()
    settings = with_addresses(settings, clock)
    async with AsyncExitStack() as stack:
        databases = await stack.enter_async_context(open_databases(settings.program, clock))
        client = await stack.enter_async_context(make_client())
        bridge = Bridge(settings.program, client, databases, clock, law_of(settings.program))
        system = System(settings, databases, wire(settings, databases, bridge))
        first = next(iter(system.wirings.values()))
        together = settings.program.social_url == settings.program.commerce_url
        first.background["law"] = lambda: watch_law(bridge.law, clock, together=together)
        for plane, wiring in system.wirings.items():
            system.relays[plane] = await stack.enter_async_context(running(wiring))
        system.endpoints = endpoints_of(settings, system.wirings)
        yield system


def wire(settings: Settings, databases: dict[Plane, Database], bridge: Bridge) -> dict[Plane, Wiring[Any]]:
    """Put the planes of this process together; the social plane ends after the commerce plane."""
    mailer = make_mailer(settings.mail)
    wirings: dict[Plane, Wiring[Any]] = {}
    receiver = None
    if "social" in databases:
        social = wire_social(settings, databases["social"], mailer, bridge)
        wirings["social"], receiver = social, social.given["receiver"]
    if "commerce" in databases:
        wirings["commerce"] = wire_commerce(settings, databases["commerce"], mailer, bridge, receiver)
    if "social" in wirings:
        till = wirings.get("commerce")
        queue = till.given["hold_queue"] if till else None
        wirings["social"].given["rooms"].claim_desk = bridge.claim_desk(queue)
    return wirings


def endpoints_of(settings: Settings, wirings: dict[Plane, Wiring[Any]]) -> list[Endpoint]:
    """Return one app for both planes, or one for each where they are kept apart."""
    program = settings.program
    together = program.social_url == program.commerce_url
    groups = [list(wirings)] if together else [[plane] for plane in wirings]
    ports = {"social": program.port, "commerce": program.port if len(groups) == 1 else program.commerce_port}
    return [
        Endpoint(
            "+".join(group),
            build_app(settings, [wirings[plane] for plane in group]),
            program.host,
            ports[group[0]],
            websocket_protocol=next(
                (wirings[plane].websocket_protocol for plane in group if plane == "social"), "auto"
            ),
            trusted_proxies=settings.security.trusted_proxies,
            limits=settings.server,
            stopping=tuple(call for plane in group for call in wirings[plane].stopping),
        )
        for group in groups
    ]


async def run(settings: Settings, ready: asyncio.Event | None = None) -> None:
    """Serve until a signal comes, and end in good order."""
    asyncio.get_running_loop().set_exception_handler(report_loop_error)
    async with open_system(settings) as system:
        spare_the_collector()
        await serve(system.endpoints, ready)


def spare_the_collector() -> None:
    """Let the garbage collector pass over what was made at start, which stays, and look less often.

    It went through all of it again and again: a sixth of the CPU time of a purchase (`bench checkout`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_YOUNG_OBJECTS, *GC_ROUNDS)
