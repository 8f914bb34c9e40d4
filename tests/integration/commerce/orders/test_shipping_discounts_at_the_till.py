"""Free or cheaper shipping at the till: from which sum on, who pays it, joined parcels, what goes back."""

from typing import Any

import pytest
from sqlalchemy import event, text

from etalase.commerce import inventory, ledger, orders, payments, shops
from etalase.commerce.inventory import HoldRequest
from etalase.commerce.orders import Order, TotalChanged
from etalase.commerce.orders._errors import OrderCarriesOthers
from etalase.commerce.shops import ShippingDiscountDraft, ShopView
from etalase.kernel.discounts import DiscountKind, Payer
from etalase.kernel.money import Money
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.orders import Market
from tests.make.vouchers import voucher as make_voucher

DRESS, WAY = 89_000, 15_000
"""What a dress costs, and what sending it to Depok costs by the usual rates: they go by whole kilos."""


async def offer(db: Database, shop: ShopView, min_spend: int | None, amount: int | None = None) -> None:
    async with db.begin() as tx:
        await shops.set_shipping_discount(tx, shop.id, ShippingDiscountDraft(min_spend, amount))


async def order(market: Market, holder: str, units: int = 1, **changes: Any) -> Order:
    await market.hold(holder, units, show=changes.pop("show", None))
    return await market.place(holder, **changes)


async def priced(market: Market, holder: str) -> orders.Priced:
    async with market.db.begin() as tx:
        cart = await orders.get_cart(tx, [holder])
        (part,) = await orders.price_checkout(tx, cart, [holder], make.contact(), [], make.SETTINGS)
    return part


async def test_from_the_sum_on_the_way_is_free_and_the_shop_pays_it(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, 2 * DRESS)
    below = await order(market, "cart:a")
    assert (below.shipping, below.shipping_discounts) == (Money(WAY), ())
    free = await order(market, "cart:b", 2)
    assert [(one.kind, one.payer, one.amount.minor) for one in free.shipping_discounts] == [
        (DiscountKind.SHIPPING, Payer.SHOP, WAY)
    ]
    assert (free.shipping, free.list_shipping, free.total) == (Money(0), Money(WAY), Money(2 * DRESS))
    assert await market.reload(free) == free
    for placed in (below, free):
        await market.pay(placed)
    assert (await market.reload(free)).paid
    async with commerce_db.begin() as tx:
        income = await ledger.balance(tx, ledger.LedgerAccount.SHIPPING_INCOME, shop_id=market.shop.id)
    assert income == Money(-WAY)
    assert await market.differences() == []


async def test_at_most_so_much_and_never_more_than_the_way_costs(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, 0, 5_000)
    assert (await order(market, "cart:a")).shipping == Money(WAY - 5_000)
    await offer(commerce_db, market.shop, 0, 90_000)
    dearer = await order(market, "cart:b")
    assert (dearer.shipping, dearer.shipping_saving) == (Money(0), Money(WAY))
    await offer(commerce_db, market.shop, None)
    assert (await order(market, "cart:c")).shipping_discounts == ()


async def test_a_voucher_never_makes_the_way_dearer(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, DRESS)
    async with commerce_db.begin() as tx:
        await make_voucher(tx, market.shop.id, amount=20_000)
    placed = await order(market, "cart:a")
    assert (placed.goods, placed.shipping) == (Money(DRESS - 20_000), Money(0))


async def test_no_order_is_placed_at_a_total_that_the_shop_has_changed(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, DRESS)
    await market.hold("cart:a")
    seen = await priced(market, "cart:a")
    assert seen.total.total == Money(DRESS)
    await offer(commerce_db, market.shop, None)
    with pytest.raises(TotalChanged) as refusal:
        await market.place("cart:a", seen=orders.fingerprint([seen.total]))
    assert refusal.value.facts["total_minor"] == DRESS + WAY
    with pytest.raises(TotalChanged):
        await market.place("cart:a", expected_minor=DRESS)
    assert (await market.place("cart:a", expected_minor=DRESS + WAY)).shipping == Money(WAY)


async def test_what_is_missing_is_known_in_the_cart(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    assert (await priced(market, "cart:a")).cart.shipping_missing is None
    await offer(commerce_db, market.shop, 101_000)
    assert (await priced(market, "cart:a")).cart.shipping_missing == Money(12_000)
    await market.hold("cart:a")
    assert (await priced(market, "cart:a")).cart.shipping_missing == Money(0)


async def test_each_shop_of_a_checkout_takes_off_its_own_way(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    async with commerce_db.begin() as tx:
        other = await make.open_shop(tx, "Toko Lain")
        (variant, *_) = (await make_catalog.product(tx, other.id)).variants
        await inventory.receive(tx, variant.id, 1)
    await offer(commerce_db, market.shop, DRESS)
    await offer(commerce_db, other, 2 * DRESS)
    await market.hold("cart:a")
    await market.desk.hold(HoldRequest("cart:a", variant.id, 1, "key", Venue.SHOP, seen_price=None))
    async with commerce_db.begin() as tx:
        bought = make.checkout("cart:a", [market.shop.id, other.id])
        placed = await orders.place_orders(tx, bought, make.SETTINGS, OPEN)
    assert {one.shop_id: one.shipping.minor for one in placed} == {market.shop.id: 0, other.id: WAY}
    assert await market.differences() == []


async def test_the_goods_of_a_joined_parcel_count_together(commerce_db: Database) -> None:
    """Six dresses weigh more than a kilo: the second order would pay for another one."""
    market = await make.market(commerce_db, units=10)
    await offer(commerce_db, market.shop, 6 * DRESS)
    first = await order(market, "cart:a", show="S1", method="cod")
    assert first.shipping == Money(WAY)
    await market.hold("cart:a", 5, show="S1")
    shown = await priced(market, "cart:a")
    assert shown.total.joins_parcel
    second = await market.place("cart:a", "cod", seen=orders.fingerprint([shown.total]))
    assert (second.parcel_id, second.list_shipping, second.shipping) == (
        first.parcel_id,
        Money(WAY),
        Money(0),
    )
    with pytest.raises(OrderCarriesOthers):
        async with commerce_db.begin() as tx:
            await orders.cancel_by_buyer(tx, first.token)
    assert await market.differences() == []


async def test_what_was_taken_off_once_is_not_taken_off_again_for_the_same_parcel(
    commerce_db: Database,
) -> None:
    market = await make.market(commerce_db, units=10)
    await offer(commerce_db, market.shop, 0, WAY)
    first = await order(market, "cart:a", show="S1", method="cod")
    assert first.shipping == Money(0)
    second = await order(market, "cart:a", 5, show="S1", method="cod")
    assert (second.parcel_id, second.shipping, second.shipping_discounts) == (first.parcel_id, Money(WAY), ())


async def test_what_was_paid_goes_back_and_nothing_for_a_way_that_was_free(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, 0, 5_000)
    placed = await order(market, "cart:a")
    await market.pay(placed)
    async with commerce_db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, placed.id, "habis")
    await market.send_refund(placed)
    after = await market.reload(placed)
    assert after.given_back == Money(DRESS + WAY - 5_000)
    assert after.shipping_discounts == placed.shipping_discounts
    async with commerce_db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, placed.id)
    assert payment is not None
    assert payment.shipping == Money(WAY - 5_000)
    assert await market.differences() == []


@pytest.mark.parametrize(
    ("corrupt", "said"),
    [
        ("UPDATE orders SET shipping_minor = 1, goods_minor = goods_minor", "its way costs 1"),
        ("UPDATE orders SET shipping_discounts = jsonb_set(shipping_discounts, '{0,kind}', '\"voucher\"')",
         "voucher of 5000 is taken off the wrong thing"),
        ("UPDATE orders SET shipping_discounts = jsonb_set(shipping_discounts, '{0,amount,minor}', '-1')",
         "a discount takes nothing off"),
    ],
)  # fmt: skip
async def test_the_audit_sees_a_discount_that_does_not_add_up(
    commerce_db: Database, corrupt: str, said: str
) -> None:
    market = await make.market(commerce_db)
    await offer(commerce_db, market.shop, 0, 5_000)
    await order(market, "cart:a")
    assert await market.differences() == []
    async with commerce_db.begin() as tx:
        await tx.execute(text(corrupt))
    assert any(said in one for one in await market.differences())


async def test_no_statement_is_made_for_it(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.buy("cart:first")
    counts = []
    for holder, min_spend in (("cart:a", None), ("cart:b", 0)):
        await offer(commerce_db, market.shop, min_spend)
        seen: list[str] = []

        def note(*given: Any, seen: list[str] = seen) -> None:
            seen.append(given[2])

        event.listen(commerce_db.engine.sync_engine, "before_cursor_execute", note)
        try:
            await order(market, holder)
        finally:
            event.remove(commerce_db.engine.sync_engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]
