"""The whole program, composed as `etalase serve` composes it, called in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from litestar import Litestar

from etalase.bootstrap import System, load_settings, open_system
from etalase.kernel.clock import Clock
from etalase.platform.db import Database, Plane

ORIGIN = "http://shop.example"


class MakesDatabases(Protocol):
    """What the fixture `databases` gives."""

    clock: Any

    async def make(self, plane: Plane) -> Database:
        """Copy the plane's template."""
        ...


@asynccontextmanager
async def program(
    databases: MakesDatabases, folder: Path, clock: Clock | None = None, **settings: str
) -> AsyncIterator[System]:
    """Run the program with fresh databases of both planes, without a port."""
    planes: tuple[Plane, ...] = ("social", "commerce")
    given = {
        "ETALASE_DATA_DIR": str(folder),
        "ETALASE_DEVELOPMENT": "true",
        "ETALASE_MEDIA_RTMP_PORT": "0",
        "ETALASE_SECRET_KEY": "a secret that only this test knows",
        **{f"ETALASE_{plane.upper()}_DSN": (await databases.make(plane)).dsn for plane in planes},
        **settings,
    }
    async with open_system(load_settings(given, folder / "none.toml"), clock) as system:
        yield system


def app_of(system: System) -> Litestar:
    """Return the app of a program of one endpoint, without what wraps it."""
    [endpoint] = system.endpoints
    app = endpoint.app
    while not isinstance(app, Litestar):
        app = app.app
    return app


def visitor(system: System) -> httpx.AsyncClient:
    """Return a browser without a past: it keeps cookies and follows no redirect."""
    [endpoint] = system.endpoints
    transport = httpx.ASGITransport(endpoint.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False)


async def csrf(client: httpx.AsyncClient) -> dict[str, str]:
    """Return the header that a script sends with each change."""
    if "csrftoken" not in client.cookies:
        await client.get("/sign-in")
    return {"x-csrftoken": client.cookies["csrftoken"]}


async def send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form with its CSRF token, as a page does."""
    token = (await csrf(client))["x-csrftoken"]
    return await client.post(path, data={"_csrf_token": token, **fields})


def path_of(url: str) -> str:
    """Return where a redirect leads, without the origin."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
