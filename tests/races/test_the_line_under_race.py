"""Many join a line on real connections while units come back: each to one buyer, in the order of the line."""

import asyncio
import random
from contextlib import suppress

import pytest

from etalase.commerce import inventory
from etalase.commerce.inventory import (
    Hold,
    HoldEnded,
    HoldQueue,
    InventorySettings,
    NobodyBehind,
    WaitlistPlace,
)
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN


async def test_units_that_come_back_while_buyers_join_are_never_free_and_never_lost(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 10)
    queues = [HoldQueue(commerce_db, clock, InventorySettings(batch_size=8), OPEN) for _ in range(2)]
    first = [await queues[0].hold(hold_request(variant_id)) for _ in range(10)]

    async def give_back(hold: Hold) -> None:
        async with commerce_db.begin() as tx:
            await inventory.release(tx, [hold.id])
            stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
            assert not (stock.available and stock.waiting)

    async def look() -> None:
        for _ in range(20):
            async with commerce_db.begin() as tx:
                stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
            assert not (stock.available and stock.waiting)

    joins = [queues[number % 2].hold_or_wait(hold_request(variant_id)) for number in range(60)]
    joined = asyncio.gather(*joins)
    await asyncio.gather(joined, look(), *map(give_back, first))
    answers = joined.result()
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
        waiting = {answer.holder for answer in answers if await inventory.list_waiting(tx, [answer.holder])}
        holding = {answer.holder for answer in answers if await inventory.list_holds(tx, answer.holder)}
    assert (stock.on_hand, stock.held, stock.waiting) == (10, 10, 50)
    assert (len(holding), len(waiting)) == (10, 50)
    assert not holding & waiting


async def test_those_who_joined_first_are_served_first_whoever_frees_the_units(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    first = [await queue.hold(hold_request(variant_id)) for _ in range(5)]
    places = await asyncio.gather(*(queue.hold_or_wait(hold_request(variant_id)) for _ in range(20)))
    line = [place.holder for place in places if isinstance(place, WaitlistPlace)]

    async def give_back(hold: Hold) -> None:
        async with commerce_db.begin() as tx:
            await inventory.release(tx, [hold.id])

    await asyncio.gather(*map(give_back, first))
    async with commerce_db.begin() as tx:
        served = [holder for holder in line if await inventory.list_holds(tx, holder)]
    assert served == line[:5]


@pytest.mark.slow
async def test_whatever_buyers_and_the_sweep_do_at_once_nothing_stops_or_is_lost(
    commerce_db: Database, clock: FixedClock
) -> None:
    """Joining, leaving, skipping, giving back, signing in and the sweep: in any order, without a deadlock."""
    chance = random.Random(20261128)  # noqa: S311 - the same play at each run
    variants = [await make.stocked_variant(commerce_db, 3) for _ in range(3)]
    queues = [HoldQueue(commerce_db, clock, InventorySettings(batch_size=4), OPEN) for _ in range(2)]

    async def buy(number: int) -> None:
        holder = f"cart:{number}"
        wanted = chance.sample(variants, 2)
        for variant_id in wanted:
            await chance.choice(queues).hold_or_wait(hold_request(variant_id, holder=holder))
        async with commerce_db.begin() as tx:
            holds = await inventory.list_holds(tx, holder)
        for deed in chance.sample(("leave", "skip", "drop", "sweep", "sign in"), 3):
            with suppress(HoldEnded, NobodyBehind):
                await _do(commerce_db, clock, deed, holder, holds)

    async with asyncio.timeout(90):
        await asyncio.gather(*map(buy, range(40)))
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        for stock in (await inventory.stock_of(tx, variants)).values():
            assert not (stock.available and stock.waiting)


async def _do(db: Database, clock: FixedClock, deed: str, holder: str, holds: list[Hold]) -> None:
    """Do what a buyer or time may do; each in a transaction of its own."""
    if deed == "sweep":
        clock.advance(seconds=200)
        await inventory.expire_due(db)
        return
    async with db.begin() as tx:
        if deed == "leave":
            for place in (await inventory.list_waiting(tx, [holder]))[:1]:
                await inventory.leave_waitlist(tx, [holder], place.variant_id)
        elif deed == "sign in":
            await inventory.hand_over(tx, holder, to=f"account:{holder}")
        elif deed == "skip" and holds:
            await inventory.skip_turn(tx, [holder], holds[0].id)
        elif deed == "drop":
            await inventory.release(tx, [hold.id for hold in holds])
