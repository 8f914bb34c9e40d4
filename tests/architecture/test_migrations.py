"""The migrations make exactly the tables that the contexts' statements are written against."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

import etalase
from etalase.platform.db import Database, Plane

QUEUE_TABLES = ("pgqueuer", "schema_version")
BOTH_PLANES = (
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
    merged = MetaData()
    for metadata in stores(plane):
        for table in metadata.tables.values():
            if table.name not in merged.tables and belongs(table.info.get("planes"), plane):
                table.to_metadata(merged)

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
