"""Each plane's role owns its schema and is refused the other's, even inside one database."""

import asyncpg
import pytest

from etalase.platform.db import Database, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES, migrate, provision


async def test_a_role_is_refused_the_other_planes_tables_in_a_shared_database(
    postgres: EmbeddedPostgres,
) -> None:
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, "shared")
        database = Database(postgres.dsn(f"etalase_{plane}", "shared"), plane)
        await migrate(database)
        await database.close()
    for plane, other in (PLANES, PLANES[::-1]):
        dsn = postgres.dsn(f"etalase_{plane}", "shared")
        connection = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, plane))
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval(f"SELECT count(*) FROM {other}.outbox")
        await connection.close()


async def test_a_role_is_refused_the_other_planes_database(postgres: EmbeddedPostgres) -> None:
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, f"apart_{plane}")
    for plane, other in (PLANES, PLANES[::-1]):
        dsn = postgres.dsn(f"etalase_{plane}", f"apart_{other}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, plane))
