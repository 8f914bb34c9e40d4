"""Whatever is done to a shelf, in whatever order: a simple count beside it always agrees."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etalase.commerce import inventory
from etalase.commerce.inventory import Hold, HoldQueue, HoldState, InventorySettings, SoldOut, StockTooLow
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.databases import Databases
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

STEPS = (
    "receive",
    "adjust",
    "hold",
    "release",
    "shrink",
    "sell",
    "extend",
    "wait",
    "sweep",
    "retake",
    "return",
)
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(1, 6))


@dataclass
class Model:
    """A count kept by hand: what is on the shelf, and who holds what until when."""

    variant_id: UUID
    on_hand: int = 0
    holds: dict[UUID, Hold] = field(default_factory=dict)
    sold: int = 0

    @property
    def held(self) -> int:
        return sum(hold.quantity for hold in self.holds.values())

    @property
    def available(self) -> int:
        return self.on_hand - self.held


class Play:
    """Does each step to the shelf and to the count, and expects refusals just where the count is short."""

    def __init__(self, db: Database, clock: FixedClock, model: Model) -> None:
        self.db, self.clock, self.model = db, clock, model
        self.queue = HoldQueue(
            db, clock, InventorySettings(hold_ttl_seconds=60, max_units_per_variant=6), OPEN
        )
        self.ended: list[Hold] = []
        self.possible = True

    async def take(self, name: str, which: int, units: int) -> None:
        self.possible = True
        refused = False
        try:
            await getattr(self, name)(which, units)
        except (Invalid, SoldOut, StockTooLow):
            refused = True
        assert refused != self.possible

    def pick(self, which: int) -> Hold | None:
        holds = list(self.model.holds.values())
        return holds[which % len(holds)] if holds else None

    async def receive(self, _: int, units: int) -> None:
        async with self.db.begin() as tx:
            await inventory.receive(tx, self.model.variant_id, units)
        self.model.on_hand += units

    async def adjust(self, which: int, units: int) -> None:
        change = units if which % 2 else -units
        self.possible = self.model.available + change >= 0
        async with self.db.begin() as tx:
            await inventory.adjust(tx, self.model.variant_id, change, actor_id=None, reason="hitung")
        self.model.on_hand += change

    async def hold(self, _: int, units: int) -> None:
        self.possible = units <= self.model.available
        hold = await self.queue.hold(hold_request(self.model.variant_id, units))
        self.model.holds[hold.id] = hold

    async def release(self, which: int, _: int) -> None:
        if hold := self.pick(which):
            async with self.db.begin() as tx:
                await inventory.release(tx, [hold.id])
            self.ended.append(self.model.holds.pop(hold.id))

    async def shrink(self, which: int, units: int) -> None:
        if hold := self.pick(which):
            self.possible = units <= hold.quantity
            async with self.db.begin() as tx:
                (self.model.holds[hold.id],) = await inventory.shrink(tx, {hold.id: units})

    async def sell(self, which: int, _: int) -> None:
        if hold := self.pick(which):
            async with self.db.begin() as tx:
                await inventory.sell(tx, [hold.id], new_id())
            self.model.on_hand -= self.model.holds.pop(hold.id).quantity
            self.model.sold += hold.quantity

    async def extend(self, which: int, units: int) -> None:
        if hold := self.pick(which):
            until = self.clock.now() + timedelta(seconds=30 * units)
            async with self.db.begin() as tx:
                (self.model.holds[hold.id],) = await inventory.extend(tx, [hold.id], until)

    async def wait(self, _: int, units: int) -> None:
        self.clock.advance(seconds=10 * units)

    async def sweep(self, _: int, __: int) -> None:
        await inventory.expire_due(self.db)
        due = [hold for hold in self.model.holds.values() if hold.expires_at <= self.clock.now()]
        for hold in due:
            self.ended.append(self.model.holds.pop(hold.id))

    async def retake(self, which: int, _: int) -> None:
        if not self.ended:
            return
        hold = self.ended[which % len(self.ended)]
        self.possible = hold.quantity <= self.model.available
        async with self.db.begin() as tx:
            until = self.clock.now() + timedelta(seconds=60)
            (retaken,) = await inventory.retake(tx, [hold.id], until)
        assert retaken.state is HoldState.ACTIVE
        self.ended.remove(hold)
        self.model.holds[hold.id] = retaken

    async def return_(self, _: int, units: int) -> None:
        returned = min(units, self.model.sold)
        if returned:
            async with self.db.begin() as tx:
                await inventory.restock(tx, [(self.model.variant_id, returned)], new_id(), reason="retur")
            self.model.on_hand += returned
            self.model.sold -= returned


@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(step, min_size=5, max_size=25))
async def test_the_shelf_agrees_with_a_count_kept_by_hand(
    databases: Databases, clock: FixedClock, steps: list[tuple[str, int, int]]
) -> None:
    async with databases.lent("commerce") as db:
        await live_through(db, clock, steps)


async def live_through(db: Database, clock: FixedClock, steps: list[tuple[str, int, int]]) -> None:
    """Take the steps, and count after each."""
    model = Model(await make.stocked_variant(db, 6), on_hand=6)
    play = Play(db, clock, model)
    for name, which, units in steps:
        await play.take("return_" if name == "return" else name, which, units)
        async with db.begin() as tx:
            assert await inventory.recount(tx) == []
            stock = (await inventory.stock_of(tx, [model.variant_id]))[model.variant_id]
        assert (stock.on_hand, stock.held) == (model.on_hand, model.held)
        assert stock.available >= 0
