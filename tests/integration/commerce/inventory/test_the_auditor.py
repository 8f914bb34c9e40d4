"""What does not add up is frozen, and only that; what adds up is never frozen, whatever was done."""

import random
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import (
    Hold,
    HoldQueue,
    InventorySettings,
    SoldOut,
    StockFrozen,
    StockStillWrong,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make.inventory import hold_request, stocked_variant
from tests.make.laws import OPEN

RAISED = "UPDATE stock SET on_hand = on_hand + 1 WHERE variant_id = :id"
LOWERED = "UPDATE stock SET on_hand = on_hand - 1 WHERE variant_id = :id"
HELD_MORE = "UPDATE stock SET held = held + 1 WHERE variant_id = :id"
FORGED = (
    "INSERT INTO stock_movements (variant_id, kind, on_hand_change, held_change, reason, happened_at)"
    " VALUES (:id, 'received', 3, 0, 'by hand', now())"
)
ENDED = "UPDATE holds SET state = 'released' WHERE variant_id = :id"
LOST = "DELETE FROM holds WHERE variant_id = :id"


@pytest.fixture
async def queue(commerce_db: Database, clock: FixedClock) -> AsyncIterator[HoldQueue]:
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    yield queue
    await queue.close()


async def by_hand(db: Database, statement: str, variant_id: UUID) -> None:
    """Break or mend a row as whoever has the database can."""
    async with db.begin() as tx:
        await tx.execute(text(statement), {"id": variant_id})


async def frozen(db: Database) -> dict[UUID, str]:
    async with db.begin() as tx:
        return {one.variant_id: one.found for one in await inventory.list_freezes(tx)}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (RAISED, "on hand are 6, by the movements 5"),
        (LOWERED, "on hand are 4, by the movements 5"),
        (HELD_MORE, "held are 2, by the movements 1"),
        (FORGED, "on hand are 5, by the movements 8"),
        (ENDED, "is released, and its last movement is held"),
        (LOST, "is gone, and its last movement is held"),
    ],
)
@pytest.mark.parametrize("seen_before", [True, False], ids=["audited before", "never audited"])
async def test_what_was_broken_by_hand_is_frozen_and_the_rest_is_sold_on(
    commerce_db: Database, queue: HoldQueue, statement: str, found: str, *, seen_before: bool
) -> None:
    broken, sound = await stocked_variant(commerce_db), await stocked_variant(commerce_db)
    if seen_before:
        assert await inventory.audit_changed(commerce_db) == []
    await queue.hold(hold_request(broken))
    await by_hand(commerce_db, statement, broken)
    assert await inventory.audit_changed(commerce_db) == [broken]
    assert found in (await frozen(commerce_db))[broken]
    with pytest.raises(StockFrozen):
        await queue.hold(hold_request(broken))
    await queue.hold(hold_request(sound, 5))
    with pytest.raises(SoldOut):
        await queue.hold(hold_request(sound))
    assert await inventory.audit_changed(commerce_db) == []


async def test_a_row_that_is_broken_while_nothing_moves_is_found(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await stocked_variant(commerce_db)
    assert await inventory.audit_changed(commerce_db) == []
    await by_hand(commerce_db, RAISED, variant_id)
    assert await inventory.audit_changed(commerce_db) == [variant_id]


async def test_it_is_sold_again_only_once_it_adds_up(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await stocked_variant(commerce_db)
    await by_hand(commerce_db, RAISED, variant_id)
    await inventory.audit_changed(commerce_db)
    with pytest.raises(StockStillWrong) as refused:
        await unfreeze(commerce_db, variant_id)
    assert "recounted 5" in str(refused.value.facts["found"])
    await by_hand(commerce_db, LOWERED, variant_id)
    await unfreeze(commerce_db, variant_id)
    assert await inventory.audit_changed(commerce_db) == []
    assert await frozen(commerce_db) == {}
    await queue.hold(hold_request(variant_id, 5))


async def unfreeze(db: Database, variant_id: UUID) -> None:
    async with db.begin() as tx:
        assert await inventory.unfreeze(tx, variant_id) is not None


async def test_an_order_that_holds_frozen_units_goes_on(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await stocked_variant(commerce_db)
    hold = await queue.hold(hold_request(variant_id, 2))
    await by_hand(commerce_db, RAISED, variant_id)
    await inventory.audit_changed(commerce_db)
    async with commerce_db.begin() as tx:
        await inventory.sell(tx, [hold.id], new_id())
        assert (await inventory.stock_of(tx, [variant_id]))[variant_id].on_hand == 4


async def test_a_frozen_line_waits_and_is_served_first_afterwards(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await stocked_variant(commerce_db, 1)
    last = await queue.hold(hold_request(variant_id, holder="cart:first"))
    await queue.hold_or_wait(hold_request(variant_id, holder="cart:waits"))
    assert await inventory.audit_changed(commerce_db) == []
    await by_hand(commerce_db, FORGED, variant_id)
    assert await inventory.audit_changed(commerce_db) == [variant_id]
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [last.id])
        assert await inventory.list_holds(tx, "cart:waits") == []
    with pytest.raises(StockFrozen):
        await queue.hold_or_wait(hold_request(variant_id, holder="cart:late"))
    await by_hand(
        commerce_db, "DELETE FROM stock_movements WHERE variant_id = :id AND reason = 'by hand'", variant_id
    )
    await unfreeze(commerce_db, variant_id)
    async with commerce_db.begin() as tx:
        assert [hold.quantity for hold in await inventory.list_holds(tx, "cart:waits")] == [1]
    assert await inventory.audit_changed(commerce_db) == []


@pytest.mark.parametrize("seed", range(4))
async def test_what_adds_up_is_never_frozen(
    commerce_db: Database, clock: FixedClock, queue: HoldQueue, seed: int
) -> None:
    """Holds, part of them given back, sold, run out, goods received and corrected, audited in between."""
    chosen = random.Random(seed)  # noqa: S311  draws deeds
    variants = [await stocked_variant(commerce_db, 40) for _ in range(3)]
    held: list[Hold] = []
    for _ in range(60):
        await do_something(commerce_db, clock, queue, chosen, chosen.choice(variants), held)
        if chosen.random() < 0.3:
            assert await inventory.audit_changed(commerce_db) == []
    assert await inventory.audit_changed(commerce_db) == []
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []


async def do_something(
    db: Database,
    clock: FixedClock,
    queue: HoldQueue,
    chosen: random.Random,
    variant_id: VariantId,
    held: list[Hold],
) -> None:
    deed = chosen.choice(["hold", "hold", "hold", "release", "shrink", "sell", "expire", "receive"])
    if deed == "hold":
        held.append(await queue.hold(hold_request(variant_id, chosen.randint(1, 2))))
        return
    async with db.begin() as tx:
        if deed == "receive":
            await inventory.receive(tx, variant_id, 2)
        if not held:
            return
        hold = held.pop(chosen.randrange(len(held))) if deed in {"release", "shrink", "sell"} else held[0]
        if deed == "release":
            await inventory.release(tx, [hold.id])
        if deed == "shrink":
            await inventory.shrink(tx, {hold.id: hold.quantity - 1})
        if deed == "sell":
            await inventory.sell(tx, [hold.id], new_id())
    if deed == "expire":
        clock.advance(seconds=InventorySettings().hold_ttl_seconds + 1)
        await inventory.expire_due(db)
        held.clear()
