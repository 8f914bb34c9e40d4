"""The packer's way to a parcel's papers, on the composed program: only for what is to be sent."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from etalase.bootstrap import System
from etalase.commerce import orders, shops
from etalase.commerce.shops import Role
from etalase.kernel.clock import FixedClock
from tests.integration.web.conftest import open_market
from tests.make import orders as make_orders
from tests.make.laws import OPEN
from tests.make.papers import letters_lost, text_of
from tests.make.program import MakesDatabases, program, visitor
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


@pytest.mark.parametrize(("province", "day"), [("Papua", "25 November"), ("Jawa Barat", "24 November")])
async def test_a_slip_is_dated_by_the_shops_own_day(
    databases: MakesDatabases, tmp_path: Path, province: str, day: str
) -> None:
    clock = FixedClock(datetime.fromisoformat("2026-11-24T16:30+00:00"))  # 23.30 WIB, 01.30 WIT
    async with program(databases, tmp_path, clock) as system, visitor(system) as browser:
        market = await open_market(system, browser)
        async with market.db.begin() as tx:
            await tx.execute(text("UPDATE shops SET origin_province = :province"), {"province": province})
        await market.hold("cart:ani", 1)
        async with market.db.begin() as tx:
            bought = make_orders.checkout("cart:ani", [market.shop.id])
            (placed,) = await orders.place_orders(tx, bought, make_orders.SETTINGS, OPEN)
        await market.pay(placed)
        slip = await browser.get(f"/desk/{market.shop.slug}/orders/{placed.number}/slip.pdf")
    assert f"{day}2026".replace(" ", "") in "".join(text_of(slip.content).split())
