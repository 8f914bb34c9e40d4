"""A real PostgreSQL for the session, migrated databases for the tests."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database, Plane, Tx, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES, migrate, provision

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",  # several servers of the stories at once, each with its pools
}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Run a server for this test process."""
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # the server runs as another user when the tests run as root
    server = EmbeddedPostgres(folder, options=FAST)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def templates(postgres: EmbeddedPostgres) -> None:
    """Migrate one database per plane, from which each test's is copied."""
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, f"template_{plane}")
        database = Database(postgres.dsn(f"etalase_{plane}", f"template_{plane}"), plane)
        await migrate(database)
        await database.close()


async def copy_template(postgres: EmbeddedPostgres, plane: Plane, name: str) -> str:
    """Make a database of the plane that is migrated already; return its DSN."""
    dsn = postgres.dsn("postgres", "postgres")
    admin = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE template_{plane} STRATEGY FILE_COPY")
        await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO etalase_{plane}")
    finally:
        await admin.close()
    return postgres.dsn(f"etalase_{plane}", name)


class Databases:
    """Makes fresh databases of a test."""

    def __init__(self, postgres: EmbeddedPostgres, prefix: str = "test") -> None:
        self.postgres = postgres
        self.prefix = prefix
        self.clock = FixedClock()
        self.made: list[tuple[str, Database]] = []

    async def make(self, plane: Plane) -> Database:
        """Copy the plane's template."""
        name = f"{self.prefix}_{plane}_{len(self.made)}"
        database = Database(await copy_template(self.postgres, plane, name), plane, clock=self.clock)
        self.made.append((name, database))
        return database

    async def drop(self) -> None:
        """Close and remove them all."""
        for name, database in self.made:
            await database.close()
            await self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    async def _admin(self, statement: str) -> None:
        dsn = self.postgres.dsn("postgres", "postgres")
        connection = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
        await connection.execute(statement)
        await connection.close()


@pytest.fixture
async def databases(postgres: EmbeddedPostgres, templates: None) -> AsyncIterator[Databases]:
    """Make databases for tests that commit."""
    made = Databases(postgres)
    yield made
    await made.drop()


@pytest.fixture
def clock(databases: Databases) -> FixedClock:
    """Hold the time of this test's databases."""
    return databases.clock


@pytest.fixture
async def commerce_db(databases: Databases) -> Database:
    """Give a fresh commerce database; what is committed there goes with the test."""
    return await databases.make("commerce")


@pytest.fixture
async def social_db(databases: Databases) -> Database:
    """Give a fresh social database; what is committed there goes with the test."""
    return await databases.make("social")


@pytest.fixture
async def commerce_tx(commerce_db: Database) -> AsyncIterator[Tx]:
    """Open a transaction on a fresh commerce database."""
    async with commerce_db.begin() as tx:
        yield tx


@pytest.fixture
async def social_tx(social_db: Database) -> AsyncIterator[Tx]:
    """Open a transaction on a fresh social database."""
    async with social_db.begin() as tx:
        yield tx
