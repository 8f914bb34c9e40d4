"""The desk holds units in shared commits, and tells each buyer the truth."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import (
    Hold,
    HoldLimitReached,
    HoldQueue,
    HoldQueueFull,
    HoldRequest,
    HoldState,
    IdempotencyKeyReused,
    InventorySettings,
    NotForSale,
    SoldOut,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN


@pytest.fixture
async def queue(commerce_db: Database, clock: FixedClock) -> AsyncIterator[HoldQueue]:
    """Open a desk."""
    opened = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    yield opened
    await opened.close()


async def figures(db: Database, variant_id: UUID) -> tuple[int, int]:
    """Return what is on hand and what is held, after a recount that agrees."""
    async with db.begin() as tx:
        assert await inventory.recount(tx) == []
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
    return stock.on_hand, stock.held


async def events(db: Database) -> list[tuple[str, int]]:
    """Return the cause and the free units of each change of the stock, in order."""
    async with db.begin() as tx:
        rows = await tx.execute(
            text("SELECT payload FROM outbox WHERE name = 'inventory.stock_changed' ORDER BY id")
        )
        return [(row.payload["cause"], row.payload["available"]) for row in rows]


async def test_a_hold_keeps_units_until_its_time(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await queue.hold(hold_request(variant_id, 2, holder="cart:ani"))
    assert hold.expires_at == clock.now() + timedelta(minutes=10)
    assert await figures(commerce_db, variant_id) == (5, 2)
    assert (await events(commerce_db))[-1] == ("held", 3)
    async with commerce_db.begin() as tx:
        assert await inventory.list_holds(tx, "cart:ani") == [hold]


async def test_wishes_that_arrive_together_share_a_commit_and_are_served_in_order(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    before = len(await events(commerce_db))
    outcomes = await asyncio.gather(
        *(queue.hold(hold_request(variant_id)) for _ in range(8)), return_exceptions=True
    )
    assert [isinstance(outcome, Hold) for outcome in outcomes] == [True] * 5 + [False] * 3
    refused = [outcome for outcome in outcomes if isinstance(outcome, SoldOut)]
    assert [refusal.facts["available"] for refusal in refused] == [0, 0, 0]
    assert await figures(commerce_db, variant_id) == (5, 5)
    assert len(await events(commerce_db)) == before + 1


async def test_a_large_wish_that_does_not_fit_lets_the_smaller_ones_behind_it_through(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    large, *small = await asyncio.gather(
        queue.hold(hold_request(variant_id, 6)),
        *(queue.hold(hold_request(variant_id)) for _ in range(5)),
        return_exceptions=True,
    )
    assert isinstance(large, SoldOut)
    assert all(isinstance(outcome, Hold) for outcome in small)
    assert await figures(commerce_db, variant_id) == (5, 5)


async def test_the_same_key_gives_the_same_hold(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    request = hold_request(variant_id, 2)
    first, *others = await asyncio.gather(*(queue.hold(request) for _ in range(4)))
    assert others == [first] * 3
    assert await queue.hold(request) == first
    assert await figures(commerce_db, variant_id) == (5, 2)


async def test_the_same_key_for_another_wish_is_refused(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    await queue.hold(hold_request(variant_id, 2, holder="cart:ani", key="k1"))
    with pytest.raises(IdempotencyKeyReused):
        await queue.hold(hold_request(variant_id, 3, holder="cart:ani", key="k1"))
    await queue.hold(hold_request(variant_id, 3, holder="cart:budi", key="k1"))
    assert await figures(commerce_db, variant_id) == (5, 5)


async def test_the_same_key_after_the_hold_ended_tells_that_it_ended(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    request = hold_request(variant_id)
    hold = await queue.hold(request)
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [hold.id])
    assert (await queue.hold(request)).state is HoldState.RELEASED
    assert await figures(commerce_db, variant_id) == (5, 0)


async def test_one_buyer_cannot_empty_the_shelf(commerce_db: Database, clock: FixedClock) -> None:
    queue = HoldQueue(
        commerce_db, clock, InventorySettings(max_units_per_variant=3, max_holds_per_holder=2), OPEN
    )
    variant_id = await make.stocked_variant(commerce_db, 50)
    outcomes = await asyncio.gather(
        *(queue.hold(hold_request(variant_id, units, holder="cart:ani")) for units in (2, 2, 1, 1)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Hold, HoldLimitReached, Hold, HoldLimitReached]
    assert await figures(commerce_db, variant_id) == (50, 3)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (hold_request(new_id(), 0), "quantity"),
        (hold_request(new_id(), 11), "quantity"),
        (hold_request(new_id(), key="k" * 101), "idempotency_key"),
        (HoldRequest("", VariantId(new_id()), 1, "k", Venue.SHOP), "holder"),
        (HoldRequest("cart:\x00", VariantId(new_id()), 1, "k", Venue.SHOP), "holder"),
        (HoldRequest("cart:ani", VariantId(new_id()), 1, "k k", Venue.SHOP), "idempotency_key"),
    ],
)
async def test_a_wish_outside_the_limits_is_refused_before_the_desk(
    queue: HoldQueue, request_: HoldRequest, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await queue.hold(request_)
    assert [problem.field for problem in refused.value.problems] == [field]


async def test_what_was_never_stocked_is_sold_out(queue: HoldQueue) -> None:
    with pytest.raises(SoldOut) as refused:
        await queue.hold(hold_request(new_id()))
    assert refused.value.facts == {"available": 0}


async def test_a_bad_wish_does_not_fail_its_neighbours(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 20)
    bad = await make.stocked_variant(commerce_db, 20)
    async with commerce_db.begin() as tx:
        await tx.execute(text(f"ALTER TABLE holds ADD CONSTRAINT spoilt CHECK (variant_id <> '{bad}')"))
    hold_requests = [hold_request(bad if number == 4 else variant_id) for number in range(9)]
    outcomes = await asyncio.gather(*(queue.hold(each) for each in hold_requests), return_exceptions=True)
    assert [isinstance(outcome, Hold) for outcome in outcomes] == [number != 4 for number in range(9)]
    assert await figures(commerce_db, variant_id) == (20, 8)
    assert await figures(commerce_db, bad) == (20, 0)


async def test_a_lost_connection_does_not_lose_or_double_a_hold(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    await queue.hold(hold_request(variant_id))
    async with commerce_db.begin() as tx:
        await tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    hold = await queue.hold(hold_request(variant_id, 2))
    assert hold.quantity == 2
    assert await figures(commerce_db, variant_id) == (5, 3)


async def test_closing_answers_everyone_who_waits_and_nobody_else(
    commerce_db: Database, clock: FixedClock
) -> None:
    queue = HoldQueue(commerce_db, clock, InventorySettings(batch_size=3), OPEN)
    variant_id = await make.stocked_variant(commerce_db, 50)
    waiting = [asyncio.ensure_future(queue.hold(hold_request(variant_id))) for _ in range(10)]
    await asyncio.sleep(0)
    await queue.close()
    assert [each.result().quantity for each in waiting] == [1] * 10
    with pytest.raises(HoldQueueFull):
        await queue.hold(hold_request(variant_id))
    assert await figures(commerce_db, variant_id) == (50, 10)


async def test_a_buyer_who_left_the_queue_holds_nothing(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    stays, leaves = (asyncio.ensure_future(queue.hold(hold_request(variant_id))) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    assert isinstance(await stays, Hold)
    await queue.close()
    assert await figures(commerce_db, variant_id) == (5, 1)


async def test_a_full_desk_says_so_at_once(commerce_db: Database, clock: FixedClock) -> None:
    queue = HoldQueue(commerce_db, clock, InventorySettings(queue_size=2), OPEN)
    variant_id = await make.stocked_variant(commerce_db, 5)
    outcomes = await asyncio.gather(
        *(queue.hold(hold_request(variant_id)) for _ in range(3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [Hold, Hold, HoldQueueFull]


async def test_who_comes_after_the_last_unit_waits_for_no_lock(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 1)
    first = hold_request(variant_id, holder="cart:ani")
    held = await queue.hold(first)
    async with commerce_db.begin() as tx:
        await tx.execute(text("SELECT FROM stock FOR UPDATE"))
        for _ in range(2):
            with pytest.raises(SoldOut) as refused:
                await queue.hold(hold_request(variant_id))
            assert refused.value.facts == {"available": 0}
    assert await queue.hold(first) == held, "a known key is answered as before"
    with pytest.raises(IdempotencyKeyReused):
        await queue.hold(replace(first, quantity=2))
    clock.advance(seconds=660)
    await inventory.expire_due(commerce_db)
    second = await queue.hold(hold_request(variant_id))
    assert isinstance(second, Hold), "what came back is given again"
    with pytest.raises(SoldOut):
        await queue.hold(hold_request(variant_id))
    assert await figures(commerce_db, variant_id) == (1, 1)


async def test_what_is_sold_out_and_then_not_for_sale_is_called_so(
    commerce_db: Database, queue: HoldQueue
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 1)
    await queue.hold(hold_request(variant_id))
    async with commerce_db.begin() as tx:
        await tx.execute(text("UPDATE stock SET offered = false"))
    with pytest.raises(NotForSale):
        await queue.hold(hold_request(variant_id))
