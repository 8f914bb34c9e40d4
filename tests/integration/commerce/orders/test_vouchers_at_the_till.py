"""A voucher at the till: what it takes off, why a code is refused, and what a given-up order gives back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from etalase.commerce import orders, vouchers
from etalase.commerce.orders import Choice, Order, PartRefund, TotalChanged
from etalase.commerce.vouchers import Voucher, VoucherRefused
from etalase.kernel.clock import FixedClock
from etalase.kernel.discounts import DiscountKind, Payer
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import orders as make
from tests.make.laws import OPEN
from tests.make.orders import Market
from tests.make.vouchers import voucher as make_voucher

DRESS = 89_000


async def new_voucher(market: Market, **changes: Any) -> Voucher:
    async with market.db.begin() as tx:
        return await make_voucher(tx, market.shop.id, **changes)


async def state_of(market: Market, voucher: Voucher) -> tuple[int, int]:
    """Return how often it is used, and for how much."""
    async with market.db.begin() as tx:
        now = await vouchers.get_voucher_of(tx, market.shop.id, voucher.id)
        assert await vouchers.recount(tx) == []
    return now.uses, now.spent.minor


async def order(market: Market, holder: str, code: str = "", **changes: Any) -> Order:
    """Hold a dress and order it with a code."""
    await market.hold(holder)
    return await order_held(market, holder, code, **changes)


async def order_held(market: Market, holder: str, code: str = "", **changes: Any) -> Order:
    choices = (Choice(market.shop.id, "", changes.pop("method", "bank_transfer"), code),)
    return await market.place(holder, choices=choices, **changes)


async def test_what_it_takes_off_is_split_over_the_lines_and_the_shop_pays_it(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    voucher = await new_voucher(market, code="hemat", amount=10_001)
    for variant in (0, 1):
        await market.hold("cart:a", variant=variant)
    await market.hold("cart:a", variant=0)
    placed = await order_held(market, "cart:a", " Hemat ")
    discounts = [one for line in placed.lines for one in line.discounts]
    assert {(one.kind, one.payer, one.reference) for one in discounts} == {
        (DiscountKind.VOUCHER, Payer.SHOP, voucher.id)
    }
    assert sorted(one.amount.minor for one in discounts) == [3_333, 3_334, 3_334]
    assert placed.goods == Money(3 * DRESS - 10_001)
    assert placed.total == placed.goods + placed.shipping
    assert sum((line.list_amount for line in placed.lines), Money(0)) == Money(3 * DRESS)
    assert await state_of(market, voucher) == (1, 10_001)
    await market.pay(placed)
    assert (await market.reload(placed)).paid
    assert await market.differences() == []


async def test_percent_cap_minimum_and_show(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await new_voucher(market, code="SEPULUH", percent=10, min_spend=2 * DRESS, cap=15_000)
    await new_voucher(market, code="SHOW", percent=50, show_code="abc")
    await market.hold("cart:a")
    with pytest.raises(VoucherRefused) as refusal:
        await order_held(market, "cart:a", "SEPULUH")
    assert (refusal.value.code, refusal.value.facts["price"]) == ("voucher_minimum_not_reached", DRESS)
    with pytest.raises(VoucherRefused) as refusal:
        await order_held(market, "cart:a", "SHOW")
    assert refusal.value.code == "voucher_not_for_these"
    await market.hold("cart:a", show="abc", variant=1)
    assert (await order_held(market, "cart:a", "SEPULUH")).goods == Money(2 * DRESS - 15_000)
    await market.hold("cart:b")
    await market.hold("cart:b", show="abc", variant=1)
    placed = await order_held(market, "cart:b", "SHOW")
    assert [bool(line.discounts) for line in placed.lines] == [False, True]
    assert placed.goods == Money(DRESS + DRESS // 2)


async def test_each_code_that_takes_nothing_off_says_why(commerce_db: Database, clock: FixedClock) -> None:
    market = await make.market(commerce_db)
    now = clock.now()
    await new_voucher(market, code="LATER", starts_at=now + timedelta(days=1))
    await new_voucher(market, code="ONCE", per_buyer=1)
    await new_voucher(market, code="FIRST", max_uses=1)
    stopped = await new_voucher(market, code="GONE")
    async with commerce_db.begin() as tx:
        await vouchers.stop_voucher(tx, market.shop.id, stopped.id)
    used = await order(market, "cart:a", "ONCE", contact=make.contact(phone="0812-0000-0001"))
    total = used.total.minor + 20_000
    await order(market, "cart:b", "FIRST", contact=make.contact(phone="0812-0000-0002"))
    await market.hold("cart:c")
    for code, said in (
        ("NONE", "voucher_code_unknown"),
        ("no code\x00", "voucher_code_unknown"),
        ("LATER", "voucher_not_yet"),
        ("GONE", "voucher_over"),
        ("FIRST", "voucher_used_up"),
        ("ONCE", "voucher_already_used"),
    ):
        with pytest.raises(VoucherRefused) as refusal:
            await order_held(market, "cart:c", code, contact=make.contact(phone="0812-0000-0001"))
        assert refusal.value.code == said
        assert refusal.value.facts["total_minor"] == total
        async with commerce_db.begin() as tx:
            cart = await orders.get_cart(tx, ["cart:c"])
        assert cart.count, "nothing is lost"


async def test_without_a_code_the_best_of_those_that_apply_by_themselves(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await new_voucher(market, amount=5_000)
    best = await new_voucher(market, percent=10)
    await new_voucher(market, amount=50_000, min_spend=500_000)
    await new_voucher(market, amount=60_000, code="SECRET")
    placed = await order(market, "cart:a")
    assert placed.voucher_saving == (best.id, Money(8_900))


async def test_a_total_that_was_shown_with_a_voucher_is_refused_without_it(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    voucher = await new_voucher(market)
    await market.hold("cart:a")
    async with commerce_db.begin() as tx:
        cart = await orders.get_cart(tx, ["cart:a"])
        priced = await orders.price_checkout(tx, cart, ["cart:a"], make.contact(), [], make.SETTINGS)
        assert priced[0].total.discount == Money(20_000)
        await vouchers.stop_voucher(tx, market.shop.id, voucher.id)
    seen = priced[0].total.total.minor
    with pytest.raises(TotalChanged) as refusal:
        await market.place("cart:a", expected_minor=seen)
    assert refusal.value.facts["total_minor"] == seen + 20_000
    with pytest.raises(TotalChanged):
        await market.place("cart:a", seen=orders.fingerprint([part.total for part in priced]))
    assert (await market.place("cart:a", expected_minor=seen + 20_000)).voucher_saving is None


async def cancelled_by_buyer(market: Market, placed: Order) -> None:
    async with market.db.begin() as tx:
        await orders.cancel_by_buyer(tx, placed.token)
        await orders.cancel_by_buyer(tx, placed.token)


async def cancelled_by_seller_after_payment(market: Market, placed: Order) -> None:
    await market.pay(placed)
    async with market.db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, placed.id, "habis")
    await market.send_refund(placed)


async def refunded_in_full(market: Market, placed: Order) -> None:
    await market.pay(placed)
    async with market.db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [placed.id])
        await orders.ship_order(tx, market.shop.id, placed.id, carrier="JNE", tracking_number="1")
        await orders.refund_order(tx, market.shop.id, placed.id, "rusak")
    await market.send_refund(placed)


async def not_paid_in_time(market: Market, placed: Order) -> None:
    async with market.db.begin() as tx:
        assert placed.payment_id is not None
        await tx.execute(
            text("UPDATE payments SET state = 'expired' WHERE id = :id"), {"id": placed.payment_id}
        )
        from etalase.commerce.orders._commands import expire_order  # noqa: PLC0415

        await expire_order(tx, placed.id, placed.payment_id)
        await expire_order(tx, placed.id, placed.payment_id)


@pytest.mark.parametrize(
    "end", [cancelled_by_buyer, cancelled_by_seller_after_payment, refunded_in_full, not_paid_in_time]
)
async def test_an_order_that_is_given_up_gives_its_use_back_once(
    commerce_db: Database, end: Callable[[Market, Order], Any]
) -> None:
    market = await make.market(commerce_db)
    voucher = await new_voucher(market, code="ONCE", per_buyer=1, budget=40_000)
    other = await order(market, "cart:b", "ONCE", contact=make.contact(phone="0812-0000-0002"))
    placed = await order(market, "cart:a", "ONCE")
    assert await state_of(market, voucher) == (2, 40_000)
    await end(market, placed)
    await market.relay.drain()
    assert await state_of(market, voucher) == (1, 20_000)
    again = await order(market, "cart:a", "ONCE")
    assert again.voucher_saving == (voucher.id, Money(20_000))
    assert await state_of(market, voucher) == (2, 40_000)
    async with commerce_db.begin() as tx:
        uses = await vouchers.list_uses_of_orders(tx, [other.id, placed.id, again.id])
    assert [bool(uses[one.id].given_back_at) for one in (other, placed, again)] == [False, True, False]


async def test_a_part_that_goes_back_keeps_the_voucher_and_pays_what_was_paid(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    voucher = await new_voucher(market, amount=20_000)
    await market.hold("cart:a", 3)
    placed = await order_held(market, "cart:a")
    await market.pay(placed)
    amounts = []
    for _ in range(2):
        async with commerce_db.begin() as tx:
            back = await orders.refund_part(
                tx, market.shop.id, placed.id, PartRefund({0: 1}), "rusak", goods_returned=True
            )
            amounts.append(back.refund_amount.minor)
        await market.send_refund(placed)
    whole = 3 * DRESS - 20_000
    assert amounts == [whole // 3, 2 * whole // 3 - whole // 3]
    assert (await market.reload(placed)).lines[0].kept_amount.minor == whole - sum(amounts)
    assert await state_of(market, voucher) == (1, 20_000)
    assert await market.differences() == []


async def test_a_code_in_use_is_not_given_twice_and_stopping_twice_is_once(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    first = await new_voucher(market, code="HEMAT")
    with pytest.raises(Invalid, match="code: taken"):
        await new_voucher(market, code="hemat")
    async with commerce_db.begin() as tx:
        stopped = await vouchers.stop_voucher(tx, market.shop.id, first.id)
        clock.advance(seconds=60)
        assert await vouchers.stop_voucher(tx, market.shop.id, first.id) == stopped
        with pytest.raises(Exception, match="voucher_unknown"):
            await vouchers.stop_voucher(tx, new_id(), first.id)
    second = await new_voucher(market, code="HEMAT", amount=1_000)
    assert (await order(market, "cart:a", "HEMAT")).voucher_saving == (second.id, Money(1_000))


async def test_a_shop_without_vouchers_pays_no_statement_for_them(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.buy("cart:first")
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2])

    event.listen(commerce_db.engine.sync_engine, "before_cursor_execute", note)
    try:
        await order(market, "cart:a")
        without = len(seen)
        assert not [one for one in seen if "voucher_uses" in one or "FROM vouchers" in one]
        await new_voucher(market, per_buyer=5)
        seen.clear()
        await order(market, "cart:b")
    finally:
        event.remove(commerce_db.engine.sync_engine, "before_cursor_execute", note)
    assert len(seen) == without + 7, "list, uses; lock, list, uses; note and spend: for a batch, not an order"


def guest(market: Market, number: int, code: str, **changes: Any) -> orders.Checkout:
    contact = make.contact(email=f"guest{number}@example.com", phone=f"0812{number:08}")
    checkout = make.checkout(f"cart:{number}", [market.shop.id], contact=contact, **changes)
    return replace(checkout, choices=(Choice(market.shop.id, "", "bank_transfer", code),))


async def test_a_batch_shares_one_budget(commerce_db: Database) -> None:
    from etalase.commerce.orders._commands.place import place_batch  # noqa: PLC0415

    market = await make.market(commerce_db, units=12)
    voucher = await new_voucher(market, code="HEMAT", budget=100_000, max_uses=9)
    for number in range(12):
        await market.hold(f"cart:{number}")
    async with commerce_db.begin() as tx:
        outcomes = await place_batch(
            tx, [guest(market, number, "HEMAT") for number in range(12)], make.SETTINGS, OPEN
        )
    placed = [one for one in outcomes if isinstance(one, list)]
    refused = [one for one in outcomes if isinstance(one, VoucherRefused)]
    assert (len(placed), {one.code for one in refused}) == (5, {"voucher_used_up"})
    assert outcomes[:5] == placed, "the first are first"
    assert {one.facts["total_minor"] for one in refused} == {placed[0][0].total.minor + 20_000}
    assert await state_of(market, voucher) == (5, 100_000)
    assert await market.differences() == []
