"""Whoever works in a shop enters by its one door: role and work are one transaction; no page asks by hand."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from litestar import Router
from litestar.routes import HTTPRoute

from etalase.bootstrap import _commerce, _social
from etalase.commerce import shops
from etalase.commerce.shops import Workplace
from etalase.platform.db import Database
from etalase.web._desk import DeskShop

PLACES = ("/desk/{slug}", "/api/v1/shops/{slug}")
OURS = ("etalase.web", "etalase.api", __name__)
DOOR = {"open", "enter", "require", "show"}
DOORS = ("desk_shop", "workplace", "shop_order", "variant_stock")
"""What handlers are given: the door itself, or an order or a variant behind it."""
BY_HAND = {"require_membership", "require_role", "find_role", "list_shops_of", "NotYourShop"}
OPEN_TO_ALL = {
    "enter_studio_of": "leads to the studio, which asks its own hosts",
    "GET /api/v1/shops/{slug}/products": "what the shop offers to everybody",
    "GET /api/v1/shops/{slug}/products/{product_id}": "what the shop offers to everybody",
}
BESIDES = {
    "etalase.web.ledger:_rows": "the statement is written page by page, after the answer has begun",
}
"""What a handler reaches that begins transactions of its own, and why."""


def handlers() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield each route of a shop's staff, and its function."""
    for routes in (_commerce.ROUTES, _social.ROUTES):
        for route in Router("/", route_handlers=routes).routes:
            if isinstance(route, HTTPRoute) and route.path_format.startswith(PLACES):
                for handler in route.route_handlers:
                    for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                        yield f"{method} {route.path_format}", inspect.unwrap(handler.fn)


def reached(function: Callable[..., Any], known: dict[str, ast.AST] | None = None) -> dict[str, ast.AST]:
    """Return what a handler is made of in pages and API: itself, and the functions that it calls there."""
    known = {} if known is None else known
    place = f"{function.__module__}:{function.__qualname__}"
    if place in known:
        return known
    known[place] = tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        named = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if inspect.isfunction(named) and named.__module__.startswith(OURS):
            reached(inspect.unwrap(named), known)
    return known


def complaints(function: Callable[..., Any]) -> list[str]:
    """Say what goes around the door, and whether nobody goes through it."""
    wrong, is_door_used = [], False
    for place, tree in reached(function).items():
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if name in BY_HAND:
                wrong.append(f"{place} asks by hand: {name}")
            if name == "begin" and place not in BESIDES:
                wrong.append(f"{place} begins a transaction of its own")
            if _refuses_a_role(node):
                wrong.append(f"{place} asks by hand: {ast.unparse(node)}")
            is_door_used |= _goes_through(node)
    return wrong if is_door_used else [*wrong, "nobody goes through the door"]


def _refuses_a_role(node: ast.AST) -> bool:
    if not isinstance(node, ast.If) or not any(isinstance(part, ast.Raise) for part in node.body):
        return False
    return any(getattr(part, "attr", "") == "role" for part in ast.walk(node.test))


def _goes_through(node: ast.AST) -> bool:
    """Tell whether this opens the door, or hands it to a command, which has no other way in."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    given = [getattr(argument, "id", "") for argument in node.args]
    opens = node.func.attr in DOOR and ast.unparse(node.func.value).endswith(DOORS)
    return opens or bool(set(given) & set(DOORS))


def test_every_route_of_a_shop_goes_through_its_door() -> None:
    found = list(handlers())
    assert len(found) > 60, "the routes must be seen, or the test sees nothing"
    wrong = {
        f"{route} ({function.__name__})": said
        for route, function in found
        if not OPEN_TO_ALL.keys() & {route, function.__name__}
        if (said := complaints(function))
    }
    assert not wrong, "\n".join(f"{route}: {said}" for route, said in wrong.items())


def test_each_exception_is_still_one() -> None:
    found = list(handlers())
    names = {name for route, function in found for name in (route, function.__name__)}
    assert OPEN_TO_ALL.keys() <= names
    everything = {place for _, function in found for place in reached(function)}
    assert BESIDES.keys() <= everything


async def _write(tx: Any, shop_id: Any) -> None:
    """Stand for a command."""


async def _in_two_transactions(db: Database, desk_shop: DeskShop) -> None:
    found = await desk_shop.require()
    async with db.begin() as tx:
        await _write(tx, found.shop.id)


async def _asked_by_hand(db: Database, account_id: Any, slug: str) -> None:
    async with db.begin() as tx:
        membership = await shops.require_membership(tx, account_id, slug)
        await _write(tx, membership.shop.id)


async def _asked_after_the_door(desk_shop: DeskShop) -> None:
    async with desk_shop.show() as (tx, desk):
        if desk.role is not shops.Role.OWNER:
            raise PermissionError
        await _write(tx, desk.shop.id)


async def _through_another(workplace: Workplace, db: Database) -> None:
    await _asked_by_hand(db, workplace.account_id, workplace.slug)


async def _by_the_door(workplace: Workplace) -> None:
    async with workplace.open() as (tx, shop):
        await _write(tx, shop.id)


def test_whoever_goes_around_the_door_is_found() -> None:
    assert not complaints(_by_the_door)
    for around in (_in_two_transactions, _asked_by_hand, _asked_after_the_door, _through_another):
        assert complaints(around), around
