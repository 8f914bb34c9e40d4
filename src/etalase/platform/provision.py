"""Roles, databases and schemas of the planes on a server that we administer; then their migrations.

A plane's role owns its schema and may enter nothing else: no grant crosses, so the database itself refuses
a query across the wall, whether the planes share a database or not.
"""

import re
from importlib.resources import files
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from etalase.platform.db import Database, Plane, connect_arguments, plain_dsn

PLANES: tuple[Plane, ...] = ("social", "commerce")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


async def provision(admin_dsn: str, plane: Plane, database: str) -> None:
    """Make the plane's role, database and schema where they are missing. Needs a superuser's DSN."""
    if not NAME.fullmatch(database):
        raise ValueError(f"not a database name: {database!r}")
    role = f"etalase_{plane}"
    admin = await asyncpg.connect(plain_dsn(admin_dsn), **connect_arguments(admin_dsn, plane))
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
            await admin.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f"CREATE DATABASE {database}")
            await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")
    finally:
        await admin.close()
    await _make_schema(admin_dsn, plane, database, role)


async def _make_schema(admin_dsn: str, plane: Plane, database: str, role: str) -> None:
    server, _, options = admin_dsn.partition("?")
    inside = f"{server.rpartition('/')[0]}/{database}?{options}"
    admin = await asyncpg.connect(plain_dsn(inside), **connect_arguments(inside, plane))
    try:
        await admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await admin.execute(f"CREATE SCHEMA IF NOT EXISTS {plane} AUTHORIZATION {role}")
    finally:
        await admin.close()


def migrations_folder() -> Path:
    """Return where the migrations lie: inside an installed package, or at the top of a checkout."""
    installed = Path(str(files("etalase"))) / "migrations"
    return installed if installed.exists() else Path(str(files("etalase"))).parents[1] / "migrations"


def alembic_config(plane: Plane) -> Config:
    """Return Alembic's settings for one plane."""
    folder = migrations_folder()
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("version_locations", str(folder / plane))
    config.set_main_option("prepend_sys_path", str(folder / "shared"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["plane"] = plane
    return config


async def migrate(database: Database, revision: str = "head") -> None:
    """Bring the plane's schema to the revision, all or nothing; two processes take turns."""

    def upgrade(connection: Connection) -> None:
        config = alembic_config(database.plane)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('etalase migrations'))")
        await connection.run_sync(upgrade)
