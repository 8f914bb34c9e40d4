"""Buying and selling with nothing but the API: hold, order, pay, follow; pack, ship, deliver."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce import inventory, payments
from etalase.commerce.catalog import ProductView
from etalase.commerce.shops import ShopView
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.checkouts import DOCUMENT
from tests.make.program import MakesDatabases, program
from tests.make.waiting import PATIENCE_SECONDS


@dataclass
class Doors:
    """The API as a buyer and as a seller, and what is sold."""

    system: System
    db: Database
    buyer: httpx.AsyncClient
    seller: httpx.AsyncClient
    shop: ShopView
    product: ProductView

    async def hold(self, key: str = "one", quantity: int = 1) -> httpx.Response:
        body = {"variant_id": str(self.product.variants[0].id), "quantity": quantity}
        return await self.buyer.post("/api/v1/holds", json=body, headers={"idempotency-key": key})

    async def order(self, key: str = "order", method: str = "bank_transfer", **more: Any) -> httpx.Response:
        choices = [{"shop_id": str(self.shop.id), "method": method}]
        body = DOCUMENT | {"choices": choices} | more
        return await self.buyer.post("/api/v1/orders", json=body, headers={"idempotency-key": key})

    async def paid(self, order_id: str) -> None:
        """Wait until the order knows that its money came."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.buyer.get(f"/api/v1/orders/{order_id}")).json()["state"] != "paid":
                await self.system.relays["commerce"].drain()

    async def step(self, number: str, step: str, **body: Any) -> httpx.Response:
        return await self.seller.post(f"/api/v1/shops/{self.shop.slug}/orders/{number}/{step}", json=body)


@pytest.fixture
async def doors(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[Doors]:
    async with program(databases, tmp_path) as system:
        db = system.databases["commerce"]
        buyer = await sign_up(db, "dewi@example.com", "Dewi")
        owner = await sign_up(db, "sari@example.com", "Sari")
        async with db.begin() as tx:
            shop = await make_orders.open_shop(tx, owner_id=owner)
            product = await make_catalog.product(tx, shop.id)
            await inventory.receive(tx, product.variants[0].id, 3)
            secrets = [(await accounts.issue_token(tx, who, "Test")).secret for who in (buyer, owner)]
        transport = httpx.ASGITransport(system.endpoints[0].app)
        clients = [
            httpx.AsyncClient(
                transport=transport,
                base_url="http://shop.example",
                headers={"authorization": f"Bearer {secret}"},
            )
            for secret in secrets
        ]
        yield Doors(system, db, clients[0], clients[1], shop, product)
        for client in clients:
            await client.aclose()


async def test_a_dress_is_bought_and_sent_with_the_api_alone(doors: Doors) -> None:
    held = await doors.hold()
    assert held.status_code == 201
    cart = (await doors.buyer.get("/api/v1/cart?place_code=327606")).json()
    assert [service["amount_minor"] for service in cart["shops"][0]["services"]] == [15_000]
    assert "bank_transfer" in cart["shops"][0]["methods"]
    placed = await doors.order(expected_total_minor=104_000)
    assert placed.status_code == 201, placed.text
    (order,) = placed.json()
    assert (order["state"], order["total_minor"], order["payment"]["bank"]) == (
        "awaiting_payment",
        104_000,
        "BCA",
    )

    async with doors.db.begin() as tx:
        waiting = (await payments.list_to_confirm(tx, doors.shop.id))[0]
        await payments.confirm_by_seller(tx, waiting.id, waiting.due)
    await doors.paid(order["id"])
    listed = (await doors.seller.get(f"/api/v1/shops/{doors.shop.slug}/orders?state=paid")).json()
    assert [item["number"] for item in listed["items"]] == [order["number"]]
    assert listed["items"][0]["link"] is None
    for step, body in (("pack", {}), ("ship", {"carrier": "JNE", "tracking_number": "JP1"}), ("deliver", {})):
        assert (await doors.step(order["number"], step, **body)).status_code == 200
    seen = (await doors.buyer.get(f"/api/v1/orders/{order['id']}")).json()
    assert (seen["state"], seen["tracking_number"]) == ("delivered", "JP1")
    for hold_request in ({"units": [{"line": 4, "quantity": 1}]}, {"amount_minor": 104_000}):
        assert (await doors.step(order["number"], "refund", reason="Noda", **hold_request)).status_code == 422
    part = (await doors.step(order["number"], "refund", reason="Noda", amount_minor=4_000)).json()
    assert (part["state"], part["refund"], part["refunded_minor"]) == ("delivered", "part", 0)


async def test_the_same_key_is_the_same_hold_and_the_same_order(doors: Doors) -> None:
    first, again = await doors.hold(), await doors.hold()
    assert first.json()["id"] == again.json()["id"]
    one, two = await doors.order(), await doors.order()
    assert one.json()[0]["id"] == two.json()[0]["id"]


async def test_refusals_are_problem_details(doors: Doors) -> None:
    sold_out = await doors.hold(quantity=4)
    assert (sold_out.status_code, sold_out.json()["code"]) == (409, "sold_out")
    assert sold_out.headers["content-type"].startswith("application/problem+json")
    empty = await doors.order()
    assert (empty.status_code, empty.json()["code"]) == (409, "cart_empty")
    await doors.hold()
    wrong = await doors.order(phone="12", place_code="999999")
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} == {"phone", "place_code"}
    odd = await doors.order(method="barter")
    assert [error["field"] for error in odd.json()["errors"]] == ["choices.0.method"]
    changed = await doors.order(expected_total_minor=1)
    assert (changed.status_code, changed.json()["code"]) == (409, "total_changed")
    assert changed.json()["facts"] == {"total_minor": 104_000}


async def test_a_buyer_pays_in_another_way_and_cancels(doors: Doors) -> None:
    await doors.hold()
    (order,) = (await doors.order()).json()
    paid_by_qr = await doors.buyer.post(f"/api/v1/orders/{order['id']}/pay", json={"method": "qris_static"})
    assert paid_by_qr.json()["payment"]["qr"]
    late = await doors.buyer.post(f"/api/v1/orders/{order['id']}/pay", json={"method": "cod"})
    assert (late.status_code, late.json()["code"]) == (409, "method_only_while_ordering")
    cancelled = await doors.buyer.post(f"/api/v1/orders/{order['id']}/cancel", json={"reason": "Salah"})
    assert cancelled.json()["state"] == "cancelled"
    mine = (await doors.buyer.get("/api/v1/orders")).json()
    assert [item["id"] for item in mine["items"]] == [order["id"]]


async def test_nobody_sees_or_touches_an_order_that_is_not_theirs(doors: Doors) -> None:
    await doors.hold()
    (order,) = (await doors.order()).json()
    for answer in (
        await doors.seller.get(f"/api/v1/orders/{order['id']}"),
        await doors.seller.post(f"/api/v1/orders/{order['id']}/cancel", json={"reason": "x"}),
        await doors.buyer.get(f"/api/v1/shops/{doors.shop.slug}/orders/{order['number']}"),
        await doors.buyer.post(f"/api/v1/shops/{doors.shop.slug}/orders/{order['number']}/pack", json={}),
    ):
        assert answer.status_code == 404
    assert (await doors.buyer.get(f"/api/v1/orders/{order['id']}")).json()["state"] == "awaiting_payment"


async def test_a_hold_is_released_by_its_holder_only(doors: Doors) -> None:
    hold_id = (await doors.hold()).json()["id"]
    await doors.seller.delete(f"/api/v1/holds/{hold_id}")
    assert (await doors.buyer.get("/api/v1/cart")).json()["goods_minor"] == 89_000
    assert (await doors.buyer.delete(f"/api/v1/holds/{hold_id}")).status_code == 204
    assert (await doors.buyer.get("/api/v1/cart")).json()["shops"] == []


async def test_a_hold_is_shrunk_by_its_holder_only(doors: Doors) -> None:
    path = f"/api/v1/holds/{(await doors.hold(quantity=3)).json()['id']}"
    assert (await doors.seller.patch(path, json={"quantity": 1})).json()["code"] == "hold_ended"
    for _ in range(2):
        assert (await doors.buyer.patch(path, json={"quantity": 2})).json()["quantity"] == 2
    for quantity in (0, 3):
        assert (await doors.buyer.patch(path, json={"quantity": quantity})).status_code == 422
    assert (await doors.buyer.get("/api/v1/cart")).json()["goods_minor"] == 2 * 89_000


async def test_places_are_found_by_words_and_postcode(doors: Doors) -> None:
    found = (await doors.buyer.get("/api/v1/places?q=16421")).json()
    assert found[0]["label"] == "Beji, Kota Depok, Jawa Barat"
