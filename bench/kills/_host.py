"""The seller: opens the shop with vouchers and a show, and sells on while things die around them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx

from bench.http_client import Connection, Guest
from bench.kills._house import House
from etalase.lab.demo import GOODS, Seller
from etalase.lab.person import PageRefused, SyntheticPerson

SOLD = tuple(replace(goods, units=tuple((size, 3) for size, _ in goods.units)) for goods in GOODS[:2])
"""Few of each, booked in anew all the time: somebody always comes too late."""
VOUCHER = "HEMAT"
PIN_SECONDS = 1.5
DEAL = {"percent": "20", "quantity": "8", "per_buyer": "2", "countdown": "0", "length": "30"}
SHOP = re.compile(r'name="method-([0-9a-f-]{36})"')
REFERRAL = re.compile(r'"referral":"([^"]+)"')


@dataclass
class Sale:
    """What is sold, and where."""

    seller: Seller
    shop_id: str
    variants: list[str]
    lines: list[str]
    """What asks for a unit in the chat: one for each variant."""
    referral: str

    @property
    def show(self) -> str:
        """Return the show's code."""
        return self.seller.show_code


@asynccontextmanager
async def open_sale(house: House) -> AsyncIterator[Sale]:
    """Open the shop and its show."""
    async with SyntheticPerson(house.server.url) as person:
        seller = Seller(person, house.server.url, house.server.url)
        await seller.open_shop()
        desk = f"{seller.commerce}/desk/{seller.slug}"
        await person.fill_in(f"{desk}/money", {"cod": "on"}, action=f"/desk/{seller.slug}/money/cod")
        for goods in SOLD:
            await seller.stock(goods)
        for voucher in (
            {"kind": "amount", "off": "5.000", "code": VOUCHER, "budget": "500.000"},
            {"kind": "percent", "off": "10", "cap": "3.000", "min_spend": "80.000"},
        ):
            await person.fill_in(f"{desk}/vouchers/new", voucher)
        await seller.plan_show("Obral yang tak bisa jatuh")
        await seller.go_live()
        room = await person.visit(f"{seller.social}/live/{seller.show_code}")
        found = REFERRAL.search(room.text)
        if found is None:
            raise RuntimeError("the room gives no referral")
        yield Sale(
            seller,
            await _find_shop(house.server.url, await seller.find_variants()),
            await seller.find_variants(),
            [f"keep {goods.code} {size}" for goods in SOLD for size, _ in goods.units],
            found[1],
        )


async def _find_shop(origin: str, variants: list[str]) -> str:
    """Read at the checkout whose form it is; what is held for that lapses."""
    guest, by = Guest(0), Connection(origin)
    await guest.ask(by, "GET", "/cart")
    wanted = {"variant_id": variants[0], "quantity": 1, "idempotency_key": str(uuid4())}
    held = await guest.ask(by, "POST", "/cart/holds", json=wanted)
    page = await guest.ask(by, "GET", "/checkout")
    await by.close()
    if not (found := SHOP.search(page.body)):
        raise RuntimeError(f"no checkout to be seen: {held.status} {held.body[:500]} {page.status}")
    return found[1]


async def run_sale(sale: Sale) -> None:
    """Pin, book new boxes in and start deals, until cancelled; what fails is tried again with the next."""
    seller = sale.seller
    while True:
        for product_id in seller.product_ids:
            with suppress(PageRefused, httpx.HTTPError, ValueError):
                await seller.restock(product_id)
            with suppress(PageRefused, httpx.HTTPError):
                await seller.command({"do": "pin", "product_id": product_id})
            with suppress(PageRefused, httpx.HTTPError):
                await _start_deal(seller, product_id)
            await asyncio.sleep(PIN_SECONDS)


async def _start_deal(seller: Seller, product_id: str) -> None:
    await seller.person.fill_in(
        f"{seller.commerce}/desk/{seller.slug}/deals/new", {"offer": product_id} | DEAL
    )
