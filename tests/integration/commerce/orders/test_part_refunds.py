"""Money back for a part of an order: the order goes on, and each rupiah and each unit stays counted."""

from datetime import timedelta

import pytest

from etalase.commerce import orders, payments
from etalase.commerce.orders import Order, OrderState, PartRefund, RefundState
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Database
from etalase.platform.mail import DevelopmentMailer
from tests.make import orders as make
from tests.make.emails import send_waiting
from tests.make.orders import Market


async def part(
    market: Market, order: Order, units: dict[int, int] | None = None, besides: int = 0, *, back: bool = False
) -> Order:
    """Promise some of the money back."""
    hold_request = PartRefund(units or {}, Money(besides))
    async with market.db.begin() as tx:
        await orders.refund_part(
            tx, market.shop.id, order.id, hold_request, "Kancing lepas", goods_returned=back
        )
    return await market.reload(order)


async def two_dresses(market: Market) -> Order:
    """Sell two units of the first variant in one line."""
    await market.hold("cart:a", 2)
    placed = await market.place("cart:a")
    await market.pay(placed)
    return await market.reload(placed)


async def test_a_unit_is_paid_back_and_the_order_goes_on(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await two_dresses(market)
    owing = await part(market, order, {0: 1}, back=True)
    assert (owing.state, owing.refund, owing.refund_amount) == (
        OrderState.PAID,
        RefundState.PART,
        Money(89_000),
    )
    assert await market.available() == 4
    assert await market.differences() == []
    async with commerce_db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [order.id])
    await market.send_refund(order)
    after = await market.reload(order)
    assert (after.state, after.refund, after.refunded) == (OrderState.PACKED, RefundState.NONE, Money(89_000))
    assert after.lines[0].kept == 1
    assert await market.differences() == []


async def test_giving_the_order_up_later_pays_and_restocks_the_rest_only(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await two_dresses(market)
    await part(market, order, {0: 1}, besides=5_000)
    await market.send_refund(order)
    async with commerce_db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, order.id, "Habis")
    owing = await market.reload(order)
    assert owing.refund_amount == order.total - Money(94_000)
    assert await market.available() == 4  # the unit that was paid back before is spoilt
    await market.send_refund(order)
    assert (await market.reload(order)).state is OrderState.REFUNDED
    async with commerce_db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, order.id)
    assert payment is not None
    assert payment.state is payments.PaymentState.REFUNDED
    assert payment.refunded == payment.received  # the unique rupiah went along with the last of it
    assert await market.differences() == []


@pytest.mark.parametrize(
    ("units", "besides"), [({}, 0), ({0: 3}, 0), ({0: -1}, 500), ({7: 1}, 0), ({}, -5), ({0: 2}, 15_000)]
)
async def test_a_part_is_more_than_nothing_and_less_than_everything(
    commerce_db: Database, units: dict[int, int], besides: int
) -> None:
    market = await make.market(commerce_db)
    order = await two_dresses(market)
    with pytest.raises(Invalid):
        await part(market, order, units, besides)
    assert await market.reload(order) == order
    assert await market.differences() == []


async def test_one_refund_at_a_time_and_only_of_what_was_paid(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:b")
    unpaid = await market.place("cart:b")
    with pytest.raises(orders.OrderNotRefundable):
        await part(market, unpaid, besides=1_000)
    order = await two_dresses(market)
    owing = await part(market, order, besides=1_000)
    with pytest.raises(orders.OrderNotRefundable):
        await part(market, order, besides=1_000)
    with pytest.raises(orders.OrderNotCancellable):
        async with commerce_db.begin() as tx:
            await orders.cancel_by_seller(tx, market.shop.id, order.id, "Habis")
    assert await market.reload(order) == owing
    await market.send_refund(order)
    await part(market, order, {0: 1})
    await market.send_refund(order)
    assert (await market.reload(order)).refunded == Money(90_000)
    assert await market.differences() == []


async def test_the_buyer_is_told_the_amount_of_each_part(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    order = await two_dresses(market)
    await part(market, order, besides=1_000)
    await market.send_refund(order)
    await part(market, order, besides=2_000)
    mailer = DevelopmentMailer(quiet=True)
    await send_waiting(commerce_db, mailer, only="part")
    texts = [letter.text.replace("\N{NO-BREAK SPACE}", " ") for letter in reversed(mailer.emails)]
    assert ["Rp 1.000" in texts[0], "Rp 1.000" in texts[1], "Rp 2.000" in texts[2]] == [True] * 3
    assert "Kancing lepas" in texts[0]


async def test_what_goes_back_is_no_sale_of_the_show(commerce_db: Database) -> None:
    market = await make.market(commerce_db)

    async def sold() -> tuple[int, int, int]:
        async with commerce_db.begin() as tx:
            show = await orders.get_show_sales(tx, market.shop.id, "S")
            today = await orders.get_today(tx, market.shop.id, make.NOW - timedelta(days=365))
        assert (show.orders, show.goods) == (today.sold_orders, today.sold)
        return show.orders, show.goods.minor, today.to_refund

    order = await market.buy("cart:a", show="S")
    assert await sold() == (1, 89_000, 0)
    await part(market, order, besides=9_000)
    assert await sold() == (1, 80_000, 1)
    await market.send_refund(order)
    assert await sold() == (1, 80_000, 0)
    await part(market, await market.reload(order), besides=90_000)
    assert await sold() == (1, 0, 1)
    await market.send_refund(order)
    async with commerce_db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [order.id])
        await orders.ship_order(tx, market.shop.id, order.id, carrier="JNE", tracking_number="1")
        await orders.refund_order(tx, market.shop.id, order.id, "Sobek")
    assert await sold() == (0, 0, 1)
