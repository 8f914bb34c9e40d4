from datetime import timedelta

import pytest
from sqlalchemy import text

from etalase.commerce import inventory, orders, payments
from etalase.commerce.orders import Actor, Order, OrderState, OrderStock, RefundState
from etalase.commerce.orders._commands.end import cancel_order
from etalase.commerce.payments import Report, Standing
from etalase.commerce.payments._commands.settle import expire_payment, record_report
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from etalase.platform.i18n import speaking
from etalase.platform.mail import DevelopmentMailer
from tests.make import orders as make
from tests.make.emails import send_waiting
from tests.make.laws import OPEN
from tests.make.orders import Market


async def pack(market: Market, order: Order) -> Order:
    async with market.db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [order.id])
    return await market.reload(order)


async def ship(market: Market, order: Order, number: str = "JP123") -> Order:
    async with market.db.begin() as tx:
        await orders.ship_order(tx, market.shop.id, order.id, carrier="JNE", tracking_number=number)
    return await market.reload(order)


async def deliver(market: Market, order: Order) -> Order:
    async with market.db.begin() as tx:
        await orders.deliver_order(tx, market.shop.id, order.id, make.SETTINGS)
    await market.relay.drain()
    return await market.reload(order)


async def test_money_turns_holds_into_sales(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    paid = await market.buy("cart:a")
    assert (paid.state, paid.stock) == (OrderState.PAID, OrderStock.SOLD)
    assert await market.available() == 4
    assert await market.differences() == []


async def test_a_paid_order_is_packed_shipped_delivered_and_completed(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await market.buy("cart:a")
    order = await deliver(market, await ship(market, await pack(market, order)))
    assert (order.state, order.carrier, order.tracking_number) == (OrderState.DELIVERED, "JNE", "JP123")
    async with commerce_db.begin() as tx:
        await orders.complete_order(tx, order.id)
        steps = [step.event for step in await orders.list_steps(tx, order.id)]
    assert (await market.reload(order)).state is OrderState.COMPLETED
    assert steps == [
        f"order_{word}" for word in ("placed", "paid", "packed", "shipped", "delivered", "completed")
    ]
    assert await market.differences() == []


async def test_each_delivery_has_a_time_for_complaints_of_its_own(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    first = await deliver(market, await ship(market, await pack(market, await market.buy("cart:a"))))
    async with commerce_db.begin() as tx:
        await orders.undo_step(tx, market.shop.id, first.id)
    clock.advance(seconds=timedelta(days=2).total_seconds())
    second = await deliver(market, first)
    async with commerce_db.begin() as tx:
        waiting = text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'orders.complete'")
        assert (await tx.execute(waiting)).scalar_one() == 2
        assert await orders.complete_order(tx, first.id, first.delivered_at) is None
        completed = await orders.complete_order(tx, first.id, second.delivered_at)
    assert completed is not None
    assert completed.state is OrderState.COMPLETED


async def test_paid_on_delivery_the_money_comes_with_the_parcel(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await market.buy("cart:a", "cod")
    order = await deliver(market, await ship(market, await pack(market, order)))
    assert (order.state, order.paid) == (OrderState.DELIVERED, True)
    assert await market.differences() == []


async def test_orders_of_one_parcel_take_each_step_together(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", show="S")
    second = await market.buy("cart:a", "cod", show="S")
    first = await ship(market, await pack(market, first))
    second = await market.reload(second)
    assert (second.state, second.tracking_number) == (OrderState.SHIPPED, "JP123")
    async with commerce_db.begin() as tx:
        await orders.undo_step(tx, market.shop.id, second.id)
    assert (await market.reload(first)).state is OrderState.PACKED
    assert await market.differences() == []


async def test_another_shop_cannot_touch_an_order(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await market.buy("cart:a")
    async with commerce_db.begin() as tx:
        other = await make.open_shop(tx, "Toko Lain")
    for attempt in (
        lambda tx: orders.pack_orders(tx, other.id, [order.id]),
        lambda tx: orders.cancel_by_seller(tx, other.id, order.id, "mine now"),
        lambda tx: orders.get_order_of_shop(tx, other.id, order.number),
    ):
        with pytest.raises(orders.OrderUnknown):
            async with commerce_db.begin() as tx:
                await attempt(tx)
    assert await market.reload(order) == order


async def test_a_buyer_cancels_an_unpaid_order_and_its_stock_is_free_again(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        await orders.cancel_by_buyer(tx, placed.token)
    order = await market.reload(placed)
    assert (order.state, order.ended_by) == (OrderState.CANCELLED, Actor.BUYER)
    assert await market.available() == 5
    assert await market.differences() == []


async def test_money_that_has_come_stops_the_buyer_from_cancelling(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, placed.id)
        assert payment is not None
        await payments.confirm_by_seller(tx, payment.id, payment.due)
    with pytest.raises(payments.PaymentNotOpen):  # the order itself has not heard of the money yet
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, placed.token)
    assert await market.differences() == []
    assert (await market.reload(placed)).state is OrderState.PAID


async def test_a_paid_order_that_the_seller_cancels_is_refunded_and_restocked(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await market.buy("cart:a")
    with pytest.raises(Invalid):
        async with commerce_db.begin() as tx:
            await orders.cancel_by_seller(tx, market.shop.id, order.id, "  ")
    async with commerce_db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, order.id, "Sobek")
    owing = await market.reload(order)
    assert (owing.state, owing.refund) == (OrderState.CANCELLED, RefundState.DUE)
    assert await market.available() == 5
    assert await market.differences() == []
    await market.send_refund(order)
    assert (await market.reload(order)).state is OrderState.REFUNDED
    assert await market.differences() == []


@pytest.mark.parametrize(("returned", "left"), [(True, 5), (False, 4)])
async def test_a_sent_order_is_refunded_with_or_without_its_goods(
    commerce_db: Database, *, returned: bool, left: int
) -> None:
    market = await make.market(commerce_db)
    order = await ship(market, await pack(market, await market.buy("cart:a")))
    async with commerce_db.begin() as tx:
        await orders.refund_order(tx, market.shop.id, order.id, "Salah ukuran", goods_returned=returned)
    await market.send_refund(order)
    assert (await market.reload(order)).state is OrderState.REFUNDED
    assert await market.available() == left
    assert await market.differences() == []


async def test_an_order_that_nobody_pays_gives_its_stock_back(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    assert placed.payment_id is not None
    clock.advance(seconds=timedelta(days=1, minutes=1).total_seconds())
    async with commerce_db.begin() as tx:
        await expire_payment(tx, placed.payment_id)
    assert await market.differences() == []
    assert (await market.reload(placed)).reason == "unpaid"
    assert await market.available() == 5


async def test_an_order_whose_payment_fails_or_is_cancelled_gives_its_stock_back(
    commerce_db: Database,
) -> None:
    market = await make.market(commerce_db)
    for standing in (Standing.REFUSED, Standing.CANCELLED):
        await market.hold("cart:a")
        placed = await market.place("cart:a")
        async with commerce_db.begin() as tx:
            payment = await payments.find_payment_of_order(tx, placed.id)
            assert payment is not None
            await record_report(tx, payment.id, payment.reference, Report(standing))
        assert await market.differences() == []
        assert (await market.reload(placed)).reason == "unpaid"
        assert await market.available() == 5


async def test_money_that_finds_its_hold_gone_takes_other_units(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        await inventory.release(tx, placed.hold_ids)
    await market.pay(placed)
    assert (await market.reload(placed)).state is OrderState.PAID
    assert await market.available() == 4
    assert await market.differences() == []


async def test_money_that_finds_nothing_left_goes_back(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=1)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        await inventory.release(tx, placed.hold_ids)
    await market.buy("cart:b")
    await market.pay(placed)
    order = await market.reload(placed)
    assert (order.state, order.reason, order.refund) == (OrderState.CANCELLED, "sold_out", RefundState.DUE)
    assert await market.differences() == []
    await market.send_refund(order)
    assert await market.differences() == []


async def test_a_buyer_may_pay_in_another_way(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    async with commerce_db.begin() as tx:
        await orders.pay_again(
            tx, placed.token, payments.Method.QRIS_STATIC, make.SETTINGS, law=OPEN, venue=Venue.SHOP
        )
    assert await market.differences() == []
    await market.pay(placed)
    assert (await market.reload(placed)).method == "qris_static"
    assert await market.differences() == []


async def test_shipping_stays_with_a_parcel_that_still_goes(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", show="S")
    await market.buy("cart:a", show="S")
    async with commerce_db.begin() as tx:
        await cancel_order(tx, market.shop.id, first.id, Actor.SELLER, "Habis")
    assert (await market.reload(first)).refund_amount == first.goods
    await market.send_refund(first)
    assert (await market.reload(first)).state is OrderState.REFUNDED
    assert await market.differences() == []


async def test_kept_shipping_goes_back_when_the_rest_of_the_parcel_is_given_up(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", show="S")
    second = await market.buy("cart:a", show="S")
    for order in (first, second):
        async with commerce_db.begin() as tx:
            await cancel_order(tx, market.shop.id, order.id, Actor.SELLER, "Habis")
    await market.send_refund(first)
    await market.send_refund(second)
    owing = await market.reload(first)
    assert (owing.refund, owing.refund_amount, owing.given_back) == (
        RefundState.DUE,
        first.shipping,
        first.goods,
    )
    await market.send_refund(first)
    assert (await market.reload(first)).given_back == first.total
    assert (await market.reload(second)).given_back == second.total
    assert await market.differences() == []


async def test_kept_shipping_goes_back_when_the_last_of_the_parcel_is_never_paid(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", show="S")
    await market.hold("cart:a", show="S")
    unpaid = await market.place("cart:a")
    assert unpaid.parcel_id == first.parcel_id
    assert unpaid.payment_id is not None
    async with commerce_db.begin() as tx:
        await cancel_order(tx, market.shop.id, first.id, Actor.SELLER, "Habis")
    await market.send_refund(first)
    clock.advance(seconds=timedelta(days=1, minutes=1).total_seconds())
    async with commerce_db.begin() as tx:
        await expire_payment(tx, unpaid.payment_id)
    await market.relay.drain()
    await market.send_refund(first)
    assert (await market.reload(first)).given_back == first.total
    assert await market.differences() == []


async def test_a_buyer_cannot_give_up_the_unpaid_order_that_carries_a_later_one(
    commerce_db: Database,
) -> None:
    market = await make.market(commerce_db)
    first = await market.buy("cart:a", "cod", show="S")
    await market.hold("cart:a", show="S")
    second = await market.place("cart:a")
    assert (second.parcel_id, second.shipping.minor) == (first.parcel_id, 0)
    with pytest.raises(orders.OrderCarriesOthers):
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, first.token)
    for order in (second, first):
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, order.token)
    assert (await market.reload(first)).state is OrderState.CANCELLED
    assert await market.differences() == []


async def test_buyers_and_sellers_are_told_in_their_language(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    mailer = DevelopmentMailer(quiet=True)
    order = await market.buy("cart:a", locale="en")
    await market.pay(order)
    with speaking("id"):
        await send_waiting(commerce_db, mailer)
    to_seller_mail, paid, placed = mailer.emails
    assert placed.to == "dewi@example.com"
    assert placed.subject == f"Your order {order.number} at Kancil Kids"
    assert f"https://toko.example/order/{order.token}" in placed.text
    assert "Your payment has arrived." in paid.text
    assert to_seller_mail.to == "halo@kancil.example"
    assert order.token not in to_seller_mail.text
