"""Two at once, on connections of their own: an order still ends in one state, and money moves once."""

import asyncio
from datetime import timedelta

import pytest

from etalase.commerce import inventory, orders, payments
from etalase.commerce.orders import Order, OrderState, RefundState, TotalChanged
from etalase.commerce.payments._commands.settle import expire_payment
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.orders import Market
from tests.make.waiting import wait_for_somebody_waiting

SHIPPING = 15_000
"""To the buyer's place, by the rates of a shop that has written none down."""


async def cancel(market: Market, order: Order) -> None:
    async with market.db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, order.id, "Habis")


async def test_two_taps_on_cancel_refund_once(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await market.buy("cart:a")
    await asyncio.gather(*(cancel(market, order) for _ in range(4)))
    async with commerce_db.begin() as tx:
        refunds = await payments.list_refunds_to_send(tx, market.shop.id)
    assert len(refunds) == 1
    assert await market.available() == 5
    assert await market.differences() == []


async def test_two_taps_on_order_place_one(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await asyncio.gather(*(market.place("cart:a", checkout_key="tap") for _ in range(4)))
    assert len({order.id for order in placed}) == 1
    assert await market.differences() == []


async def test_paying_and_expiring_at_once_end_in_one_state(commerce_db: Database, clock: FixedClock) -> None:
    market = await make.market(commerce_db)
    for turn in range(4):
        await market.hold(f"cart:{turn}")
        placed = await market.place(f"cart:{turn}")
        assert placed.pay_by is not None
        clock.moment = placed.pay_by + timedelta(seconds=1)
        results = await asyncio.gather(pay(market, placed), expire(market, placed), return_exceptions=True)
        assert all(result is None or isinstance(result, Refusal) for result in results)
        assert await market.differences() == []
        order = await market.reload(placed)
        assert order.state in {OrderState.PAID, OrderState.CANCELLED}


async def test_paying_and_cancelling_at_once_end_in_one_state(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    for turn in range(4):
        await market.hold(f"cart:{turn}")
        placed = await market.place(f"cart:{turn}")
        results = await asyncio.gather(pay(market, placed), give_up(market, placed), return_exceptions=True)
        assert all(result is None or isinstance(result, Refusal) for result in results)
        assert await market.differences() == []
        order = await market.reload(placed)
        assert order.state is OrderState.PAID or order.refund is RefundState.NONE


async def test_units_given_back_while_they_are_ordered_are_not_in_the_order(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    hold_id = await market.hold("cart:a", 3)
    async with commerce_db.begin() as tx:
        await inventory.shrink(tx, {hold_id: 1})
        of_three = 3 * market.variants[0].price.minor + SHIPPING
        ordering = asyncio.create_task(market.place("cart:a", expected_minor=of_three))
        await wait_for_somebody_waiting(commerce_db)
    with pytest.raises(TotalChanged):
        await ordering
    assert (await market.place("cart:a")).lines[0].quantity == 1
    assert await market.differences() == []


async def test_an_order_does_not_join_a_parcel_that_is_given_up_meanwhile(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", "cod", show="S")
    await market.hold("cart:a", show="S")
    async with commerce_db.begin() as tx:
        await orders.cancel_by_buyer(tx, first.token)
        joining = asyncio.create_task(market.place("cart:a"))
        await wait_for_somebody_waiting(commerce_db)
    with pytest.raises(TotalChanged):
        await joining
    alone = await market.place("cart:a")
    assert (alone.parcel_id, alone.shipping) == (alone.id, first.shipping)


async def test_a_parcel_is_not_given_up_while_an_order_joins_it(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", "cod", show="S")
    await market.hold("cart:a", show="S")
    async with commerce_db.begin() as tx:
        checkout = make.checkout("cart:a", [market.shop.id])
        (second,) = await orders.place_orders(tx, checkout, make.SETTINGS, OPEN)
        cancelling = asyncio.create_task(give_up(market, first))
        await wait_for_somebody_waiting(commerce_db)
    with pytest.raises(orders.OrderCarriesOthers):
        await cancelling
    assert second.parcel_id == first.parcel_id
    assert (await market.reload(first)).state is OrderState.CONFIRMED


async def test_checkouts_at_two_shops_in_either_order_never_stop_each_other(commerce_db: Database) -> None:
    """Units that are paid on delivery are sold at once: each checkout locks the stock of both shops."""
    one = await make.market(commerce_db, units=40)
    async with commerce_db.begin() as tx:
        other = await make.open_shop(tx, "Toko Lain")
        product = await make_catalog.product(tx, other.id)
        await inventory.receive(tx, product.variants[0].id, 40)
    two = Market(commerce_db, one.desk, other, product.variants, one.relay)
    buyers = [f"cart:{number}" for number in range(24)]
    for number, buyer in enumerate(buyers):
        for market in (one, two) if number % 2 else (two, one):
            await market.hold(buyer)

    async def place(buyer: str) -> None:
        async with commerce_db.begin() as tx:
            hold_request = make.checkout(buyer, [one.shop.id, two.shop.id], "cod")
            await orders.place_orders(tx, hold_request, make.SETTINGS, OPEN)

    await asyncio.gather(*map(place, buyers))
    assert (await one.available(), await two.available()) == (16, 16)
    assert await one.differences() == []


async def pay(market: Market, placed: Order) -> None:
    async with market.db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, placed.id)
        assert payment is not None
        await payments.confirm_by_seller(tx, payment.id, payment.due)


async def expire(market: Market, placed: Order) -> None:
    async with market.db.begin() as tx:
        assert placed.payment_id is not None
        await expire_payment(tx, placed.payment_id)


async def give_up(market: Market, placed: Order) -> None:
    async with market.db.begin() as tx:
        await orders.cancel_by_buyer(tx, placed.token)
