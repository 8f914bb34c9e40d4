"""Every route says in `authorization.toml` whom it lets in, and lets in those and nobody else.

The program is composed as it is served, both planes in one. Each route is called as each of six people, with
what its body asks for made up to fit. Somebody who may not gets 401 (not signed in) or a 404 that doesn't
tell a shop or show of others from none; a page sends a browser to sign in instead. Somebody who may gets past
that; what the handler then makes of a made-up wish is not this test's business, so long as it doesn't fail.
"""

import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from etalase.bootstrap import System
from etalase.kernel.ids import new_id
from etalase.platform.db import Plane
from tests.make.bodies import example_body
from tests.make.probes import Seen, probe
from tests.make.program import MakesDatabases, app_of, csrf, program, visitor
from tests.make.world import ACTORS, Actor, World, world

TABLE = Path(__file__).with_name("authorization.toml")
SECRETS = {"secret", "signature"}
TURNED_AWAY = {
    "not_signed_in",
    "not_your_shop",
    "not_a_host_of_shop",
    "no_such_show",
    "not_a_host",
    "forbidden",
    "csrf_failed",
    "socket_refused",
}
UNREAD = {"invalid_input", "bad_request"}
"""The body didn't fit, so that nothing was done and nothing was learnt about rights."""


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    key: str
    words: str

    @property
    def route(self) -> str:
        """Return method and path, with parameters in braces."""
        return self.key.partition(" with ")[0]

    @property
    def chosen(self) -> dict[str, str]:
        """Return the values of parameters that the row speaks of."""
        pairs = (pair.partition("=") for pair in self.key.partition(" with ")[2].split())
        return {name: value for name, _, value in pairs}

    @property
    def method(self) -> str:
        """Return GET, POST, …, WS for a socket."""
        return self.route.partition(" ")[0]

    @property
    def is_api(self) -> bool:
        """Tell whether programs call it, with a token."""
        return self.route.partition(" ")[2].startswith("/api/")

    def allows(self, actor: Actor) -> bool:
        """Tell whether this somebody is let in without a secret."""
        if self.words in {"open", *SECRETS}:
            return True
        if self.words == "signed in":
            return actor != "anonymous"
        return actor in self.words.split()


def rules() -> list[Rule]:
    """Return the rows of the table."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return [Rule(key, words) for rows in tables.values() for key, words in rows.items()]


def routes_of(system: System) -> Iterator[tuple[str, str, Any]]:
    """Yield each route of the app as it is written in the table, its path with types, and its handler."""
    for route in app_of(system).routes:
        path = route.path_format
        if isinstance(route, WebSocketRoute):
            yield f"WS {path}", route.path, route.route_handler
        elif isinstance(route, ASGIRoute):
            yield f"GET {path}", route.path, route.route_handler
        elif isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method not in {"OPTIONS", "HEAD"}:
                    yield f"{method} {path}", route.path, handler


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


def test_a_row_reads_as_it_says() -> None:
    assert Rule("GET /x", "owner host").allows("host")
    assert not Rule("GET /x", "owner host").allows("packer")
    assert not Rule("GET /x", "signed in").allows("anonymous")
    assert Rule("GET /x", "open").allows("anonymous")


def test_whoever_is_let_in_against_the_row_is_found() -> None:
    row = Rule("GET /desk/{slug}", "owner")
    assert complaints(row, "owner", Seen(200)) == complaints(row, "rival", Seen(404, "not_your_shop")) == []
    assert complaints(row, "anonymous", Seen(401, "not_signed_in")) == []
    wrong: list[tuple[Actor, Seen]] = [
        ("rival", Seen(200)),
        ("packer", Seen(303)),
        ("stranger", Seen(404, "product_unknown")),
        ("owner", Seen(404, "not_your_shop")),
        ("owner", Seen(500)),
        ("anonymous", Seen(404, "not_your_shop")),
    ]
    for actor, seen in wrong:
        assert complaints(row, actor, seen), (actor, seen)
    assert complaints(Rule("GET /order/{token}", "secret"), "owner", Seen(200))


async def test_every_route_is_in_the_table_and_every_row_is_a_route(system: System) -> None:
    served, written = {route for route, _, _ in routes_of(system)}, {rule.route for rule in rules()}
    assert not served - written, "\n".join(
        ["say in authorization.toml whom these let in:", *sorted(served - written)]
    )
    assert not written - served, "\n".join(["these are no longer served:", *sorted(written - served)])


@pytest.mark.timeout(400)
async def test_every_route_lets_in_whom_its_row_names(system: System) -> None:
    market = await world(system)
    async with visitor(system) as client:
        token = (await csrf(client))["x-csrftoken"]
    problems: list[str] = []
    served = {route: (path, handler) for route, path, handler in routes_of(system)}
    for rule in rules():
        if rule.route not in served:
            continue
        path, handler = served[rule.route]
        for actor in sorted(ACTORS, key=rule.allows):  # those who may come last, for they change things
            seen = await call(market, rule, fill(path, market, rule.chosen), handler, actor, token)
            problems += complaints(rule, actor, seen)
    assert not problems, "\n".join(problems)


def complaints(rule: Rule, actor: Actor, seen: Seen) -> list[str]:
    """Say what is wrong with how somebody was received."""
    told = f"{rule.key} ({rule.words}) as {actor}: {seen.status} {seen.code}"
    if seen.status >= 500 and seen.status != 503:
        return [f"failed: {told}"]
    away = seen.code in TURNED_AWAY or seen.status == 401
    if rule.words in SECRETS:
        return [f"let in without its secret: {told}"] if seen.status < 400 else []
    if rule.allows(actor):
        return [f"turned away: {told}"] if away and not excused(rule, seen) else []
    if not away and seen.code not in UNREAD:
        return [f"let in: {told}"]
    wanted = 401 if actor == "anonymous" else 404
    return [] if seen.code in UNREAD or seen.status in {wanted, 403} else [f"not {wanted}: {told}"]


def excused(rule: Rule, seen: Seen) -> bool:
    """Tell whether a 404 for what was made up is no refusal: an open page of a show that isn't there."""
    return rule.words == "open" and seen.code == "no_such_show"


async def call(market: World, rule: Rule, path: str, handler: Any, actor: Actor, token: str) -> Seen:
    """Call a route as somebody, with parameters of the shop and its show."""
    plane = plane_of(market.system, handler)
    body, content_type = example_body(handler, {"shop_id": str(market.shop.id)})
    headers = {"x-csrftoken": token, "cookie": f"csrftoken={token}", "origin": "http://shop.example"}
    headers |= {"content-type": content_type, "content-length": str(len(body))} if content_type else {}
    if rule.is_api:
        if secret := await market.token(plane, actor):
            headers["authorization"] = f"Bearer {secret}"
    elif session := await market.session(plane, actor):
        headers["cookie"] += f"; etalase_session_{plane}={session}"
    [endpoint] = market.system.endpoints
    return await probe(endpoint.app, rule.method, path, headers=headers, body=body)


def plane_of(system: System, handler: Any) -> Plane:
    """Return the plane whose route this is: what its handler is given tells."""
    given = handler.resolve_dependencies()
    database = given["db"].dependency() if "db" in given else None
    return database.plane if database is not None else "commerce"


def fill(path: str, market: World, chosen: Mapping[str, str]) -> str:
    """Put the market's shop and show into a path, and something made up where it asks for more."""
    known = {
        "slug": market.shop.slug,
        "shop_slug": market.shop.slug,
        "shop": market.shop.slug,
        "shop_id": str(market.shop.id),
        "code": market.show_code,
        "show_code": market.show_code,
        **chosen,
    }
    parts = []
    for part in path.split("/"):
        name, _, kind = part.strip("{}").partition(":")
        if not part.startswith("{"):
            parts.append(part)
        elif name in known:
            parts.append(known[name])
        else:
            parts.append({"uuid": str(new_id()), "int": "1", "float": "1.0"}.get(kind, "unknown"))
    return "/".join(parts)
