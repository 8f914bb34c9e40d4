"""A shop's hold rules at every door: how long units are kept, and who pays first."""

from datetime import timedelta
from uuid import uuid4

import pytest

from etalase.commerce import inventory, orders, shops
from etalase.commerce.inventory import HoldQueue, HoldRequest, InventorySettings, Joining, WaitlistPlace
from etalase.commerce.orders import (
    AppealDraft,
    AppealOpen,
    AppealUnknown,
    BuyerRecord,
    MustPayFirst,
    Order,
    PayFirstReason,
    PayFirstTerms,
)
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands import expire_order
from etalase.commerce.payments import Method
from etalase.commerce.shops import HoldRulesDraft
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_code, new_id
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from tests.make import orders as make_orders
from tests.make.laws import OPEN
from tests.make.orders import SETTINGS, Market

BUYER = "cart:dewi"
FIRST = PayFirstTerms(PayFirstReason.RECORD, 30)


@pytest.fixture
async def market(commerce_db: Database) -> Market:
    return await make_orders.market(commerce_db)


async def set_rules(market: Market, pay_first: str = "nobody", minutes: int | None = None) -> None:
    async with market.db.begin() as tx:
        await shops.set_hold_rules(tx, market.shop.id, HoldRulesDraft(minutes, pay_first, 30))


async def terms_of(market: Market, *holders: str) -> PayFirstTerms | None:
    async with market.db.begin() as tx:
        found = await orders.find_pay_first(tx, holders or (BUYER,), [market.shop.id])
    return found.get(market.shop.id)


async def leave_unpaid(market: Market, holder: str = BUYER, times: int = 2) -> None:
    """Order, and let the time to pay run out."""
    for _ in range(times):
        await market.hold(holder)
        placed = await market.place(holder)
        await expire(market, placed)


async def expire(market: Market, placed: Order) -> None:
    assert placed.payment_id is not None
    async with market.db.begin() as tx:
        await expire_order(tx, placed.id, placed.payment_id)


async def refuse_at_the_door(market: Market, holder: str) -> None:
    """Order on delivery, and send the courier away."""
    await market.hold(holder)
    placed = await market.place(holder, "cod")
    async with market.db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [placed.id])
        await orders.ship_order(tx, market.shop.id, placed.id, carrier="JNE", tracking_number="JP1")
        await orders.cancel_by_seller(tx, market.shop.id, placed.id, "refused at the door")


async def record_of(market: Market, *holders: str) -> BuyerRecord:
    async with market.db.begin() as tx:
        return await orders.get_record(tx, holders)


@pytest.mark.parametrize(("minutes", "kept"), [(None, 600), (3, 180), (60, 3600)])
async def test_a_unit_is_kept_as_long_as_its_shop_says(
    market: Market, clock: FixedClock, minutes: int | None, kept: int
) -> None:
    await set_rules(market, minutes=minutes)
    held_id = await market.hold(BUYER)
    async with market.db.begin() as tx:
        stored = (await inventory.get_holds(tx, [held_id]))[held_id]
        assert (stored.expires_at - tx.clock.now()).total_seconds() == pytest.approx(kept, abs=5)


async def test_a_place_in_line_keeps_the_time_that_was_said(market: Market) -> None:
    await set_rules(market, minutes=4)
    variant = market.variants[0].id
    async with market.db.begin() as tx:
        await inventory.count(tx, {variant: 1}, actor_id=None, reason="stock-taking")
    await market.hold("cart:first")
    request = HoldRequest(BUYER, variant, 1, new_code(), Venue.SHOP, joining=Joining())
    place = await market.desk.hold_or_wait(request)
    assert isinstance(place, WaitlistPlace)
    assert place.hold_seconds == 240


async def test_guests_of_one_address_are_counted_as_long_as_the_shop_holds(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make_orders.market(commerce_db)
    await set_rules(market, minutes=60)
    variant = market.variants[0].id
    async with market.db.begin() as tx:
        await inventory.count(tx, {variant: 40}, actor_id=None, reason="stock-taking")
    queue = HoldQueue(commerce_db, clock, InventorySettings(guest_units_per_hour=10_000), OPEN)

    async def tap() -> None:
        name = f"cart:{new_id()}"
        await queue.hold(HoldRequest(name, variant, 10, new_code(), Venue.SHOP, "203.0.113.7"))

    await tap()
    await tap()
    clock.advance(seconds=11 * 60)  # longer than the operator's ten minutes
    with pytest.raises(inventory.NetworkHoldsTooMuch):
        await tap()
    clock.advance(seconds=50 * 60)
    await inventory.expire_due(commerce_db)
    await tap()


async def test_a_record_counts_what_became_of_orders(market: Market) -> None:
    await market.buy(BUYER)
    await leave_unpaid(market)
    await refuse_at_the_door(market, BUYER)
    await market.hold(BUYER)
    given_up = await market.place(BUYER)
    async with market.db.begin() as tx:
        await orders.cancel_by_buyer(tx, given_up.token)
    assert await record_of(market, BUYER) == BuyerRecord(1, 2, 1, 1)
    assert await record_of(market, "cart:other") == BuyerRecord()
    await market.buy("account:" + str(uuid4()))
    assert await record_of(market, "cart:other", BUYER) == BuyerRecord(1, 2, 1, 1)


async def test_what_a_seller_cancels_or_money_that_went_back_speaks_against_nobody(market: Market) -> None:
    paid = await market.buy(BUYER)
    async with market.db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, paid.id, "out of stock")
    await market.hold(BUYER)
    unpaid = await market.place(BUYER, "cod")
    async with market.db.begin() as tx:
        await orders.cancel_by_seller(tx, market.shop.id, unpaid.id, "out of stock")
    assert await record_of(market, BUYER) == BuyerRecord(paid=1)


async def test_what_is_long_ago_counts_no_more(market: Market, clock: FixedClock) -> None:
    await set_rules(market, "record")
    await leave_unpaid(market)
    assert await terms_of(market) == FIRST
    async with market.db.begin() as tx:
        found = await store.find_records(tx, [BUYER], tx.clock.now() + timedelta(seconds=1))
    assert found == {}


async def test_who_has_let_others_down_pays_first_and_nobody_else(market: Market) -> None:
    await set_rules(market, "record")
    await leave_unpaid(market)
    await market.hold(BUYER)
    with pytest.raises(MustPayFirst) as refused:
        await market.place(BUYER, "cod")
    assert refused.value.facts["reason"] == "record"
    placed = await market.place(BUYER)
    assert placed.pay_by == placed.placed_at + timedelta(minutes=30)
    await market.hold("cart:other")
    assert (await market.place("cart:other", "cod")).method == "cod"


async def test_another_way_to_pay_gives_no_more_time(market: Market) -> None:
    await set_rules(market, "everybody")
    await market.hold(BUYER)
    placed = await market.place(BUYER)
    async with market.db.begin() as tx:
        again = await orders.pay_again(
            tx, placed.token, Method.BANK_TRANSFER, SETTINGS, law=OPEN, venue=Venue.SHOP
        )
    assert again.pay_by == placed.placed_at + timedelta(minutes=30)


async def test_a_new_buyer_pays_first_until_they_have_paid(market: Market) -> None:
    await set_rules(market, "new")
    assert (await terms_of(market)) == PayFirstTerms(PayFirstReason.NEW, 30)
    await market.buy(BUYER)
    assert await terms_of(market) is None
    assert await terms_of(market, "cart:stranger") is not None


async def test_a_rule_of_one_shop_is_none_of_anothers(market: Market) -> None:
    await set_rules(market, "record")
    other = await make_orders.market(market.db)
    await leave_unpaid(market)
    assert await terms_of(other) is None
    await set_rules(other, "record")
    assert await terms_of(other) == FIRST  # the record is with the operator


async def test_where_no_shop_asks_nothing_is_read(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(store, "find_records", fail)
    await market.hold(BUYER)
    await market.place(BUYER, "cod")
    await set_rules(market, "everybody")
    await market.hold(BUYER)
    await market.place(BUYER)


async def test_an_appeal_that_is_granted_lets_the_buyer_pay_later_at_that_shop(market: Market) -> None:
    await set_rules(market, "record")
    other = await make_orders.market(market.db)
    await set_rules(other, "record")
    await leave_unpaid(market)
    async with market.db.begin() as tx:
        asked = await orders.ask_appeal(
            tx, [BUYER], market.shop.id, AppealDraft("Saya sakit minggu itu.", "dewi@example.com"), "id"
        )
    with pytest.raises(AppealOpen):
        async with market.db.begin() as tx:
            await orders.ask_appeal(tx, [BUYER], market.shop.id, AppealDraft("Lagi"), "id")
    staff_id = new_id()
    with pytest.raises(AppealUnknown):
        async with market.db.begin() as tx:
            await orders.answer_appeal(tx, other.shop.id, asked.id, "", is_granted=True, actor_id=staff_id)
    async with market.db.begin() as tx:
        answered = await orders.answer_appeal(
            tx, market.shop.id, asked.id, "Baik.", is_granted=True, actor_id=staff_id
        )
        again = await orders.answer_appeal(
            tx, market.shop.id, asked.id, "Tidak.", is_granted=False, actor_id=new_id()
        )
    assert answered == again  # answered once, by whoever did
    assert (answered.answered_by, answered.answer) == (staff_id, "Baik.")
    assert await terms_of(market) is None
    assert await terms_of(other) == FIRST
    await market.hold(BUYER)
    assert (await market.place(BUYER, "cod")).method == "cod"
