"""A way to pay that no provider serves is refused at every door where a buyer chooses one."""

from typing import Any

import httpx
import pytest

from etalase.commerce import orders
from tests.make.checkouts import DOCUMENT, as_program, fill_checkout
from tests.make.orders import Market
from tests.make.program import send

UNSERVED = ["qris:xendit", "virtual_account:midtrans", "qris:paypal"]
"""The program of these tests has no account at any provider; the last is none that there is."""
REFUSED = 409


async def order_on_page(browser: httpx.AsyncClient, market: Market, method: str) -> httpx.Response:
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    form = await fill_checkout(browser, market)
    return await send(browser, "/checkout", **form | {f"method-{market.shop.id}": method})


async def pay_again_on_page(browser: httpx.AsyncClient, market: Market, method: str) -> httpx.Response:
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    return await send(browser, f"/order/{placed.token}/pay", method=method)


async def order_by_program(browser: httpx.AsyncClient, market: Market, method: str) -> httpx.Response:
    headers = await as_program(market) | {"idempotency-key": "one"}
    hold = {"variant_id": str(market.variants[0].id)}
    await browser.post("/api/v1/holds", json=hold, headers=headers)
    choices = [{"shop_id": str(market.shop.id), "method": method}]
    return await browser.post("/api/v1/orders", json=DOCUMENT | {"choices": choices}, headers=headers)


async def pay_again_by_program(browser: httpx.AsyncClient, market: Market, method: str) -> httpx.Response:
    (placed,) = (await order_by_program(browser, market, "bank_transfer")).json()
    path = f"/api/v1/orders/{placed['id']}/pay"
    return await browser.post(path, json={"method": method}, headers=await as_program(market))


@pytest.mark.parametrize("method", UNSERVED)
@pytest.mark.parametrize("door", [order_on_page, pay_again_on_page, order_by_program, pay_again_by_program])
async def test_it_is_refused_and_no_payment_begins(
    browser: httpx.AsyncClient, market: Market, door: Any, method: str
) -> None:
    browser.headers["accept-language"] = "en"
    refused = await door(browser, market, method)
    assert refused.status_code == REFUSED, refused.text
    if "json" in refused.headers["content-type"]:
        assert refused.json()["code"] == "payment_method_not_offered"
    async with market.db.begin() as tx:
        listed = await orders.list_orders(tx, market.shop.id, orders.Filter(), limit=5)
    assert method not in {order.method for order in listed.orders}
