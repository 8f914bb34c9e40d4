"""The whole program over fresh databases, in this process and without a network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from etalase.bootstrap import System, load_settings, open_system
from etalase.platform.db import Database, Plane
from etalase.platform.provision import PLANES


class MakesDatabases(Protocol):
    """The fixture `databases`."""

    async def make(self, plane: Plane) -> Database:
        """Copy the plane's template."""
        ...


@asynccontextmanager
async def running_system(
    databases: MakesDatabases, folder: Path, environment: dict[str, str] | None = None, **program: Any
) -> AsyncIterator[System]:
    """Open the program; `environment` holds settings as an operator gives them, `program` typed ones."""
    dsns = {f"{plane}_dsn": (await databases.make(plane)).dsn for plane in PLANES}
    given = {"ETALASE_MEDIA_RTMP_PORT": "0"} | (environment or {})
    settings = load_settings(given, folder / "none.toml", data_dir=folder)
    changes: dict[str, Any] = dsns | program
    settings = replace(settings, program=replace(settings.program, **changes))
    async with open_system(settings) as system:
        yield system
