"""The rows of `authorization.toml`, the routes that they are about, and how one of them is called."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from etalase.bootstrap import System
from etalase.kernel.ids import new_id
from etalase.platform.db import Plane
from tests.make.bodies import example_body
from tests.make.deeds import RECIPES, Deed
from tests.make.neighbours import Neighbours
from tests.make.probes import Seen
from tests.make.program import app_of
from tests.make.world import Actor

TABLE = Path(__file__).parents[1] / "architecture/authorization.toml"
SECRETS = {"secret", "signature"}


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

    @property
    def is_of_a_shop(self) -> bool:
        """Tell whether roles in a shop decide, so that the same roles in another shop count for nothing."""
        return self.words not in {"open", "signed in", *SECRETS} and "rival" not in self.words.split()

    @property
    def needs_recipe(self) -> bool:
        """Tell whether a right call of it needs more than a session and the shop's name."""
        if self.words == "open":
            return False
        names = set(re.findall(r"\{(\w+)\}", self.route))
        return self.words in SECRETS or self.method != "GET" or bool(names - {"slug"})


@dataclass(frozen=True)
class Route:
    """A row with its route, in a program with two shops."""

    n: Neighbours
    rule: Rule
    path: str
    plane: Plane
    handler: Any

    @property
    def sender(self) -> str:
        """Return somebody who may call it."""
        return "anonymous" if self.rule.words in {"open", *SECRETS} else "owner"

    async def made(self, person: str) -> Deed:
        """Return a right call of somebody, at their own shop."""
        n = self.n.keeping(ours=self.rule.method == "GET")
        deed = await RECIPES.get(self.rule.key, _nothing)(n, person)
        return replace(deed, path={"slug": self.n.stall_of(person).shop.slug, **deed.path})

    def made_up(self) -> Deed:
        """Return a call with whatever fits: a real shop and show, and ids and secrets that nobody has."""
        body, kind = example_body(self.handler, {"shop_id": str(self.n.ours.shop.id)})
        known = {
            "slug": self.n.ours.shop.slug,
            "shop_id": str(self.n.ours.shop.id),
            "code": self.n.show_code,
            "show_code": self.n.show_code,
        }
        return Deed(known, text=body.decode(), headers={"content-type": kind} if kind else {})

    async def call(self, deed: Deed, person: str) -> Seen:
        """Send the call as somebody."""
        alone = deed.alone if person != "anonymous" else ""
        body, kind = deed.body()
        headers = ({"content-type": kind} if kind else {}) | dict(deed.headers)
        path = fill(self.path, dict(deed.path) | self.rule.chosen)
        path += f"?{urlencode(deed.query)}" if deed.query else ""
        return await self.n.send(
            self.rule.method, path, person, plane=self.plane, alone=alone, headers=headers, body=body
        )

    def message(self, seen: Seen, person: str, what: str) -> str:
        """Say what is wrong, in one line."""
        return f"{what}: {self.rule.key} ({self.rule.words}) as {person}: {seen.status} {seen.code}"


def routes(n: Neighbours) -> Iterator[tuple[Neighbours, Rule, str, Plane, Any]]:
    """Yield what a Route is made of, for each row that is served."""
    served = {route: (path, handler) for route, path, handler in routes_of(n.system)}
    for rule in rules():
        if rule.route in served:
            path, handler = served[rule.route]
            yield n, rule, path, plane_of(n.system, handler), handler


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


def plane_of(system: System, handler: Any) -> Plane:
    """Return the plane whose route this is: what its handler is given tells."""
    given = handler.resolve_dependencies()
    database = given["db"].dependency() if "db" in given else None
    return database.plane if database is not None else "commerce"


def fill(path: str, known: Mapping[str, str]) -> str:
    """Put what is known into a path, and something made up where it asks for more."""
    parts = []
    for part in path.split("/"):
        name, _, kind = part.strip("{}").partition(":")
        if not part.startswith("{"):
            parts.append(part)
        elif name in known:
            parts.append(quote(known[name], safe=""))
        else:
            parts.append({"uuid": str(new_id()), "int": "1", "float": "1.0"}.get(kind, "unknown"))
    return "/".join(parts)


async def _nothing(_: Neighbours, __: str) -> Deed:
    return Deed()
