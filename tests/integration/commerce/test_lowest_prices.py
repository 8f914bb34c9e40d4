"""The lowest price of 30 days, list prices and deals alike; and two deals never lower one price at once."""

import pytest

from etalase.commerce import catalog, deals
from etalase.commerce.inventory import DealsOverlap
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import deals as make
from tests.make.catalog import product_draft

DAY = 86_400


async def test_the_lowest_price_of_thirty_days(commerce_db: Database, clock: FixedClock) -> None:
    product = await make.stocked_product(commerce_db)
    variant = product.variants[0].id
    seen = []

    async def look() -> None:
        async with commerce_db.begin() as tx:
            seen.append((await deals.find_lowest_prices(tx, [variant], clock.now())).get(variant))

    await look()  # it is offered from this very moment on
    clock.advance(seconds=DAY)
    await look()
    async with commerce_db.begin() as tx:
        await make.deal(tx, product, price=69_000)
    clock.advance(seconds=DAY)
    await look()
    async with commerce_db.begin() as tx:
        draft = product_draft(sizes=("2-3 th",), price="99.000", code=product.code)
        await catalog.update_product(tx, product.shop_id, product.id, draft)
    clock.advance(seconds=29 * DAY + 3_600)
    await look()  # the deal is 30 days old, the old list price 29
    clock.advance(seconds=2 * DAY)
    await look()
    assert seen == [None, Money(89_000), Money(69_000), Money(89_000), Money(99_000)]


async def test_two_deals_never_lower_one_price_at_once(commerce_db: Database, clock: FixedClock) -> None:
    product = await make.stocked_product(commerce_db)
    async with commerce_db.begin() as tx:
        first = await make.deal(tx, product, seconds=60)
        later = await make.deal(tx, product, countdown=60, seconds=60)
        with pytest.raises(DealsOverlap):
            await make.deal(tx, product, countdown=30)
    async with commerce_db.begin() as tx:
        with pytest.raises(DealsOverlap):
            await deals.extend_deal(tx, product.shop_id, first.id, 30)
    async with commerce_db.begin() as tx:
        await deals.stop_deal(tx, product.shop_id, later.id)
        await deals.extend_deal(tx, product.shop_id, first.id, 30)
        listed = await deals.list_deals(tx, product.shop_id)
    assert [deal.id for deal in listed] == [later.id, first.id]
    assert listed[0].ends_at == listed[0].starts_at
