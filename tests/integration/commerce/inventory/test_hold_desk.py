"""The desk holds units in shared commits, and tells each buyer the truth."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import (
    DeskBusy,
    Hold,
    HoldDesk,
    HoldLimitReached,
    HoldRequest,
    HoldState,
    IdempotencyKeyReused,
    Settings,
    SoldOut,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import wish
from tests.make.laws import OPEN


@pytest.fixture
async def desk(commerce_db: Database, clock: FixedClock) -> AsyncIterator[HoldDesk]:
    """Open a desk."""
    opened = HoldDesk(commerce_db, clock, Settings(), OPEN)
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
    commerce_db: Database, desk: HoldDesk, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    hold = await desk.hold(wish(variant_id, 2, holder="cart:ani"))
    assert hold.expires_at == clock.now() + timedelta(minutes=10)
    assert await figures(commerce_db, variant_id) == (5, 2)
    assert (await events(commerce_db))[-1] == ("held", 3)
    async with commerce_db.begin() as tx:
        assert await inventory.list_holds(tx, "cart:ani") == [hold]


async def test_wishes_that_arrive_together_share_a_commit_and_are_served_in_order(
    commerce_db: Database, desk: HoldDesk
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    before = len(await events(commerce_db))
    outcomes = await asyncio.gather(*(desk.hold(wish(variant_id)) for _ in range(8)), return_exceptions=True)
    assert [isinstance(outcome, Hold) for outcome in outcomes] == [True] * 5 + [False] * 3
    refused = [outcome for outcome in outcomes if isinstance(outcome, SoldOut)]
    assert [refusal.facts["available"] for refusal in refused] == [0, 0, 0]
    assert await figures(commerce_db, variant_id) == (5, 5)
    assert len(await events(commerce_db)) == before + 1


async def test_a_large_wish_that_does_not_fit_lets_the_smaller_ones_behind_it_through(
    commerce_db: Database, desk: HoldDesk
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    large, *small = await asyncio.gather(
        desk.hold(wish(variant_id, 6)),
        *(desk.hold(wish(variant_id)) for _ in range(5)),
        return_exceptions=True,
    )
    assert isinstance(large, SoldOut)
    assert all(isinstance(outcome, Hold) for outcome in small)
    assert await figures(commerce_db, variant_id) == (5, 5)


async def test_the_same_key_gives_the_same_hold(commerce_db: Database, desk: HoldDesk) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    request = wish(variant_id, 2)
    first, *others = await asyncio.gather(*(desk.hold(request) for _ in range(4)))
    assert others == [first] * 3
    assert await desk.hold(request) == first
    assert await figures(commerce_db, variant_id) == (5, 2)


async def test_the_same_key_for_another_wish_is_refused(commerce_db: Database, desk: HoldDesk) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    await desk.hold(wish(variant_id, 2, holder="cart:ani", key="k1"))
    with pytest.raises(IdempotencyKeyReused):
        await desk.hold(wish(variant_id, 3, holder="cart:ani", key="k1"))
    await desk.hold(wish(variant_id, 3, holder="cart:budi", key="k1"))
    assert await figures(commerce_db, variant_id) == (5, 5)


async def test_the_same_key_after_the_hold_ended_tells_that_it_ended(
    commerce_db: Database, desk: HoldDesk
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    request = wish(variant_id)
    hold = await desk.hold(request)
    async with commerce_db.begin() as tx:
        await inventory.release(tx, [hold.id])
    assert (await desk.hold(request)).state is HoldState.RELEASED
    assert await figures(commerce_db, variant_id) == (5, 0)


async def test_one_buyer_cannot_empty_the_shelf(commerce_db: Database, clock: FixedClock) -> None:
    desk = HoldDesk(commerce_db, clock, Settings(most_units_per_variant=3, most_holds_per_holder=2), OPEN)
    variant_id = await make.stocked_variant(commerce_db, 50)
    outcomes = await asyncio.gather(
        *(desk.hold(wish(variant_id, units, holder="cart:ani")) for units in (2, 2, 1, 1)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Hold, HoldLimitReached, Hold, HoldLimitReached]
    assert await figures(commerce_db, variant_id) == (50, 3)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (wish(new_id(), 0), "quantity"),
        (wish(new_id(), 11), "quantity"),
        (wish(new_id(), key="k" * 101), "idempotency_key"),
        (HoldRequest("", VariantId(new_id()), 1, "k", Venue.SHOP), "holder"),
        (HoldRequest("cart:\x00", VariantId(new_id()), 1, "k", Venue.SHOP), "holder"),
        (HoldRequest("cart:ani", VariantId(new_id()), 1, "k k", Venue.SHOP), "idempotency_key"),
    ],
)
async def test_a_wish_outside_the_limits_is_refused_before_the_desk(
    desk: HoldDesk, request_: HoldRequest, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.hold(request_)
    assert [problem.field for problem in refused.value.problems] == [field]


async def test_what_was_never_stocked_is_sold_out(desk: HoldDesk) -> None:
    with pytest.raises(SoldOut) as refused:
        await desk.hold(wish(new_id()))
    assert refused.value.facts == {"available": 0}


async def test_a_bad_wish_does_not_fail_its_neighbours(commerce_db: Database, desk: HoldDesk) -> None:
    variant_id = await make.stocked_variant(commerce_db, 20)
    bad = await make.stocked_variant(commerce_db, 20)
    async with commerce_db.begin() as tx:
        await tx.execute(text(f"ALTER TABLE holds ADD CONSTRAINT spoilt CHECK (variant_id <> '{bad}')"))
    wishes = [wish(bad if number == 4 else variant_id) for number in range(9)]
    outcomes = await asyncio.gather(*(desk.hold(each) for each in wishes), return_exceptions=True)
    assert [isinstance(outcome, Hold) for outcome in outcomes] == [number != 4 for number in range(9)]
    assert await figures(commerce_db, variant_id) == (20, 8)
    assert await figures(commerce_db, bad) == (20, 0)


async def test_a_lost_connection_does_not_lose_or_double_a_hold(
    commerce_db: Database, desk: HoldDesk
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    await desk.hold(wish(variant_id))
    async with commerce_db.begin() as tx:
        await tx.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    hold = await desk.hold(wish(variant_id, 2))
    assert hold.quantity == 2
    assert await figures(commerce_db, variant_id) == (5, 3)


async def test_closing_answers_everyone_who_waits_and_nobody_else(
    commerce_db: Database, clock: FixedClock
) -> None:
    desk = HoldDesk(commerce_db, clock, Settings(batch_size=3), OPEN)
    variant_id = await make.stocked_variant(commerce_db, 50)
    waiting = [asyncio.ensure_future(desk.hold(wish(variant_id))) for _ in range(10)]
    await asyncio.sleep(0)
    await desk.close()
    assert [each.result().quantity for each in waiting] == [1] * 10
    with pytest.raises(DeskBusy):
        await desk.hold(wish(variant_id))
    assert await figures(commerce_db, variant_id) == (50, 10)


async def test_a_buyer_who_left_the_queue_holds_nothing(commerce_db: Database, desk: HoldDesk) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    stays, leaves = (asyncio.ensure_future(desk.hold(wish(variant_id))) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    assert isinstance(await stays, Hold)
    await desk.close()
    assert await figures(commerce_db, variant_id) == (5, 1)


async def test_a_full_desk_says_so_at_once(commerce_db: Database, clock: FixedClock) -> None:
    desk = HoldDesk(commerce_db, clock, Settings(queue_size=2), OPEN)
    variant_id = await make.stocked_variant(commerce_db, 5)
    outcomes = await asyncio.gather(*(desk.hold(wish(variant_id)) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Hold, Hold, DeskBusy]
