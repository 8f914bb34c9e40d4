"""A PostgreSQL that somebody else runs: empty, without rights, too strict, or behind PgBouncer."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from etalase.bootstrap import System, load_settings, open_system
from etalase.platform.db import Database, Plane, connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres, as_user
from etalase.platform.preparing import DatabaseUnusable, prepare
from etalase.platform.provision import PLANES, migrate
from tests.make import shops as make_shops
from tests.make.ports import free_port
from tests.make.waiting import until

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@pytest.fixture
async def admin(postgres: EmbeddedPostgres) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    dsn = postgres.dsn("postgres", "postgres")
    connection = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    await connection.execute("DROP DATABASE IF EXISTS own WITH (FORCE)")
    await connection.execute("DROP ROLE IF EXISTS till")
    await connection.execute("CREATE ROLE till LOGIN")
    yield connection
    await connection.execute("DROP DATABASE IF EXISTS own WITH (FORCE)")
    await connection.execute("DROP ROLE till")
    await connection.close()


async def started(database: Database) -> int:
    """Prepare and migrate as a start does; return how many tables there are."""
    try:
        await prepare(database)
        await migrate(database)
        async with database.begin() as tx:
            counted = "SELECT count(*) FROM pg_tables WHERE schemaname = :plane"
            return int((await tx.execute(text(counted), {"plane": database.plane})).scalar_one())
    finally:
        await database.close()


@pytest.mark.parametrize("plane", PLANES)
async def test_an_empty_database_of_the_roles_own_is_enough(
    postgres: EmbeddedPostgres, admin: "asyncpg.Connection[asyncpg.Record]", plane: Plane
) -> None:
    await admin.execute("CREATE DATABASE own OWNER till")
    for _ in range(2):
        assert await started(Database(postgres.dsn("till", "own"), plane)) > 10


async def test_a_role_that_may_not_is_told_the_sql_and_the_sql_is_right(
    postgres: EmbeddedPostgres, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await admin.execute("CREATE DATABASE own")
    with pytest.raises(DatabaseUnusable) as message:
        await started(Database(postgres.dsn("till", "own"), "commerce"))
    lines = str(message.value).splitlines()
    assert lines[0].startswith("ETALASE_COMMERCE_DSN: the role till may not make the schema commerce in own")
    assert len(lines) == 5
    dsn = postgres.dsn("postgres", "own")
    inside = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    await inside.execute("\n".join(lines[1:]))
    await inside.close()
    assert await started(Database(postgres.dsn("till", "own"), "commerce")) > 10


async def test_a_schema_of_somebody_else_is_told(
    postgres: EmbeddedPostgres, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await admin.execute("CREATE DATABASE own")
    dsn = postgres.dsn("postgres", "own")
    inside = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    await inside.execute("CREATE SCHEMA commerce")
    await inside.close()
    with pytest.raises(DatabaseUnusable, match="ALTER SCHEMA commerce OWNER TO till"):
        await started(Database(postgres.dsn("till", "own"), "commerce"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("/own", "/none"), "ETALASE_SOCIAL_DSN: the server says: "),
        (("till@", "nobody_here@"), "ETALASE_SOCIAL_DSN: the server says: "),
        (("host=/", "host=/nowhere/"), "ETALASE_SOCIAL_DSN: no server can be reached there"),
    ],
)
async def test_what_keeps_us_out_is_told_by_the_settings_name(
    postgres: EmbeddedPostgres,
    admin: "asyncpg.Connection[asyncpg.Record]",
    change: tuple[str, str],
    message: str,
) -> None:
    await admin.execute("CREATE DATABASE own OWNER till")
    with pytest.raises(DatabaseUnusable, match=message):
        await started(Database(postgres.dsn("till", "own").replace(*change), "social"))


def open_folder() -> Path:
    """Make a folder that the unprivileged user can enter: pytest's own ones are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def pgbouncer(postgres: EmbeddedPostgres, more: str = "") -> AsyncIterator[int]:
    """Run a PgBouncer in transaction mode before the server, with two connections for each database."""
    if PGBOUNCER is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs pgbouncer")
        pytest.skip("no pgbouncer here")
    port = free_port()
    folder = open_folder()
    users, config, log = folder / "users", folder / "pgbouncer.ini", folder / "pgbouncer.log"
    users.write_text("".join(f'"{name}" ""\n' for name in ("till", "etalase_commerce", "etalase_social")))
    config.write_text(
        f"[databases]\n* = host={postgres.sockets}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\n"
        f"pool_mode = transaction\ndefault_pool_size = 2\n{more}\n"
    )
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            PGBOUNCER, str(config), stdout=output, stderr=output, **as_user()
        )
    try:
        await until(lambda: is_open(port))
        yield port
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "more", ["", "ignore_startup_parameters = search_path,idle_in_transaction_session_timeout"]
)
async def test_a_pooler_without_a_way_around_it_is_refused_in_a_sentence(
    postgres: EmbeddedPostgres, commerce_db: Database, tmp_path: Path, more: str
) -> None:
    name = plain_dsn(commerce_db.dsn).rpartition("/")[2]
    async with pgbouncer(postgres, more) as port:
        pooled = Database(f"postgresql://etalase_commerce@127.0.0.1:{port}/{name}", "commerce")
        with pytest.raises(DatabaseUnusable, match="ETALASE_COMMERCE_DIRECT_DSN") as message:
            await started(pooled)
    assert len(str(message.value).splitlines()) == 1


async def test_the_program_works_behind_a_pooler_in_transaction_mode(
    postgres: EmbeddedPostgres, commerce_db: Database, social_db: Database, tmp_path: Path
) -> None:
    given = {"ETALASE_DATA_DIR": str(tmp_path / "data"), "ETALASE_MEDIA_RTMP_PORT": "0"}
    async with pgbouncer(postgres) as port:
        for database in (commerce_db, social_db):
            name = plain_dsn(database.dsn).rpartition("/")[2]
            plane = database.plane.upper()
            given[f"ETALASE_{plane}_DSN"] = f"postgresql://etalase_{database.plane}@127.0.0.1:{port}/{name}"
            given[f"ETALASE_{plane}_DIRECT_DSN"] = database.dsn
        async with open_system(load_settings(given, tmp_path / "none.toml")) as system:
            assert system.databases["commerce"].is_pooled
            await asyncio.gather(*(open_shop(system, number) for number in range(30)))
            async with system.databases["commerce"].begin() as tx:
                found = (
                    await tx.execute(text("SELECT count(*), current_setting('timezone') FROM shops"))
                ).one()
                assert tuple(found) == (30, "UTC")
                left = await tx.execute(text("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"))
                assert left.scalar_one() == 0


def is_open(port: int) -> bool:
    """Say whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def open_shop(system: System, number: int) -> None:
    async with system.databases["commerce"].begin() as tx:
        await make_shops.shop(tx, f"Toko {number}")
        await tx.execute(text("SELECT pg_sleep(0.01)"))  # so that they are at it at once
