"""The planes' databases: those that the settings name, or embedded ones; provisioned and migrated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from etalase.bootstrap._program import Program
from etalase.kernel.clock import Clock
from etalase.platform import outbox
from etalase.platform.db import Database, Plane
from etalase.platform.guarding import Guard
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.preparing import prepare
from etalase.platform.provision import PLANES, migrate, provision


def wanted_planes(program: Program) -> tuple[Plane, ...]:
    """Return the planes that this process serves."""
    return PLANES if program.plane == "both" else (program.plane,)


@asynccontextmanager
async def open_databases(
    program: Program, clock: Clock | None = None
) -> AsyncIterator[dict[Plane, Database]]:
    """Give a migrated database for each plane of this process; start the embedded server where needed."""
    async with AsyncExitStack() as stack:
        dsns: dict[Plane, str] = {"social": program.social_dsn, "commerce": program.commerce_dsn}
        direct: dict[Plane, str] = {
            "social": program.social_direct_dsn,
            "commerce": program.commerce_direct_dsn,
        }
        planes = wanted_planes(program)
        guards: dict[Plane, Guard] = {}
        if not all(dsns[plane] for plane in planes):
            guard = await stack.enter_async_context(_own_server(program))
            for plane in planes:
                if not dsns[plane]:
                    dsns[plane] = await _embedded(guard.server, plane)
                    guards[plane] = guard
        databases: dict[Plane, Database] = {}
        for plane in planes:
            databases[plane] = Database(dsns[plane], plane, clock=clock, direct_dsn=direct[plane])
            stack.push_async_callback(databases[plane].close)
            if plane in guards:
                databases[plane].trouble = guards[plane].trouble
            await prepare(databases[plane])
            await migrate(databases[plane])
            async with databases[plane].begin() as tx:
                await outbox.mend_places(tx)
        yield databases


@asynccontextmanager
async def _own_server(program: Program) -> AsyncIterator[Guard]:
    """Run the embedded server, guarded, as long as anybody uses it."""
    server = EmbeddedPostgres(program.data_dir)
    await asyncio.to_thread(server.start)
    guard = Guard(server)
    guarding = asyncio.create_task(guard.run(), name="guard of postgres")
    try:
        yield guard
    finally:
        guarding.cancel()
        with suppress(asyncio.CancelledError):
            await guarding
        await asyncio.to_thread(server.stop)


async def _embedded(server: EmbeddedPostgres, plane: Plane) -> str:
    name = f"etalase_{plane}"
    await provision(server.dsn("postgres", "postgres"), plane, name)
    return server.dsn(name, name)
