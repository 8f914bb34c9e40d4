"""Migrated databases for tests: copied from a template, emptied and lent again.

A copy costs a checkpoint and three hundred files, half a second on a busy machine; emptying one takes a
hundredth of that. What is lent again is as if copied anew: no row but those of the migrations, sequences at
their beginning, nobody connected. A database whose shape a test has altered is dropped.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database, Plane, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES, migrate, provision

MAX_LOANS = 100
"""Of one database: rows that are gone leave room behind, which the server looks through."""
KEPT = ("schema_version",)
"""Tables with rows of the migrations; a test that changes them alters the shape as well."""
WATCHED = """
    CREATE SCHEMA house_of_tests;
    CREATE TABLE house_of_tests.altered ();
    CREATE FUNCTION house_of_tests.note() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS
        'BEGIN INSERT INTO house_of_tests.altered DEFAULT VALUES; END';
    CREATE EVENT TRIGGER note_that_it_is_altered ON ddl_command_end EXECUTE FUNCTION house_of_tests.note();
"""
ALONE = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTIED = """
    DO $$
    DECLARE name text;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- no trigger, no foreign key: everything goes
        FOR name IN
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname = '{plane}' AND tablename <> ALL ('{kept}')
        LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE schemaname = '{plane}' AND last_value IS NOT NULL;
    END $$
"""


async def connect(
    postgres: EmbeddedPostgres, plane: Plane, name: str = "postgres"
) -> "asyncpg.Connection[asyncpg.Record]":
    """Connect as who may do everything."""
    dsn = postgres.dsn("postgres", name)
    return await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, plane))


async def administer(postgres: EmbeddedPostgres, *statements: str) -> None:
    """Run statements on the server as who may do everything."""
    connection = await connect(postgres, "commerce")
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def make_templates(postgres: EmbeddedPostgres) -> None:
    """Migrate one database per plane, from which those of the tests are copied."""
    for plane in PLANES:
        await provision(postgres.dsn("postgres", "postgres"), plane, f"template_{plane}")
        database = Database(postgres.dsn(f"etalase_{plane}", f"template_{plane}"), plane)
        await migrate(database)
        await database.close()
        connection = await connect(postgres, plane, f"template_{plane}")
        await connection.execute(WATCHED)
        await connection.close()


async def copy_template(postgres: EmbeddedPostgres, plane: Plane, name: str) -> str:
    """Make a database of the plane that is migrated already; return its DSN."""
    await administer(
        postgres,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE template_{plane} STRATEGY FILE_COPY",
        f"GRANT CONNECT ON DATABASE {name} TO etalase_{plane}",
    )
    return postgres.dsn(f"etalase_{plane}", name)


class DatabasePool:
    """The databases of a test process, each lent to one test at a time."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres
        self.copies = 0
        self._free: dict[Plane, list[str]] = defaultdict(list)
        self._loans: dict[str, int] = defaultdict(int)

    async def lend(self, plane: Plane) -> str:
        """Return the name of a database as the migrations left it."""
        if not self._free[plane]:
            self.copies += 1
            name = f"test_{plane}_{self.copies}"
            await copy_template(self.postgres, plane, name)
            self._free[plane].append(name)
        name = self._free[plane].pop()
        self._loans[name] += 1
        return name

    async def take_back(self, plane: Plane, name: str) -> None:
        """Empty the database for the next test; drop it where that does not make it as new."""
        if self._loans[name] < MAX_LOANS and await self._is_emptied(plane, name):
            self._free[plane].append(name)
        else:
            await administer(self.postgres, f"DROP DATABASE {name} WITH (FORCE)")

    async def _is_emptied(self, plane: Plane, name: str) -> bool:
        try:
            connection = await connect(self.postgres, plane, name)
        except asyncpg.PostgresError:  # a test lets nobody in
            return False
        try:
            await connection.execute(ALONE)
            if await connection.fetchval("SELECT EXISTS (SELECT FROM house_of_tests.altered)"):
                return False
            await connection.execute(EMPTIED.format(plane=plane, kept="{" + ",".join(KEPT) + "}"))
        finally:
            await connection.close()
        return True


class Databases:
    """The databases of one test, and their time."""

    def __init__(self, pool: DatabasePool) -> None:
        self.pool = pool
        self.postgres = pool.postgres
        self.clock = FixedClock()
        self._lent: list[tuple[Plane, str, Database]] = []

    async def make(self, plane: Plane) -> Database:
        """Give one that is migrated and empty."""
        name = await self.pool.lend(plane)
        database = Database(self.postgres.dsn(f"etalase_{plane}", name), plane, clock=self.clock)
        self._lent.append((plane, name, database))
        return database

    @asynccontextmanager
    async def lent(self, plane: Plane) -> AsyncIterator[Database]:
        """Give one for the block: to each example of a property its own, where nothing is left of others."""
        database = await self.make(plane)
        try:
            yield database
        finally:
            await self._give_back(next(loan for loan in self._lent if loan[2] is database))

    async def drop(self) -> None:
        """Close them all and give them back."""
        for loan in list(self._lent):
            await self._give_back(loan)

    async def _give_back(self, loan: tuple[Plane, str, Database]) -> None:
        plane, name, database = loan
        self._lent.remove(loan)
        await database.close()
        await self.pool.take_back(plane, name)
