"""A shop on the composed program, and the browser of its owner."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce import inventory, orders
from etalase.commerce.inventory import HoldQueue
from etalase.platform.outbox import Relay
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.deeds import SECRETS
from tests.make.laws import OPEN
from tests.make.neighbours import neighbours
from tests.make.orders import Market
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.rights import Route, routes
from tests.make.watched import look_on


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[System]:
    async with program(databases, tmp_path) as running:
        yield running


@pytest.fixture
async def browser(system: System) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(system) as client:
        yield client


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Look on while forms are read."""
    return look_on(monkeypatch)


@pytest.fixture
async def served(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[list[Route]]:
    """Give each route with its row, in a program with two shops."""
    async with program(databases, tmp_path, **SECRETS) as system, visitor(system) as client:
        n = await neighbours(system, (await csrf(client))["x-csrftoken"])
        yield [Route(*parts) for parts in routes(n)]


@pytest.fixture
async def market(system: System, browser: httpx.AsyncClient) -> Market:
    return await open_market(system, browser)


async def open_market(system: System, browser: httpx.AsyncClient) -> Market:
    """Open a shop with a product, and sign its owner in."""
    db = system.databases["commerce"]
    owner = await sign_up(db)
    async with db.begin() as tx:
        shop = await make_orders.open_shop(tx, owner_id=owner)
        product = await make_catalog.product(tx, shop.id, '=HYPERLINK("x")')
        for variant in product.variants:
            await inventory.receive(tx, variant.id, 5)
        session = await accounts.open_session(tx, owner)
    browser.cookies.set("etalase_session_commerce", session.token, domain="shop.example")
    desk = HoldQueue(db, db.clock, inventory.InventorySettings(), OPEN)
    return Market(db, desk, shop, product.variants, Relay(db, [*orders.REACTIONS]))
