"""A database that goes away and comes back, for the tests of what goes on meanwhile."""

import asyncpg

from etalase.platform.db import Database, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres


class Switch:
    """Cuts all connections to one database, and lets them in again."""

    def __init__(self, postgres: EmbeddedPostgres, db: Database) -> None:
        self.dsn = postgres.dsn("postgres", "postgres")
        self.name = plain_dsn(db.dsn).rpartition("/")[2]

    async def off(self) -> None:
        """End all connections and refuse new ones."""
        await self._run(f"ALTER DATABASE {self.name} WITH ALLOW_CONNECTIONS false")
        await self._run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'"
        )

    async def on(self) -> None:
        """Let connections in again."""
        await self._run(f"ALTER DATABASE {self.name} WITH ALLOW_CONNECTIONS true")

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(plain_dsn(self.dsn), **connect_arguments(self.dsn, "commerce"))
        await connection.execute(statement)
        await connection.close()
