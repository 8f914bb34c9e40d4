"""A database that one test gives back is for the next as if nobody had used it."""

import asyncpg
import pytest
from sqlalchemy import text

from etalase.platform.db import Database, Plane
from etalase.platform.faults import DatabaseAway
from etalase.platform.provision import PLANES
from tests.make.accounts import sign_up
from tests.make.databases import DatabasePool, Databases, connect
from tests.make.outages import Switch

COUNTED = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = '{}' ORDER BY relname"


@pytest.fixture
def own_pool(database_pool: DatabasePool) -> DatabasePool:
    """Give a pool in which nothing lies yet, and whose names are its own."""
    own = DatabasePool(database_pool.postgres)
    own.copies = 10_000
    return own


async def contents(database_pool: DatabasePool, plane: Plane, name: str) -> dict[str, object]:
    """Return all rows of all tables, and where each sequence stands."""
    connection = await connect(database_pool.postgres, plane, name)
    try:
        tables = [row[0] for row in await connection.fetch(COUNTED.format(plane))]
        rows: dict[str, object] = {
            name: [tuple(row) for row in await connection.fetch(f"SELECT * FROM {name}")] for name in tables
        }
        return rows | {
            "sequences": await connection.fetch("SELECT * FROM pg_sequences ORDER BY sequencename")
        }
    finally:
        await connection.close()


@pytest.mark.parametrize("plane", PLANES)
async def test_only_the_rows_of_migrations_and_of_no_test_are_in_it(
    own_pool: DatabasePool, plane: Plane
) -> None:
    template = await contents(own_pool, plane, f"template_{plane}")
    name = await own_pool.lend(plane)
    database = Database(own_pool.postgres.dsn(f"etalase_{plane}", name), plane)
    await sign_up(database)
    async with database.begin() as tx:
        await tx.execute(text("SELECT nextval('outbox_id_seq')"))
    assert await contents(own_pool, plane, name) != template
    await own_pool.take_back(plane, name)
    assert await contents(own_pool, plane, name) == template
    await database.close()


async def test_it_is_lent_again_and_never_to_two_at_once(own_pool: DatabasePool) -> None:
    one, other = await own_pool.lend("social"), await own_pool.lend("social")
    assert one != other
    await own_pool.take_back("social", one)
    assert await own_pool.lend("social") == one
    assert own_pool.copies == 10_002


async def test_who_is_connected_still_is_turned_out(own_pool: DatabasePool) -> None:
    name = await own_pool.lend("commerce")
    left = await connect(own_pool.postgres, "commerce", name)
    await own_pool.take_back("commerce", name)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.fetchval("SELECT 1")


@pytest.mark.parametrize(
    "altering",
    ["DROP INDEX holds_that_end", "CREATE TABLE lamps ()", "ALTER TABLE stock DISABLE TRIGGER ALL"],
)
async def test_one_whose_shape_was_altered_is_dropped(own_pool: DatabasePool, altering: str) -> None:
    name = await own_pool.lend("commerce")
    connection = await connect(own_pool.postgres, "commerce", name)
    await connection.execute(altering)
    await connection.close()
    await own_pool.take_back("commerce", name)
    assert await own_pool.lend("commerce") != name


async def test_one_that_lets_nobody_in_is_dropped(own_pool: DatabasePool) -> None:
    made = Databases(own_pool)
    database = await made.make("social")
    await Switch(own_pool.postgres, database).off()
    with pytest.raises(DatabaseAway):
        async with database.begin():
            pass
    await made.drop()
    assert await own_pool.lend("social") == "test_social_10002"
