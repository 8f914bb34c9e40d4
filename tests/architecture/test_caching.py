"""No answer that depends on who asks is kept by anybody, and none that everybody shares sets a cookie."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from etalase.bootstrap import System
from tests.architecture.test_authorization import call, fill, routes_of, rules
from tests.make.probes import Seen
from tests.make.program import MakesDatabases, program
from tests.make.world import Actor, world

SHARED = ("GET /static/", "GET /media/", "GET /replay/", "GET /photos/", "GET /covers/", "GET /pictures/")
"""Where files lie that are the same for everybody."""

WITHOUT_PEOPLE = ("GET /dev/", "GET /design", "GET /api/v1/{path}")
"""Pages of no plane, which never learn who asks."""


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


def complaints(route: str, who: str, seen: Seen) -> list[str]:
    """Say what is wrong with how long an answer may be kept."""
    rule = seen.headers.get("cache-control", "")
    told = f"{route} as {who}: {rule!r}, {seen.headers.get('content-type', '')}"
    words = {word.strip().partition("=")[0] for word in rule.split(",")}
    if "public" in words:
        return [f"sets a cookie: {told}"] if "set-cookie" in seen.headers else []
    knows_nobody = who == "anonymous" or route.startswith(WITHOUT_PEOPLE)
    is_public_page = knows_nobody and "text/html" in seen.headers.get("content-type", "")
    if "no-store" in words or (is_public_page and words == {"private", "no-cache"}):
        return []
    is_picture = words in ({"private", "max-age", "immutable"}, {"no-cache"})
    return [] if is_picture and route.startswith((*SHARED, "GET /pay/")) else [f"may be kept: {told}"]


@pytest.mark.timeout(200)
async def test_no_route_lets_anybody_keep_what_depends_on_who_asks(system: System) -> None:
    market = await world(system)
    open_to = {rule.route: rule for rule in rules() if not rule.chosen}
    problems: list[str] = []
    people: tuple[Actor, ...] = ("anonymous", "owner")
    for route, path, handler in routes_of(system):
        if not route.startswith("GET ") or route not in open_to:
            continue
        for who in people:
            seen = await call(market, open_to[route], fill(path, market, {}), handler, who, "x")
            problems += complaints(route, who, seen)
    assert not problems, "\n".join(problems)


def test_what_may_be_kept_wrongly_is_found() -> None:
    csv, page = {"content-type": "text/csv"}, {"content-type": "text/html"}
    assert complaints("GET /x", "owner", Seen(200, headers=csv))
    assert complaints("GET /x", "owner", Seen(200, headers=page | {"cache-control": "private, no-cache"}))
    assert complaints("GET /x", "owner", Seen(200, headers={"cache-control": "public", "set-cookie": "a=b"}))
    assert not complaints("GET /x", "owner", Seen(200, headers=csv | {"cache-control": "no-store"}))
