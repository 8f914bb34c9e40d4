"""Somebody holds and orders as a guest, then signs in: the cart comes along, and the order stays readable."""

import httpx

from etalase.bootstrap import System
from etalase.commerce import inventory, orders
from etalase.commerce.inventory import Hold
from etalase.web._cart import CART_COOKIE, digest
from tests.make import orders as make_orders
from tests.make.accounts import PASSWORD, sign_up
from tests.make.laws import OPEN
from tests.make.orders import Market, checkout
from tests.make.program import send, visitor

DEWI = "dewi@example.com"


async def holds_of(market: Market, holder: str) -> list[Hold]:
    async with market.db.begin() as tx:
        return await inventory.list_holds(tx, holder)


def guest_in(client: httpx.AsyncClient) -> str:
    """Return under which name the browser's guest holds."""
    return digest(str(client.cookies.get(CART_COOKIE, domain="shop.example")))


async def test_the_cart_of_a_guest_is_the_accounts_on_every_device(system: System, market: Market) -> None:
    account = orders.holder_of_account(await sign_up(market.db, DEWI, "Dewi"))
    async with visitor(system) as phone, visitor(system) as laptop:
        await send(phone, "/cart/holds", variant_id=str(market.variants[0].id), quantity="2")
        (held,) = await holds_of(market, guest_in(phone))
        for device in (phone, phone, laptop):
            await send(device, "/sign-in", email=DEWI, password=PASSWORD)
        (kept,) = await holds_of(market, account)
        assert (kept.id, kept.quantity, kept.expires_at) == (held.id, 2, held.expires_at)
        assert "HYPERLINK" in (await laptop.get("/cart")).text
        await send(phone, "/sign-out")
        assert "HYPERLINK" not in (await phone.get("/cart")).text
    assert await market.available() == 3


async def test_a_wrong_password_moves_nothing(system: System, market: Market) -> None:
    account = orders.holder_of_account(await sign_up(market.db, DEWI, "Dewi"))
    async with visitor(system) as phone:
        await send(phone, "/cart/holds", variant_id=str(market.variants[0].id))
        await send(phone, "/sign-in", email=DEWI, password="not this one at all")
        assert len(await holds_of(market, guest_in(phone))) == 1
    assert await holds_of(market, account) == []


async def test_what_a_guest_ordered_stays_readable(system: System, market: Market) -> None:
    await sign_up(market.db, DEWI, "Dewi")
    async with visitor(system) as phone:
        await send(phone, "/cart/holds", variant_id=str(market.variants[0].id))
        async with market.db.begin() as tx:
            (placed,) = await orders.place_orders(
                tx, checkout(guest_in(phone), [market.shop.id]), make_orders.SETTINGS, OPEN
            )
        await send(phone, "/sign-in", email=DEWI, password=PASSWORD)
        assert placed.number in (await phone.get(f"/order/{placed.token}")).text
        assert placed.number in (await phone.get("/orders")).text
    assert await market.differences() == []
