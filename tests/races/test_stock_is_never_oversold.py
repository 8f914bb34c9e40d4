"""Buyers, orders, sellers and the sweep at one shelf, on real connections: never one unit too many."""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from etalase.commerce import inventory
from etalase.commerce.inventory import (
    Hold,
    HoldEnded,
    HoldQueue,
    HoldState,
    InventorySettings,
    SoldOut,
    StockTooLow,
)
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._model import HoldVerdict
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN
from tests.make.waiting import PATIENCE_SECONDS, wait_for_somebody_waiting


async def test_many_buyers_at_several_desks_get_exactly_what_there_is(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 40)
    queues = [HoldQueue(commerce_db, clock, InventorySettings(batch_size=16), OPEN) for _ in range(3)]
    outcomes = await asyncio.gather(
        *(queues[number % 3].hold(hold_request(variant_id)) for number in range(300)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Hold) for outcome in outcomes) == 40
    assert sum(isinstance(outcome, SoldOut) for outcome in outcomes) == 260
    async with commerce_db.begin() as tx:
        assert await inventory.available(tx, [variant_id]) == {variant_id: 0}
        assert await inventory.recount(tx) == []


async def test_one_wish_sent_to_two_desks_at_once_is_granted_once(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 40)
    queues = [HoldQueue(commerce_db, clock, InventorySettings(), OPEN) for _ in range(2)]
    hold_requests = [hold_request(variant_id) for _ in range(20)]
    outcomes = await asyncio.gather(*(queue.hold(one) for one in hold_requests for queue in queues))
    assert len({hold.id for hold in outcomes}) == 20
    async with commerce_db.begin() as tx:
        assert await inventory.available(tx, [variant_id]) == {variant_id: 20}


async def test_who_wants_fewer_keeps_them_whoever_grabs_the_rest(
    commerce_db: Database, clock: FixedClock
) -> None:
    """What is given back is taken at once by those who wait for it; what is kept never is."""
    variant_id = await make.stocked_variant(commerce_db, 24)
    queues = [HoldQueue(commerce_db, clock, InventorySettings(batch_size=4), OPEN) for _ in range(3)]
    kept = [await queues[0].hold(hold_request(variant_id, 6)) for _ in range(4)]

    async def shrink(hold: Hold) -> None:
        for quantity in (5, 4, 3, 2, 1):
            async with commerce_db.begin() as tx:
                await inventory.shrink(tx, {hold.id: quantity})

    async def grab(queue: HoldQueue) -> None:
        grabbed = 0
        while grabbed < 6:
            with suppress(SoldOut):
                await queue.hold(hold_request(variant_id))
                grabbed += 1

    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*map(shrink, kept), *(grab(queue) for queue in queues))
    async with commerce_db.begin() as tx:
        now = await inventory.get_holds(tx, [hold.id for hold in kept])
        assert await inventory.recount(tx) == []
        assert await inventory.available(tx, [variant_id]) == {variant_id: 2}
    assert [(hold.state, hold.quantity) for hold in now.values()] == [(HoldState.ACTIVE, 1)] * 4


@pytest.mark.parametrize("how", ["given back", "received"])
async def test_units_that_come_while_a_batch_waits_are_granted_at_once(
    commerce_db: Database, clock: FixedClock, how: str
) -> None:
    """The batch began when nothing was free: what it writes must be checked against what there is now."""
    variant_id = await make.stocked_variant(commerce_db, 2)
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    full = await queue.hold(hold_request(variant_id, 2))
    request = hold_request(variant_id)

    async def answer() -> HoldVerdict:
        async with commerce_db.begin() as tx:
            now = clock.now()
            answers, _ = await store.answer_batch(tx, [request], InventorySettings(), now, now)
            return answers[0].verdict

    async with commerce_db.begin() as tx:
        if how == "given back":
            await inventory.shrink(tx, {full.id: 1})
        else:
            await inventory.receive(tx, variant_id, 1)
        waiting = asyncio.create_task(answer())
        await wait_for_somebody_waiting(commerce_db)
    assert await waiting is HoldVerdict.GRANTED
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []


@pytest.mark.slow
async def test_buyers_orders_sellers_and_the_sweep_never_stop_each_other(
    commerce_db: Database, clock: FixedClock
) -> None:
    """Everything happens at once, in any order; what is refused is refused, and nothing deadlocks."""
    chance = random.Random(20261124)  # noqa: S311 - the same play at each run
    async with commerce_db.begin() as tx:
        products = [await make.stocked_product(tx, 30) for _ in range(2)]
    variant_ids = [variant.id for product in products for variant in product.variants]
    queues = [HoldQueue(commerce_db, clock, InventorySettings(batch_size=8), OPEN) for _ in range(2)]
    await asyncio.gather(*(_buy(commerce_db, clock, chance, queues, variant_ids) for _ in range(60)))
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        assert all(units >= 0 for units in (await inventory.available(tx, variant_ids)).values())


async def _buy(
    db: Database,
    clock: FixedClock,
    chance: random.Random,
    queues: list[HoldQueue],
    variant_ids: Sequence[UUID],
) -> None:
    """Hold two variants, then do with them what a buyer, an order, a seller or time may do."""
    holder = f"cart:{new_id()}"
    holds = []
    for variant_id in chance.sample(variant_ids, 2):
        with suppress(SoldOut):
            holds.append(
                await chance.choice(queues).hold(
                    hold_request(variant_id, chance.randint(1, 2), holder=holder)
                )
            )
    hold_ids = [hold.id for hold in holds]
    order_id = new_id()
    deeds: list[Awaitable[object]] = [
        _in_transaction(db, "sell", hold_ids, order_id),
        _in_transaction(db, "shrink", dict.fromkeys(hold_ids[::-1], 1)),
        _in_transaction(db, "release", hold_ids[::-1]),
        _in_transaction(db, "extend", hold_ids, clock.now() + timedelta(seconds=chance.randint(-60, 60))),
        _in_transaction(db, "retake", hold_ids[::-1], clock.now() + timedelta(seconds=60)),
        inventory.expire_due(db),
        _adjust(db, chance.choice(variant_ids), chance.choice([-1, 1])),
    ]
    chance.shuffle(deeds)
    await asyncio.gather(*deeds)


async def _in_transaction(db: Database, command: str, *arguments: object) -> None:
    with suppress(HoldEnded, SoldOut):
        async with db.begin() as tx:
            await getattr(inventory, command)(tx, *arguments)


async def _adjust(db: Database, variant_id: UUID, change: int) -> None:
    with suppress(StockTooLow):
        async with db.begin() as tx:
            await inventory.adjust(tx, variant_id, change, actor_id=None, reason="Hitung ulang")
