"""Bundles at the till: what they take off, that the free unit is held as any other, and what goes back."""

from typing import Any

import pytest
from sqlalchemy import event, text

from etalase.commerce import bundles, orders, shops
from etalase.commerce.bundles import Bundle
from etalase.commerce.orders import Order, PartRefund, TotalChanged
from etalase.commerce.shops import ShippingDiscountDraft
from etalase.kernel.clock import FixedClock
from etalase.kernel.discounts import DiscountKind, Payer
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import orders as make
from tests.make.bundles import bundle as make_bundle
from tests.make.orders import Market
from tests.make.vouchers import voucher as make_voucher

DRESS, WAY = 89_000, 15_000


async def offer(market: Market, units: int = 3, free: int = 1, **changes: Any) -> Bundle:
    """Offer a bundle of dresses: by default whoever buys two gets one for nothing."""
    async with market.db.begin() as tx:
        items = [(market.variants[0].product_id, units, free)]
        return await make_bundle(tx, market.shop.id, items, **changes)


async def order(market: Market, holder: str, units: int, **changes: Any) -> Order:
    await market.hold(holder, units)
    return await market.place(holder, **changes)


async def priced(market: Market, holder: str) -> orders.Priced:
    async with market.db.begin() as tx:
        cart = await orders.get_cart(tx, [holder])
        (part,) = await orders.price_checkout(tx, cart, [holder], make.contact(), [], make.SETTINGS)
    return part


async def test_the_third_is_free_and_is_held_and_sold_as_the_others(commerce_db: Database) -> None:
    market = await make.market(commerce_db, units=3)
    bundle = await offer(market)
    await market.hold("cart:a", 3)
    assert await market.available() == 0
    placed = await market.place("cart:a")
    (line,) = placed.lines
    assert [(one.kind, one.payer, one.amount.minor, one.reference) for one in line.discounts] == [
        (DiscountKind.BUNDLE, Payer.SHOP, DRESS, bundle.id)
    ]
    assert (placed.goods, placed.total) == (Money(2 * DRESS), Money(2 * DRESS + WAY))
    assert line.list_amount == Money(3 * DRESS)
    await market.pay(placed)
    assert (await market.reload(placed)).lines == placed.lines
    assert await market.differences() == []


async def test_two_cost_what_two_cost(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(market)
    assert (await order(market, "cart:a", 2)).lines[0].discounts == ()


async def test_a_price_together_is_split_over_lines_to_the_rupiah(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(market, 3, 0, price=200_001)
    await market.hold("cart:a", variant=0)
    await market.hold("cart:a", 2, variant=1)
    placed = await market.place("cart:a")
    assert placed.goods == Money(200_001)
    assert sorted(one.amount.minor for line in placed.lines for one in line.discounts) == [22_333, 44_666]
    assert await market.differences() == []


async def test_bundle_then_voucher_then_shipping(commerce_db: Database) -> None:
    """Each takes off what those before it left; the sum for shipping is asked before the voucher."""
    market = await make.market(commerce_db)
    await offer(market, 2, 0, percent=10)
    goods = 2 * DRESS - 2 * DRESS // 10
    async with commerce_db.begin() as tx:
        await make_voucher(tx, market.shop.id, percent=50, min_spend=goods)
        await shops.set_shipping_discount(tx, market.shop.id, ShippingDiscountDraft(goods, 5_000))
    placed = await order(market, "cart:a", 2)
    assert placed.goods == Money(goods - goods // 2)
    assert placed.shipping == Money(WAY - 5_000)
    assert [one.kind for one in placed.lines[0].discounts] == [DiscountKind.BUNDLE, DiscountKind.VOUCHER]
    assert await market.differences() == []


async def test_one_of_a_bundle_goes_back_at_what_it_cost(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(market)
    placed = await order(market, "cart:a", 3)
    await market.pay(placed)
    back = []
    for _ in range(3):
        async with commerce_db.begin() as tx:
            after = await orders.refund_part(
                tx, market.shop.id, placed.id, PartRefund({0: 1}), "rusak", goods_returned=True
            )
            back.append(after.refund_amount.minor)
        await market.send_refund(placed)
    assert sum(back) == 2 * DRESS
    assert max(back) - min(back) <= 1
    assert await market.differences() == []


async def test_a_bundle_that_is_stopped_is_not_paid_unseen(commerce_db: Database, clock: FixedClock) -> None:
    market = await make.market(commerce_db)
    bundle = await offer(market)
    await market.hold("cart:a", 3)
    seen = await priced(market, "cart:a")
    assert seen.total.goods == Money(2 * DRESS)
    async with commerce_db.begin() as tx:
        stopped = await bundles.stop_bundle(tx, market.shop.id, bundle.id)
    clock.advance(seconds=60)
    async with commerce_db.begin() as tx:
        assert await bundles.stop_bundle(tx, market.shop.id, bundle.id) == stopped
        with pytest.raises(Exception, match="bundle_unknown"):
            await bundles.stop_bundle(tx, new_id(), bundle.id)
    with pytest.raises(TotalChanged) as refusal:
        await market.place("cart:a", seen=orders.fingerprint([seen.total]))
    assert refusal.value.facts["total_minor"] == 3 * DRESS + WAY
    placed = await market.place("cart:a", expected_minor=3 * DRESS + WAY)
    assert placed.lines[0].discounts == ()


async def test_an_order_keeps_its_bundle_when_that_is_stopped(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    bundle = await offer(market, per_order=1)
    placed = await order(market, "cart:a", 5)
    assert placed.goods == Money(4 * DRESS)
    async with commerce_db.begin() as tx:
        await bundles.stop_bundle(tx, market.shop.id, bundle.id)
    assert await market.differences() == []


async def test_only_what_the_shop_sells_makes_a_bundle(commerce_db: Database) -> None:
    market, other = await make.market(commerce_db), await make.market(commerce_db)
    with pytest.raises(Invalid, match="product-0: unknown"):
        async with commerce_db.begin() as tx:
            await make_bundle(tx, market.shop.id, [(other.variants[0].product_id, 2, 1)])
    async with commerce_db.begin() as tx:
        assert await bundles.list_bundles(tx, market.shop.id) == []
        shop = await shops.get_shop(tx, market.shop.id)
    assert not shop.offers_bundles


async def test_the_audit_works_an_order_out_again(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(market)
    await order(market, "cart:a", 3)
    assert await market.differences() == []
    async with commerce_db.begin() as tx:
        await tx.execute(
            text("UPDATE order_lines SET discounts = jsonb_set(discounts, '{0,amount,minor}', '88999')")
        )
    assert any("its bundles would take something else off" in one for one in await market.differences())


async def test_a_shop_without_bundles_pays_no_statement_for_them(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.buy("cart:first")
    counts = []
    for holder in ("cart:a", "cart:b"):
        seen: list[str] = []

        def note(*given: Any, seen: list[str] = seen) -> None:
            seen.append(given[2])

        event.listen(commerce_db.engine.sync_engine, "before_cursor_execute", note)
        try:
            await order(market, holder, 1)
        finally:
            event.remove(commerce_db.engine.sync_engine, "before_cursor_execute", note)
        counts.append(len(seen))
        if holder == "cart:a":
            assert not [one for one in seen if "FROM bundles" in one]
            await offer(market)
    assert counts[1] == counts[0] + 1, "one for a batch, however many bundles and orders"
