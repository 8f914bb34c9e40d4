"""The address of every page, from the table of all routes: a page that is new is among them by itself."""

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parents[1] / "architecture" / "authorization.toml"
PARAMETER = re.compile(r"\{(\w+)\}")
NO_PAGES = (
    "/api/", "/bridge/", "/static/", "/files/", "/media/", "/replay/", "/covers/", "/metrics",
    "/studio/enter", "/live/{code}/events", "/live/{code}/poll", "/cart/waitlist/", "/cart/terms/",
    "/claims/", "/cart/claims/",
)  # fmt: skip
"""What programs, players and scripts ask for, some of it without an end. Whatever else is no page says so."""
OTHER_WORDS = {"/order/{token}": "order", "/pay/{token}": "payment", "/invitation/{token}": "invitation"}
"""Routes whose token is a thing of its own."""
GIVEN = {"known": ["paid"]}
WORDS = {
    "slug", "product_id", "import_id", "number", "order_id", "order", "payment", "code", "ticket", "secret",
    "invitation",
}  # fmt: skip
"""What a street has values for; a route's parameter is one of these, or the route is no page."""


@dataclass(frozen=True)
class Address:
    """A page, and who opens it: the owner of the shop, or a buyer whom nobody knows."""

    path: str
    who: str


def routes() -> dict[str, str]:
    """Return all that is asked for with GET, each with whom it lets in."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows = [(key.partition(" with ")[0], words) for table in tables.values() for key, words in table.items()]
    return {key.removeprefix("GET "): words for key, words in rows if key.startswith("GET ")}


def addresses(values: Mapping[str, Sequence[str]]) -> Iterator[Address]:
    """Yield the address of each page, for all values of its parameters."""
    for route, words in routes().items():
        if not route.startswith(NO_PAGES):
            who = "buyer" if words in {"open", "secret"} else "owner"
            yield from (Address(path, who) for path in _paths(route, GIVEN | dict(values)))


def unknown() -> list[str]:
    """Return the pages whose address nobody can tell: a parameter of theirs is no word of the street."""
    pages = [route for route in routes() if not route.startswith(NO_PAGES)]
    return [route for route in pages if not set(_words(route)) <= WORDS | set(GIVEN)]


def _words(route: str) -> list[str]:
    token = next((word for start, word in OTHER_WORDS.items() if route.startswith(start)), "")
    return [token if name == "token" else name for name in PARAMETER.findall(route)]


def _paths(route: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    given = [values[word] for word in _words(route)]
    pieces = PARAMETER.split(route)[::2]
    for chosen in itertools.product(*given):
        yield "".join(itertools.chain(*itertools.zip_longest(pieces, chosen, fillvalue="")))
