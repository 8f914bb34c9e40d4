"""A market through its own doors: a seller with a stocked shop and a live show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from etalase.lab.demo import GOODS, Seller
from etalase.lab.person import SyntheticPerson


@asynccontextmanager
async def selling(social: str, commerce: str | None = None, *, live: bool = True) -> AsyncIterator[Seller]:
    """Give a seller whose show is on, with the demo's first two products in its tray."""
    async with SyntheticPerson(social) as person:
        seller = Seller(person, social, commerce or social)
        await seller.open_shop()
        for goods in GOODS[:2]:
            await seller.stock(goods)
        await seller.plan_show("Gaun anak dari Bandung")
        if live:
            await seller.go_live()
        yield seller
