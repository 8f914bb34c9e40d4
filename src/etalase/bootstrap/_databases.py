"""The planes' databases: those that the settings name, or embedded ones; provisioned and migrated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from etalase.bootstrap._program import Program
from etalase.kernel.clock import Clock
from etalase.platform import outbox
from etalase.platform.db import Database, Plane
from etalase.platform.postgres import EmbeddedPostgres
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
        planes = wanted_planes(program)
        if not all(dsns[plane] for plane in planes):
            server = EmbeddedPostgres(program.data_dir)
            await asyncio.to_thread(server.start)
            stack.push_async_callback(asyncio.to_thread, server.stop)
            for plane in planes:
                dsns[plane] = dsns[plane] or await _embedded(server, plane)
        databases: dict[Plane, Database] = {}
        for plane in planes:
            databases[plane] = Database(dsns[plane], plane, clock=clock)
            stack.push_async_callback(databases[plane].close)
            await migrate(databases[plane])
            async with databases[plane].begin() as tx:
                await outbox.mend_places(tx)
        yield databases


async def _embedded(server: EmbeddedPostgres, plane: Plane) -> str:
    name = f"etalase_{plane}"
    await provision(server.dsn("postgres", "postgres"), plane, name)
    return server.dsn(name, name)
