"""A guest who signs in takes along what is held, until the same moments and whatever the limits."""

from dataclasses import replace

import pytest

from etalase.commerce import inventory
from etalase.commerce.inventory import Hold, HoldLimitReached, HoldQueue, InventorySettings
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

GUEST, ANI = "cart:guest", "account:ani"


@pytest.fixture
def queue(commerce_db: Database, clock: FixedClock) -> HoldQueue:
    return HoldQueue(
        commerce_db, clock, InventorySettings(max_units_per_variant=3, max_holds_per_holder=2), OPEN
    )


async def hand_over(db: Database) -> list[Hold]:
    async with db.begin() as tx:
        return await inventory.hand_over(tx, GUEST, to=ANI)


async def held_by(db: Database, holder: str) -> list[Hold]:
    async with db.begin() as tx:
        assert await inventory.recount(tx) == []
        return await inventory.list_holds(tx, holder)


async def test_what_is_handed_over_ends_when_it_would_have_ended(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 2, holder=GUEST))
    clock.advance(seconds=300)
    assert await hand_over(commerce_db) == [replace(hold, holder=ANI)]
    assert await hand_over(commerce_db) == []
    assert await held_by(commerce_db, ANI) == [replace(hold, holder=ANI)]
    assert await held_by(commerce_db, GUEST) == []
    clock.advance(seconds=300)
    assert await inventory.expire_due(commerce_db) == 1


async def test_a_wish_repeated_after_signing_in_is_the_same_wish(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 2, holder=GUEST, key="tap"))
    await hand_over(commerce_db)
    assert (await queue.hold(hold_request(variant_id, 2, holder=ANI, key="tap"))).id == hold.id
    assert len(await held_by(commerce_db, ANI)) == 1


async def test_a_key_that_the_account_used_before_loses_no_hold(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    own = await queue.hold(hold_request(variant_id, 1, holder=ANI, key="tap"))
    brought = await queue.hold(hold_request(variant_id, 2, holder=GUEST, key="tap"))
    await hand_over(commerce_db)
    assert {hold.id for hold in await held_by(commerce_db, ANI)} == {own.id, brought.id}
    assert (await queue.hold(hold_request(variant_id, 1, holder=ANI, key="tap"))).id == own.id


async def test_limits_lose_no_hold_but_let_nothing_more_be_held(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 9)
    for holder in (ANI, GUEST):
        await queue.hold(hold_request(variant_id, 2, holder=holder))
        await queue.hold(hold_request(variant_id, 1, holder=holder))
    await hand_over(commerce_db)
    assert sum(hold.quantity for hold in await held_by(commerce_db, ANI)) == 6
    with pytest.raises(HoldLimitReached):
        await queue.hold(hold_request(variant_id, 1, holder=ANI))


async def test_ordered_and_ended_holds_stay_where_they_are(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 9)
    ordered = await queue.hold(hold_request(variant_id, holder=GUEST))
    ended = await queue.hold(hold_request(variant_id, holder=GUEST))
    async with commerce_db.begin() as tx:
        await inventory.extend(tx, [ordered.id], ordered.expires_at, order_id=new_id())
        await inventory.release(tx, [ended.id])
    assert await hand_over(commerce_db) == []
    async with commerce_db.begin() as tx:
        now = await inventory.get_holds(tx, [ordered.id, ended.id])
    assert {hold.holder for hold in now.values()} == {GUEST}
