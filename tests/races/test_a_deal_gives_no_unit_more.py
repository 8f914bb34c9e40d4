"""Buyers at a deal, on real connections and several servers: never one unit more at its price than it has."""

import asyncio
from collections import Counter

from etalase.commerce import catalog, deals, inventory
from etalase.commerce.inventory import (
    DealLimitReached,
    DealSoldOut,
    Hold,
    HoldQueue,
    HoldState,
    InventorySettings,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import deals as make
from tests.make.catalog import product_draft
from tests.make.deals import DEAL_PRICE, LIST_PRICE
from tests.make.inventory import hold_request
from tests.make.laws import OPEN


def desks(db: Database, clock: FixedClock, count: int = 3) -> list[HoldQueue]:
    """Return hold queues as that many servers have them."""
    return [HoldQueue(db, clock, InventorySettings(batch_size=16), OPEN) for _ in range(count)]


async def test_a_hundred_who_saw_the_deal_get_its_ten_units(commerce_db: Database, clock: FixedClock) -> None:
    product = await make.stocked_product(commerce_db, 100, sizes=("2-3 th", "4-5 th"))
    async with commerce_db.begin() as tx:
        deal = await make.deal(tx, product, units=10)
    queues = desks(commerce_db, clock)
    outcomes = await asyncio.gather(
        *(
            queues[number % 3].hold(hold_request(product.variants[number % 2].id, seen_price=DEAL_PRICE))
            for number in range(100)
        ),
        return_exceptions=True,
    )
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 10, DealSoldOut: 90}
    assert {one.unit_price for one in outcomes if isinstance(one, Hold)} == {Money(DEAL_PRICE)}
    async with commerce_db.begin() as tx:
        assert (await deals.get_deal_of(tx, product.shop_id, deal.id)).left == 0
        assert await inventory.recount_allotments(tx) == []
        assert await inventory.recount(tx) == []


async def test_who_saw_no_price_pays_the_lists_once_the_deal_is_gone(
    commerce_db: Database, clock: FixedClock
) -> None:
    product = await make.stocked_product(commerce_db, 100)
    async with commerce_db.begin() as tx:
        await make.deal(tx, product, units=10)
    queues = desks(commerce_db, clock)
    outcomes = await asyncio.gather(
        *(queues[number % 3].hold(hold_request(product.variants[0].id)) for number in range(100))
    )
    prices = Counter(hold.unit_price.minor for hold in outcomes)
    assert prices == {DEAL_PRICE: 10, LIST_PRICE: 90}


async def test_one_buyer_at_several_servers_stays_within_the_limit(
    commerce_db: Database, clock: FixedClock
) -> None:
    product = await make.stocked_product(commerce_db, 100)
    async with commerce_db.begin() as tx:
        await make.deal(tx, product, units=50, per_buyer=2)
    queues = desks(commerce_db, clock)
    outcomes = await asyncio.gather(
        *(
            queues[number % 3].hold(
                hold_request(product.variants[0].id, holder="cart:one", seen_price=DEAL_PRICE)
            )
            for number in range(30)
        ),
        return_exceptions=True,
    )
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 2, DealLimitReached: 28}


async def test_holding_releasing_stopping_and_new_prices_never_stop_each_other(
    commerce_db: Database, clock: FixedClock
) -> None:
    """Sizes share the deal's units, so servers meet at its row by different stock rows: nothing deadlocks."""
    sizes = ("0-1 th", "2-3 th", "4-5 th", "6-7 th")
    product = await make.stocked_product(commerce_db, 200, sizes=sizes)
    async with commerce_db.begin() as tx:
        deal = await make.deal(tx, product, units=60)
    queues = desks(commerce_db, clock)

    async def buy(number: int) -> None:
        for turn in range(5):
            variant = product.variants[(number + turn) % 4].id
            hold = await queues[(number + turn) % 3].hold(hold_request(variant))
            if number % 2:
                async with commerce_db.begin() as tx:
                    await inventory.release(tx, [hold.id])

    async def reprice() -> None:
        for _turn in range(5):
            async with commerce_db.begin() as tx:
                await deals.extend_deal(tx, product.shop_id, deal.id, 30)
            async with commerce_db.begin() as tx:
                draft = product_draft(sizes=sizes, price="88.000")
                await catalog.update_product(tx, product.shop_id, product.id, draft)

    async with asyncio.timeout(120):
        await asyncio.gather(*(buy(number) for number in range(30)), reprice())
    async with commerce_db.begin() as tx:
        assert await inventory.recount_allotments(tx) == []
        assert await inventory.recount(tx) == []
        assert await catalog.list_unnoted_prices(tx) == []
        left = (await deals.get_deal_of(tx, product.shop_id, deal.id)).left
    assert 0 <= left <= 60


async def test_who_paid_too_late_gets_the_deals_units_back_only_while_there_are_some(
    commerce_db: Database, clock: FixedClock
) -> None:
    product = await make.stocked_product(commerce_db, 100)
    async with commerce_db.begin() as tx:
        deal = await make.deal(tx, product, units=1)
    (queue,) = desks(commerce_db, clock, 1)
    late = await queue.hold(hold_request(product.variants[0].id))
    clock.advance(seconds=599)
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [late.id])
        assert (await deals.get_deal_of(tx, product.shop_id, deal.id)).left == 1
    second = await queue.hold(hold_request(product.variants[0].id, seen_price=DEAL_PRICE))
    async with commerce_db.begin() as tx:
        refused = None
        try:
            await inventory.retake(tx, [late.id], second.expires_at)
        except inventory.SoldOut as sold_out:
            refused = sold_out
        assert refused is not None
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [second.id])
    clock.advance(seconds=600)  # the deal is over: a late payer is no new buyer
    async with commerce_db.begin() as tx:
        (back,) = await inventory.retake(tx, [late.id], second.expires_at)
        assert (back.state, back.unit_price) == (HoldState.ACTIVE, Money(DEAL_PRICE))
        assert await inventory.recount_allotments(tx) == []
