"""HEAD wherever GET is, and no socket for pages of others: one gate each, for all routes that there are."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

import etalase
from etalase.bootstrap import System
from etalase.bootstrap._doors import door_of
from tests.make.probes import REFUSED, probe
from tests.make.program import MakesDatabases, app_of, program, visitor
from tests.make.world import world

MADE_UP = {"int": "1", "uuid": "01890000-0000-7000-8000-000000000000", "path": "x.js"}
COUNTING = {"/metrics"}
"""What says something else each time that it is asked."""
CHANGING = {"date", "x-request-id", "set-cookie"}
PUBLIC = "https://live.example.com"


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


@pytest.fixture
async def behind_a_proxy(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(
        databases, tmp_path, ETALASE_SOCIAL_URL=PUBLIC, ETALASE_COMMERCE_URL=PUBLIC
    ) as running:
        yield running


def filled(path: str) -> str:
    """Return a route's path with something made up in it."""
    return re.sub(r"\{\w+:(\w+)\}", lambda found: MADE_UP.get(found[1], "x1"), path)


def addresses(system: System) -> list[str]:
    """Return an address of each route that answers GET."""
    return [
        filled(route.path)
        for route in app_of(system).routes
        if route.path not in COUNTING
        and (isinstance(route, ASGIRoute) or (isinstance(route, HTTPRoute) and "GET" in route.methods))
    ]


@pytest.mark.timeout(300)
async def test_head_is_get_without_its_body_everywhere(system: System) -> None:
    market = await world(system)
    found = [*addresses(system), f"/live/{market.show_code}", f"/shop/{market.shop.slug}", "/nowhere"]
    assert len(found) > 50
    wrong: list[tuple[object, ...]] = []
    for address in found:
        async with visitor(system) as client:
            client.headers["accept-encoding"] = "identity"
            got, head = await client.get(address), await client.head(address)
        kept, seen = [
            {name: value for name, value in answer.headers.items() if name not in CHANGING}
            for answer in (got, head)
        ]
        if (got.status_code, kept) != (head.status_code, seen) or head.content:
            wrong.append((address, got.status_code, head.status_code, dict(kept.items() ^ seen.items())))
        elif "content-length" in seen and int(seen["content-length"]) != len(got.content):
            wrong.append((address, "length", seen["content-length"], {"body": str(len(got.content))}))
    assert not wrong, "\n".join(map(str, wrong))


async def test_head_of_what_never_ends_ends_at_once(system: System) -> None:
    market = await world(system)
    async with visitor(system) as client:
        head = await client.head(f"/live/{market.show_code}/events")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")
    assert head.headers["cache-control"] == "no-store, no-transform"
    assert "content-encoding" not in head.headers


async def test_every_socket_asks_the_one_gate_where_its_page_is_from(behind_a_proxy: System) -> None:
    market = await world(behind_a_proxy)
    session = await market.session("social", "owner")
    cookie = f"{door_of(behind_a_proxy.settings.program, 'social').cookie_name}={session}"
    routes = [route for route in app_of(behind_a_proxy).routes if isinstance(route, WebSocketRoute)]
    sockets = [route.path.replace("{code:str}", market.show_code) for route in routes]
    assert sockets
    [endpoint] = behind_a_proxy.endpoints
    for path in sockets:
        for origin in ("https://evil.example", "null", "http://live.example.com"):
            headers = {"origin": origin, "host": "127.0.0.1:8000", "cookie": cookie}
            assert (await probe(endpoint.app, "WS", path, headers=headers)).code == REFUSED
        for origin in (PUBLIC, f"{PUBLIC}:443", PUBLIC.upper()):
            headers = {"origin": origin, "host": "127.0.0.1:8000", "cookie": cookie}
            assert (await probe(endpoint.app, "WS", path, headers=headers)).status == 101
    assert endpoint.websocket_protocol.origins.allow({"origin": f"{PUBLIC}:443", "host": "127.0.0.1:8000"})
    assert not endpoint.websocket_protocol.origins.allow({"origin": "https://evil.example", "host": "x"})


def test_nothing_else_looks_at_where_a_page_is_from() -> None:
    root = Path(etalase.__file__).parent
    readers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"""headers(\.get\(|\[)["']origin["']""", path.read_text(), re.IGNORECASE)
    }
    assert readers == {"platform/origins.py"}
