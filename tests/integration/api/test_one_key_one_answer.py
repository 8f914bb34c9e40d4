"""Whatever takes a key answers the same request the same, and another request under it with a refusal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.routes import HTTPRoute

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce import inventory
from etalase.commerce.ledger import Entry, LedgerAccount, credit, debit, post
from etalase.kernel.money import Money
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.checkouts import DOCUMENT
from tests.make.databases import Databases
from tests.make.program import app_of, program, visitor

HOLDS, WAITLIST, ORDERS = "/api/v1/holds", "/api/v1/waitlist", "/api/v1/orders"
MOVEMENTS = "/api/v1/shops/{slug}/variants/{variant_id}/movements"
PAYOUTS = "/api/v1/shops/{slug}/payouts"


@dataclass
class Shop:
    """A shop in the program, and its owner, who buys too."""

    system: System
    owner: httpx.AsyncClient
    slug: str
    shop_id: str
    variants: list[str]

    async def send(self, path: str, body: dict[str, Any], key: str = "one") -> httpx.Response:
        """Send a request under a key, wherever the route takes it."""
        where = path.format(slug=self.slug, variant_id=self.variants[0])
        sent = body | ({"key": key} if path == PAYOUTS else {})
        return await self.owner.post(where, json=sent, headers={"idempotency-key": key})

    async def figures(self) -> dict[str, Any]:
        """Return what could have moved."""
        stock = f"/api/v1/shops/{self.slug}/variants/{self.variants[0]}/stock"
        listed = [stock, "/api/v1/orders", f"/api/v1/shops/{self.slug}/payouts"]
        return {path: (await self.owner.get(path)).json() for path in listed}


@pytest.fixture
async def shop(databases: Databases, tmp_path: Path) -> AsyncIterator[Shop]:
    async with program(databases, tmp_path) as system:
        db = system.databases["commerce"]
        owner = await sign_up(db)
        async with db.begin() as tx:
            opened = await make_orders.open_shop(tx, owner_id=owner)
            product = await make_catalog.product(tx, opened.id)
            for variant in product.variants:
                await inventory.receive(tx, variant.id, 9)
            secret = (await accounts.issue_token(tx, owner, "Test")).secret
            money = Money(500_000)
            lines = (debit(LedgerAccount.GATEWAY_CLEARING, money), credit(LedgerAccount.SALES, money))
            await post(tx, Entry("test", opened.id, None, "test", lines, "tests"))
        async with visitor(system) as client:
            client.headers["authorization"] = f"Bearer {secret}"
            variants = [str(variant.id) for variant in product.variants]
            yield Shop(system, client, opened.slug, str(opened.id), variants)


def cases(shop: Shop) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return, for each route that takes a key, a request and what else may be sent under its key."""
    held = {"variant_id": shop.variants[0], "quantity": 1}
    ordered = DOCUMENT | {"choices": [{"shop_id": shop.shop_id, "method": "bank_transfer"}]}
    counted = {"kind": "counted", "quantity": 7, "reason": "Hitung"}
    paid = {"amount_minor": 1_000, "fee_minor": 10}
    return {
        HOLDS: (held, [held | {"quantity": 2}, held | {"variant_id": shop.variants[1]}]),
        WAITLIST: (held, [held | {"quantity": 2}, held | {"variant_id": shop.variants[1]}]),
        ORDERS: (
            ordered,
            [
                ordered | {"street": "Jl. Margonda Raya 101"},
                ordered | {"recipient": "Dewi"},
                ordered | {"note": "Tolong dibungkus"},
                ordered | {"choices": [{"shop_id": shop.shop_id, "method": "cod"}]},
                ordered | {"expected_total_minor": 5},
            ],
        ),
        MOVEMENTS: (
            counted,
            [
                counted | {"quantity": 8},
                counted | {"reason": "Lain"},
                counted | {"kind": "received"},
                counted | {"kind": "adjusted", "quantity": -2},
            ],
        ),
        PAYOUTS: (paid, [paid | {"amount_minor": 1_001}, paid | {"fee_minor": 11}]),
    }


async def test_the_same_is_answered_the_same_and_something_else_is_refused(shop: Shop) -> None:
    for path, (body, others) in cases(shop).items():
        first = await shop.send(path, body)
        assert first.status_code == 201, (path, first.text)
        before = await shop.figures()
        again = await shop.send(path, body)
        assert (again.status_code, again.json()) == (first.status_code, first.json()), path
        for other in others:
            refused = await shop.send(path, other)
            assert refused.status_code == 409, (path, other, refused.text)
            assert refused.json()["code"] in {"idempotency_key_reused", "payment_payout_differs"}
        assert await shop.figures() == before, path


@pytest.mark.parametrize("kind", ["received", "adjusted", "counted"])
async def test_stock_moves_once_for_a_key(shop: Shop, kind: str) -> None:
    moved = {"kind": kind, "quantity": 4, "reason": "Hitung"}
    await shop.send(MOVEMENTS, moved)
    await shop.send(MOVEMENTS, {"kind": "adjusted", "quantity": -1, "reason": "Terjual"}, key="two")
    before = await shop.figures()
    assert (await shop.send(MOVEMENTS, moved)).status_code == 201
    assert (await shop.send(MOVEMENTS, moved | {"quantity": 5})).status_code == 409
    assert await shop.figures() == before


async def test_no_route_takes_a_key_without_being_tried_here(shop: Shop) -> None:
    tried = {path.partition("{slug}")[2].partition("}")[2] or path for path in cases(shop)}
    found = set()
    for route in app_of(shop.system).routes:
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/"):
            for method, (handler, _) in route.route_handler_map.items():
                if method not in {"GET", "HEAD", "OPTIONS"} and takes_key(handler):
                    found.add(route.path_format.partition("{slug}")[2].partition("}")[2] or route.path_format)
    assert found == tried
    assert len(found) == 5


def takes_key(handler: Any) -> bool:
    """Tell whether a request names itself, in a header or in its body."""
    fields = handler.parsed_fn_signature.parameters
    body = fields.get("data")
    in_body = body is not None and "key" in getattr(body.annotation, "__struct_fields__", ())
    return in_body or any(name.endswith("idempotency_key") for name in fields)
