"""The migrations make exactly the tables that the contexts' statements are written against."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

import etalase
from etalase.platform.db import Database, Plane, plain_dsn
from etalase.platform.jobs import settings_for
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import migrations_folder

QUEUE_TABLES = ("pgqueuer", "schema_version")
BOTH_PLANES = (
    "etalase.platform.keys",
    "etalase.platform.outbox",
    "etalase.platform.ratelimit",
    "etalase.accounts.",
    "etalase.bridge.",
)


def stores(plane: Plane) -> Iterator[MetaData]:
    """Yield the metadata of each module that has tables in the plane."""
    for found in pkgutil.walk_packages(etalase.__path__, "etalase."):
        name = found.name
        if name.startswith((f"etalase.{plane}.", *BOTH_PLANES)) and (
            "._store" in name or name.startswith("etalase.platform.")
        ):
            for value in vars(importlib.import_module(name)).values():
                if isinstance(value, MetaData):
                    yield value


@pytest.mark.parametrize("plane", ["commerce", "social"])
async def test_migrations_and_tables_agree(plane: Plane, commerce_db: Database, social_db: Database) -> None:
    database = commerce_db if plane == "commerce" else social_db
    merged = declared(plane)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, *_: not (name or "").startswith(QUEUE_TABLES),
            },
        )
        return list(compare_metadata(context, merged))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def belongs(planes: tuple[Plane, ...] | None, plane: Plane) -> bool:
    """Tell whether a table is kept in the plane; `info={"planes": (...)}` limits a shared module's table."""
    return planes is None or plane in planes


CATALOG = {
    "constraints": """
        SELECT t.relname || ': ' || pg_get_constraintdef(c.oid, true) AS found
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = current_schema() AND c.contype IN ('c', 'u', 'p', 'f', 'x')
    """,
    "checks by name": """
        SELECT t.relname || ': ' || c.conname AS found
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = current_schema() AND c.contype = 'c'
    """,
    "indexes": """
        SELECT replace(indexdef, current_schema() || '.', '') AS found
        FROM pg_indexes WHERE schemaname = current_schema()
    """,
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS found
        FROM information_schema.columns WHERE table_schema = current_schema()
    """,
    "tables": """
        SELECT c.relname || ' ' || c.relkind::text || ' ' || c.relpersistence::text || ' '
            || c.relrowsecurity::text || ' ' || c.relforcerowsecurity::text AS found
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind NOT IN ('i', 'I', 'c')
    """,
    "rules": """
        SELECT replace(definition, current_schema() || '.', '') AS found
        FROM pg_rules WHERE schemaname = current_schema()
    """,
    "policies": """
        SELECT tablename || ' ' || policyname || ' ' || permissive || ' ' || cmd || ' ' || roles::text || ' '
            || coalesce(qual, '') || ' ' || coalesce(with_check, '') AS found
        FROM pg_policies WHERE schemaname = current_schema()
    """,
}
"""What the server itself says of a schema. Alembic compares neither checks nor conditions of indexes."""


async def catalog(connection: AsyncConnection, schema: str) -> dict[str, set[str]]:
    """Return what the server says of our tables in this schema."""
    await connection.execute(text(f"SET LOCAL search_path TO {schema}"))
    found = {}
    for kind, query in CATALOG.items():
        rows = (await connection.execute(text(query))).scalars()
        found[kind] = {row for row in rows if not any(name in row for name in QUEUE_TABLES)}
    return found


def declared(plane: Plane) -> MetaData:
    """Return the tables that the plane's statements are written against."""
    merged = MetaData()
    for metadata in stores(plane):
        for table in metadata.tables.values():
            if table.name not in merged.tables and belongs(table.info.get("planes"), plane):
                table.to_metadata(merged)
    return merged


async def unlike(postgres: EmbeddedPostgres, database: Database) -> dict[str, set[str]]:
    """Return what only one of the two has: the migrated schema, or one made from the declared tables."""
    name = plain_dsn(database.dsn).rpartition("/")[2]
    admin = Database(postgres.dsn("postgres", name), database.plane)
    async with admin.engine.connect() as connection:
        await connection.execute(text("CREATE SCHEMA declared"))
        await connection.execute(text("SET LOCAL search_path TO declared"))
        await connection.run_sync(declared(database.plane).create_all, checkfirst=False)
        wanted = await catalog(connection, "declared")
        found = await catalog(connection, database.plane)
        await connection.rollback()
    await admin.close()
    return {kind: wanted[kind] ^ found[kind] for kind in wanted if wanted[kind] != found[kind]}


@pytest.mark.parametrize("plane", ["commerce", "social"])
async def test_the_server_sees_no_difference_between_migrations_and_tables(
    plane: Plane, postgres: EmbeddedPostgres, commerce_db: Database, social_db: Database
) -> None:
    database = commerce_db if plane == "commerce" else social_db
    assert await unlike(postgres, database) == {}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("ALTER TABLE accounts DROP CONSTRAINT accounts_have_a_name", "constraints"),
        ("ALTER TABLE accounts ADD CHECK (display_name <> 'x')", "constraints"),
        ("ALTER TABLE stock DROP CONSTRAINT stock_is_never_oversold", "constraints"),
        ("DROP INDEX holds_that_end; CREATE INDEX holds_that_end ON holds (expires_at)", "indexes"),
        ("ALTER TABLE accounts ALTER created_at DROP NOT NULL", "columns"),
        ("ALTER TABLE sessions DROP CONSTRAINT sessions_account_id_fkey", "constraints"),
        ("ALTER TABLE accounts ENABLE ROW LEVEL SECURITY", "tables"),
        ("ALTER TABLE accounts FORCE ROW LEVEL SECURITY", "tables"),
        ("CREATE VIEW people AS SELECT * FROM accounts", "tables"),
        ("CREATE RULE nobody AS ON DELETE TO accounts DO INSTEAD NOTHING", "rules"),
        ("CREATE POLICY mine ON accounts USING (false)", "policies"),
    ],
)
async def test_what_somebody_changed_by_hand_is_seen(
    postgres: EmbeddedPostgres, commerce_db: Database, change: str, kind: str
) -> None:
    async with commerce_db.begin() as tx:
        for statement in change.split("; "):
            await tx.execute(text(statement))
    assert kind in await unlike(postgres, commerce_db)


async def triggers(database: Database) -> set[str]:
    """Return each trigger with the body of its function."""
    async with database.begin() as tx:
        rows = await tx.execute(
            text("""
            SELECT pg_get_triggerdef(t.oid, true) || ' AS ' || f.prosrc
                || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' ENABLED ' || t.tgenabled::text END AS found
            FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE (NOT t.tgisinternal OR t.tgenabled <> 'O') AND n.nspname = current_schema()
              AND c.relname NOT LIKE 'pgqueuer%'
        """)
        )
        return {" ".join(row.split()) for row in rows.scalars()}


@pytest.mark.parametrize("plane", ["commerce", "social"])
async def test_the_triggers_are_those_that_are_written_down(
    plane: Plane, commerce_db: Database, social_db: Database
) -> None:
    written = tomllib.loads(Path(__file__).with_name("triggers.toml").read_text(encoding="utf-8"))
    found = await triggers(commerce_db if plane == "commerce" else social_db)
    assert found == set(written["both"]["triggers"]) | set(written[plane]["triggers"])


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} ENABLE REPLICA TRIGGER keep",
        "ALTER TABLE {} ENABLE ALWAYS TRIGGER keep",
        "DROP TRIGGER keep ON {}",
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger AS 'BEGIN END' LANGUAGE plpgsql",
    ],
)
async def test_a_trigger_that_no_longer_acts_is_seen(
    postgres: EmbeddedPostgres, commerce_db: Database, change: str
) -> None:
    before = await triggers(commerce_db)
    async with as_operator(postgres, commerce_db) as connection:
        await connection.execute(text(change.format("ledger_entries")))
    assert await triggers(commerce_db) != before


@asynccontextmanager
async def as_operator(postgres: EmbeddedPostgres, database: Database) -> AsyncIterator[AsyncConnection]:
    """Change the plane's schema as somebody can who may do anything."""
    admin = Database(postgres.dsn("postgres", plain_dsn(database.dsn).rpartition("/")[2]), database.plane)
    try:
        async with admin.engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL search_path TO {database.plane}"))
            yield connection
    finally:
        await admin.close()


async def rights(database: Database) -> set[str]:
    """Return who owns what, and what was granted or taken away, in the plane's schema; itself included."""
    async with database.begin() as tx:
        rows = await tx.execute(
            text("""
            SELECT pg_get_userbyid(c.relowner) || ' ' || coalesce(c.relacl::text, '') FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()
            UNION SELECT pg_get_userbyid(p.proowner) || ' ' || coalesce(p.proacl::text, '')
                || p.prosecdef::text
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()
            UNION SELECT 'column ' || a.attacl::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND a.attacl IS NOT NULL
            UNION SELECT 'schema ' || pg_get_userbyid(nspowner) || ' ' || coalesce(nspacl::text, '')
            FROM pg_namespace WHERE nspname = current_schema()
        """)
        )
        return set(rows.scalars())


@pytest.mark.parametrize("plane", ["commerce", "social"])
async def test_everything_belongs_to_the_planes_role_and_nothing_is_granted(
    plane: Plane, commerce_db: Database, social_db: Database
) -> None:
    found = await rights(commerce_db if plane == "commerce" else social_db)
    role = f"etalase_{plane}"
    assert found == {f"{role} ", f"{role} false", f"schema {role} "}


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE accounts OWNER TO postgres",
        "GRANT SELECT ON accounts TO PUBLIC",
        "GRANT SELECT (id) ON accounts TO PUBLIC",
        "REVOKE UPDATE ON accounts FROM CURRENT_USER",
        "GRANT USAGE ON SCHEMA commerce TO PUBLIC",
        "ALTER FUNCTION ledger_refuse_change() SECURITY DEFINER",
    ],
)
async def test_a_right_that_was_given_or_taken_is_seen(
    postgres: EmbeddedPostgres, commerce_db: Database, change: str
) -> None:
    before = await rights(commerce_db)
    async with as_operator(postgres, commerce_db) as connection:
        await connection.execute(text(change))
    assert await rights(commerce_db) != before


@pytest.mark.parametrize("plane", ["commerce", "social"])
def test_the_frozen_queue_is_the_one_that_the_installed_library_expects(plane: Plane) -> None:
    """Where a newer library wants other tables, a migration of its own must make them."""
    wanted = QueryBuilderEnvironment(settings_for(plane)).build_install_query(create_schema=False)
    assert statements(frozen_queue(plane)) == statements(wanted)


def statements(script: str) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in script.splitlines() if line.strip() and not line.startswith("--")]


def frozen_queue(plane: Plane) -> str:
    """Return what the first migration runs."""
    found = migrations_folder() / "shared" / "pgqueuer_1_6_0.sql"
    return found.read_text(encoding="utf-8").replace("{channel}", f"etalase_jobs_{plane}")


def test_no_migration_asks_a_library_for_its_statements() -> None:
    asking = [
        path.name for path in migrations_folder().rglob("*.py") if "pgqueuer" in imports(path.read_text())
    ]
    assert asking == []


def imports(source: str) -> set[str]:
    """Return the top packages that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
