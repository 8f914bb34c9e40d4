"""Holds end once: released, expired or sold; and may come back while there are units."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.inventory import (
    Hold,
    HoldEnded,
    HoldQueue,
    HoldState,
    IdempotencyKeyReused,
    InventorySettings,
    SoldOut,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

ORDER = new_id()


@pytest.fixture
def queue(commerce_db: Database, clock: FixedClock) -> HoldQueue:
    return HoldQueue(commerce_db, clock, InventorySettings(), OPEN)


async def figures(db: Database, variant_id: UUID) -> tuple[int, int]:
    async with db.begin() as tx:
        assert await inventory.recount(tx) == []
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
    return stock.on_hand, stock.held


async def message(db: Database, name: str) -> list[dict[str, object]]:
    async with db.begin() as tx:
        rows = await tx.execute(
            text("SELECT payload FROM outbox WHERE name = :name ORDER BY transaction_id, id"), {"name": name}
        )
        return [row.payload for row in rows]


async def state_of(db: Database, hold: Hold) -> HoldState:
    async with db.begin() as tx:
        return (await inventory.get_holds(tx, [hold.id]))[hold.id].state


async def sell(db: Database, holds: Sequence[Hold], order_id: UUID = ORDER) -> None:
    async with db.begin() as tx:
        await inventory.sell(tx, [hold.id for hold in holds], order_id)


async def shrink(db: Database, quantities: dict[UUID, int]) -> list[Hold]:
    async with db.begin() as tx:
        return await inventory.shrink(tx, quantities)


async def test_a_released_hold_gives_its_units_back_once(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 2))
    for _ in range(2):
        async with commerce_db.begin() as tx:
            await inventory.release(tx, [hold.id])
    assert await figures(commerce_db, variant_id) == (5, 0)
    changes = await message(commerce_db, "inventory.stock_changed")
    assert [(change["cause"], change["available"]) for change in changes][-2:] == [
        ("held", 3),
        ("released", 5),
    ]


async def test_a_shrunk_hold_keeps_its_other_units_and_its_time(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 4))
    for _ in range(2):
        assert await shrink(commerce_db, {hold.id: 1}) == [replace(hold, quantity=1, requested=4)]
    assert await figures(commerce_db, variant_id) == (5, 1)
    changes = await message(commerce_db, "inventory.stock_changed")
    assert [(change["cause"], change["available"]) for change in changes][-2:] == [
        ("held", 1),
        ("released", 4),
    ]
    async with commerce_db.begin() as tx:
        newest, *_ = await inventory.list_movements(tx, [variant_id])
    assert (newest.kind, newest.held_change) == ("released", -3)


async def test_a_shrunk_hold_is_still_the_answer_to_its_wish(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    wanted = hold_request(variant_id, 4)
    hold = await queue.hold(wanted)
    await shrink(commerce_db, {hold.id: 3})
    await shrink(commerce_db, {hold.id: 1})
    again = await queue.hold(wanted)
    assert (again.id, again.quantity) == (hold.id, 1)
    with pytest.raises(IdempotencyKeyReused):
        await queue.hold(replace(wanted, quantity=1))


async def test_several_holds_shrink_together_and_one_to_nothing(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    older, newer = (
        await queue.hold(hold_request(variant_id, 2)),
        await queue.hold(hold_request(variant_id, 2)),
    )
    for _ in range(2):
        await shrink(commerce_db, {newer.id: 0, older.id: 1})
    assert await figures(commerce_db, variant_id) == (5, 1)
    assert await state_of(commerce_db, newer) is HoldState.RELEASED
    with pytest.raises(HoldEnded):
        await shrink(commerce_db, {newer.id: 1})


async def test_a_hold_is_not_raised_and_an_ended_or_ordered_one_is_not_touched(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 9)
    living, sold, ordered = [await queue.hold(hold_request(variant_id, 2)) for _ in range(3)]
    await sell(commerce_db, [sold])
    async with commerce_db.begin() as tx:
        await inventory.extend(tx, [ordered.id], ordered.expires_at, order_id=ORDER)
    before = await message(commerce_db, "inventory.stock_changed")
    for quantity in (-1, 3):
        with pytest.raises(Invalid):
            await shrink(commerce_db, {living.id: quantity})
    for ended in (sold.id, ordered.id, new_id()):
        for quantity in (0, 1):
            with pytest.raises(HoldEnded):
                await shrink(commerce_db, {living.id: 1, ended: quantity})
    assert await figures(commerce_db, variant_id) == (7, 4)
    assert await message(commerce_db, "inventory.stock_changed") == before


async def test_a_sold_hold_leaves_the_stock_once_for_its_order(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    holds = [await queue.hold(hold_request(variant_id, 2)), await queue.hold(hold_request(variant_id, 1))]
    await sell(commerce_db, holds)
    await sell(commerce_db, holds)
    assert await figures(commerce_db, variant_id) == (2, 0)
    sold = await message(commerce_db, "inventory.units_sold")
    assert [(event["quantity"], event["order_id"]) for event in sold] == [(3, str(ORDER))]
    with pytest.raises(HoldEnded):
        await sell(commerce_db, holds, order_id=new_id())


async def test_an_ended_hold_cannot_be_sold_or_extended(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    ended, living = await queue.hold(hold_request(variant_id)), await queue.hold(hold_request(variant_id))
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [ended.id])
    with pytest.raises(HoldEnded):
        await sell(commerce_db, [living, ended])
    with pytest.raises(HoldEnded):
        async with commerce_db.begin() as tx:
            await inventory.extend(tx, [living.id, ended.id], living.expires_at)
    with pytest.raises(HoldEnded):
        async with commerce_db.begin() as tx:
            await inventory.extend(tx, [new_id()], living.expires_at)
    assert await figures(commerce_db, variant_id) == (5, 1)


async def test_the_sweep_gives_back_what_ran_out_and_leaves_the_rest(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 9)
    ran_out = [await queue.hold(hold_request(variant_id, 2)), await queue.hold(hold_request(variant_id, 1))]
    clock.advance(seconds=599)
    fresh = await queue.hold(hold_request(variant_id, 3))
    assert await inventory.expire_due(commerce_db) == 0
    clock.advance(seconds=1)
    assert await inventory.expire_due(commerce_db) == 2
    assert await figures(commerce_db, variant_id) == (9, 3)
    assert [await state_of(commerce_db, hold) for hold in [*ran_out, fresh]] == [
        HoldState.EXPIRED,
        HoldState.EXPIRED,
        HoldState.ACTIVE,
    ]
    change = (await message(commerce_db, "inventory.stock_changed"))[-1]
    assert (change["cause"], change["available"]) == ("expired", 6)


async def test_an_extended_hold_lives_for_its_order_and_leaves_the_cart(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, holder="cart:ani"))
    async with commerce_db.begin() as tx:
        until = clock.now() + timedelta(hours=24)
        (extended,) = await inventory.extend(tx, [hold.id], until, order_id=ORDER)
        assert (extended.expires_at, extended.order_id) == (until, ORDER)
        assert await inventory.list_holds(tx, "cart:ani") == []
    clock.advance(seconds=3600)
    assert await inventory.expire_due(commerce_db) == 0
    assert await figures(commerce_db, variant_id) == (5, 1)


async def test_who_pays_late_gets_the_units_back_if_they_are_left(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 2)
    hold = await queue.hold(hold_request(variant_id, 2))
    clock.advance(seconds=601)
    await inventory.expire_due(commerce_db)
    async with commerce_db.begin() as tx:
        (retaken,) = await inventory.retake(tx, [hold.id], clock.now() + timedelta(minutes=5), order_id=ORDER)
    assert (retaken.state, retaken.order_id) == (HoldState.ACTIVE, ORDER)
    assert await figures(commerce_db, variant_id) == (2, 2)
    await sell(commerce_db, [retaken])
    assert await figures(commerce_db, variant_id) == (0, 0)


async def test_who_pays_late_is_refused_when_they_went_to_another(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 2)
    hold = await queue.hold(hold_request(variant_id, 2))
    clock.advance(seconds=601)
    await inventory.expire_due(commerce_db)
    await queue.hold(hold_request(variant_id))
    with pytest.raises(SoldOut) as refused:
        async with commerce_db.begin() as tx:
            await inventory.retake(tx, [hold.id], clock.now(), order_id=ORDER)
    assert refused.value.facts == {"available": 1}
    assert await state_of(commerce_db, hold) is HoldState.EXPIRED
    assert await figures(commerce_db, variant_id) == (2, 1)


async def test_returned_units_are_for_sale_again(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 2)
    await sell(commerce_db, [await queue.hold(hold_request(variant_id, 2))])
    async with commerce_db.begin() as tx:
        await inventory.restock(tx, [(variant_id, 1)], ORDER, reason="Salah ukuran")
    assert await figures(commerce_db, variant_id) == (1, 0)
    async with commerce_db.begin() as tx:
        newest, *_ = await inventory.list_movements(tx, [variant_id])
    assert (newest.kind, newest.on_hand_change, newest.order_id) == ("returned", 1, ORDER)


async def test_no_order_takes_what_another_order_keeps(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 2))
    until = hold.expires_at + timedelta(hours=1)
    async with commerce_db.begin() as tx:
        await inventory.extend(tx, [hold.id], until, order_id=ORDER)
    for take in (
        lambda tx: inventory.extend(tx, [hold.id], until, order_id=new_id()),
        lambda tx: inventory.retake(tx, [hold.id], until, order_id=new_id()),
        lambda tx: inventory.sell(tx, [hold.id], new_id()),
    ):
        with pytest.raises(HoldEnded):
            async with commerce_db.begin() as tx:
                await take(tx)
    async with commerce_db.begin() as tx:
        (kept,) = (await inventory.get_holds(tx, [hold.id])).values()
    assert (kept.order_id, kept.state, kept.expires_at) == (ORDER, HoldState.ACTIVE, until)
    await sell(commerce_db, [hold])
    assert await figures(commerce_db, variant_id) == (3, 0)


async def test_what_was_never_ordered_is_forgotten_after_a_week(
    commerce_db: Database, clock: FixedClock, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold_requests = [hold_request(variant_id) for _ in range(4)]
    given_back, ordered, sold, kept = [await queue.hold(one) for one in hold_requests]
    async with commerce_db.begin() as tx:
        await inventory.extend(tx, [ordered.id], ordered.expires_at, order_id=ORDER)
        await inventory.release(tx, [given_back.id, ordered.id])
        await inventory.extend(tx, [kept.id], clock.now() + timedelta(days=30))
    await sell(commerce_db, [sold])
    clock.advance(seconds=timedelta(days=8).total_seconds())
    async with commerce_db.begin() as tx:
        await inventory.forget_holds(tx)
        left = await inventory.get_holds(tx, [hold.id for hold in (given_back, ordered, sold, kept)])
    assert left.keys() == {ordered.id, sold.id, kept.id}
    assert await figures(commerce_db, variant_id) == (4, 1)
