"""Looking at a database that somebody else runs, before anything is done in it.

What can't work is refused in a sentence that says what to do. Where the role may, the plane's schema is made.
"""

import asyncpg

from etalase.platform.db import Database, connect_arguments, plain_dsn

MIN_SERVER = 130000
"""`pg_current_xact_id` is of PostgreSQL 13."""


class DatabaseUnusable(RuntimeError):
    """The database of a plane can't be used as it is; the message says why, and what to do."""


async def prepare(database: Database) -> None:
    """Make the plane's schema where it is missing. Raises DatabaseUnusable."""
    direct = await _connect(database, database.direct_dsn, "DIRECT_DSN" if database.is_pooled else "DSN")
    try:
        await _look_at(database, direct)
        await _make_schema(database, direct)
    finally:
        await direct.close()
    if database.is_pooled:
        await (await _connect(database, database.dsn, "DSN", pooled=True)).close()


async def _connect(
    database: Database, dsn: str, setting: str, *, pooled: bool = False
) -> "asyncpg.Connection[asyncpg.Record]":
    """Connect, or say by the setting's name why not."""
    name = f"ETALASE_{database.plane.upper()}_{setting}"
    try:
        arguments = connect_arguments(dsn, database.plane, pooled=pooled)
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(plain_dsn(dsn), **arguments)
    except asyncpg.ProtocolViolationError as error:
        raise DatabaseUnusable(_behind_pooler(database, name)) from error
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise DatabaseUnusable(f"{name}: the server says: {error}") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise DatabaseUnusable(f"{name}: the server says: {error}") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        message = str(error) or type(error).__name__
        raise DatabaseUnusable(f"{name}: no server can be reached there: {message}") from error
    return connection


def _behind_pooler(database: Database, name: str) -> str:
    plane = database.plane.upper()
    return (
        f"{name} leads to a pooler such as PgBouncer, which can't be listened through: name the server itself"
        f" in ETALASE_{plane}_DIRECT_DSN besides (docs/settings.md)"
    )


async def _look_at(database: Database, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Refuse a server that is too old, and a pooler that swallows what a session asks for."""
    name = f"ETALASE_{database.plane.upper()}_DSN"
    if int(await connection.fetchval("SHOW server_version_num")) < MIN_SERVER:
        version = await connection.fetchval("SHOW server_version")
        raise DatabaseUnusable(f"{name}: PostgreSQL {version} is too old; 13 or newer is needed")
    if await connection.fetchval("SHOW search_path") != database.plane:
        raise DatabaseUnusable(_behind_pooler(database, name))


async def _make_schema(database: Database, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Have a schema in which the role may make tables."""
    plane = database.plane
    may_create = await connection.fetchval(
        "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = $1", plane
    )
    if may_create:
        return
    try:
        if may_create is None:
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {plane}")
            return
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UniqueViolationError, asyncpg.DuplicateSchemaError):
        again = "SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = $1"
        if await connection.fetchval(again, plane):  # another process was quicker
            return
    role = await connection.fetchval("SELECT quote_ident(current_user)")
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    raise DatabaseUnusable(
        f"ETALASE_{plane.upper()}_DSN: the role {role} may not make the schema {plane} in {name}."
        " Have an administrator of the server run, in that database:\n"
        f"  REVOKE ALL ON SCHEMA public FROM PUBLIC;\n"
        f"  CREATE SCHEMA IF NOT EXISTS {plane};\n"
        f"  ALTER SCHEMA {plane} OWNER TO {role};\n"
        f"  GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {role};"
    )
