"""A process that is killed between two breaths leaves whole transactions, and stock that can be recounted."""

import asyncio
import signal
import sys
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import inventory
from etalase.commerce.inventory import Hold, HoldQueue, InventorySettings
from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN
from tests.make.waiting import until

BUYERS = """
import asyncio, sys
from uuid import UUID
from etalase.commerce.inventory import HoldQueue, HoldRequest, InventorySettings, release
from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_token
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database
from etalase.policy import load_law

async def buy(db, desk, variant_id, shop_id):
    while True:
        now = SystemClock().now()
        source = Source(new_token(), Venue.ROOM, shop_id, "K7M2QX9P", now)
        request = HoldRequest(new_token(), variant_id, 1, new_token(), Venue.ROOM, source=source)
        hold = await desk.hold(request)
        print(hold.id, flush=True)
        async with db.begin() as tx:
            await release(tx, [hold.id])

async def main():
    db = Database(sys.argv[1], "commerce")
    desk = HoldQueue(db, SystemClock(), InventorySettings(), load_law("open"))
    await asyncio.gather(*(buy(db, desk, UUID(sys.argv[2]), UUID(sys.argv[3])) for _ in range(20)))

asyncio.run(main())
"""

LINE = """
import asyncio, sys
from uuid import UUID
from etalase.commerce.inventory import Hold, HoldQueue, HoldRequest, InventorySettings, list_holds, release
from etalase.kernel.clock import SystemClock
from etalase.kernel.ids import new_token
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from etalase.policy import load_law

async def wait_and_give_back(db, desk, variant_id):
    while True:
        buyer = new_token()
        answer = await desk.hold_or_wait(HoldRequest(buyer, variant_id, 1, new_token(), Venue.SHOP))
        print(answer.id, "held" if isinstance(answer, Hold) else "waits", flush=True)
        held = []
        while not held:
            async with db.begin() as tx:
                held = await list_holds(tx, buyer)
        async with db.begin() as tx:
            await release(tx, [hold.id for hold in held])

async def main():
    db = Database(sys.argv[1], "commerce")
    desk = HoldQueue(db, SystemClock(), InventorySettings(), load_law("open"))
    await asyncio.gather(*(wait_and_give_back(db, desk, UUID(sys.argv[2])) for _ in range(12)))

asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_process_killed_while_a_line_is_served_loses_no_place_and_frees_no_unit_past_it(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 3)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LINE, commerce_db.dsn, str(variant_id), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    answers = [(await child.stdout.readline()).decode().split() for _ in range(80)]
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL
    await until(lambda: _is_quiet(commerce_db))
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
        places = set((await tx.execute(text("SELECT id FROM waitlist"))).scalars())
    assert {UUID(id_) for id_, what in answers if what == "waits"} <= places, "a place is not durable"
    assert not (stock.available and stock.waiting)
    clock.advance(seconds=36_500 * 24 * 3600)  # whoever died comes back for nothing: all goes down the line
    for _ in range(12):
        await inventory.expire_due(commerce_db)
        clock.advance(seconds=601)
    async with commerce_db.begin() as tx:
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
        assert await inventory.recount(tx) == []
    assert (stock.available, stock.waiting) == (3, 0)


@pytest.mark.slow
async def test_a_process_killed_in_mid_hold_leaves_stock_that_adds_up(
    commerce_db: Database, clock: FixedClock
) -> None:
    variant_id = await make.stocked_variant(commerce_db, 100)
    answered = await _kill_in_mid_hold(commerce_db, variant_id)
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        known = await inventory.get_holds(tx, answered)
        sources = (await tx.execute(text("SELECT source ->> 'show' FROM holds"))).scalars().all()
    assert known.keys() == set(answered), "a buyer was told of a hold that is not durable"
    assert len(sources) >= len(answered)
    assert set(sources) == {"K7M2QX9P"}, "a hold is durable, and where its buyer came from is not"
    hold = await HoldQueue(commerce_db, clock, InventorySettings(), OPEN).hold(hold_request(variant_id))
    assert isinstance(hold, Hold)


async def _kill_in_mid_hold(db: Database, variant_id: UUID) -> list[UUID]:
    """Run buyers in another process, kill it after some holds, and return those that it was told of."""
    async with db.begin() as tx:
        shop_id = (await inventory.stock_of(tx, [variant_id]))[variant_id].shop_id
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUYERS, db.dsn, str(variant_id), str(shop_id), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    answered = [UUID((await child.stdout.readline()).decode().strip()) for _ in range(60)]
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL
    await until(lambda: _is_quiet(db))
    return answered


async def _is_quiet(db: Database) -> bool:
    """Say whether PostgreSQL is done with what the killed process had asked for."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    async with db.begin() as tx:
        return int((await tx.execute(text(others))).scalar_one()) == 0
