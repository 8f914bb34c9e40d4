"""The packer's way to a parcel's papers, on the composed program: only for what is to be sent."""

import pytest

from etalase.bootstrap import System
from etalase.commerce import orders, shops
from etalase.commerce.shops import Role
from tests.make import orders as make_orders
from tests.make.papers import letters_lost
from tests.make.program import visitor
from tests.make.world import world


@pytest.mark.parametrize("paper", ["slip", "label"])
async def test_papers_are_printed_once_the_order_is_to_be_packed(system: System, paper: str) -> None:
    people = await world(system)
    db = system.databases["commerce"]
    market = await make_orders.market(db)
    async with db.begin() as tx:
        _, invitation = await shops.invite_staff(tx, market.shop.id, "packer@example.com", Role.PACKER)
        await shops.accept_invitation(tx, invitation, people.accounts["commerce"]["packer"])
    await market.hold("cart:a")
    order = await market.place("cart:a")
    async with visitor(system) as browser:
        token = await people.session("commerce", "packer")
        browser.cookies.set("etalase_session_commerce", str(token), domain="shop.example")
        path = f"/desk/{market.shop.slug}/orders/{order.number}/{paper}.pdf"
        refused = await browser.get(path, headers={"accept": "application/json"})
        await market.pay(order)
        printed = await browser.get(path)
        async with db.begin() as tx:
            await orders.cancel_by_seller(tx, market.shop.id, order.id, "Stok rusak")
        ended = await browser.get(path)
    await market.desk.close()
    assert (refused.status_code, refused.json()["code"]) == (409, "order_not_sendable")
    assert printed.headers["content-type"] == "application/pdf"
    assert not letters_lost(printed.content, order.address.recipient, order.number)
    assert ended.status_code == 409
