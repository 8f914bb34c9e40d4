"""Whatever happens to stock, holds, orders and the line: a model beside it agrees after each step.

Never a unit too many, never one free while somebody waits who could have it, never the later first.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etalase.commerce import inventory
from etalase.commerce.inventory import (
    Hold,
    HoldEnded,
    HoldLimitReached,
    HoldQueue,
    InventorySettings,
    NobodyBehind,
    SoldOut,
    StockTooLow,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from tests.make import inventory as make
from tests.make.databases import Databases
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

TTL, MAX_UNITS = 60, 4
BUYERS = [f"cart:{name}" for name in ("ani", "budi", "cici", "dewi", "eko")]
STEPS = (
    "want",
    "want",
    "want",
    "leave",
    "skip",
    "drop",
    "order",
    "pay",
    "cancel",
    "receive",
    "lose",
    "return",
    "pass",
)
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 4), st.integers(1, 3))


@dataclass
class Held:
    """What the model knows of a hold: who, how many, until when, and whether an order keeps it."""

    buyer: str
    units: int
    ends: datetime
    wanted: int = 0
    """How many were waited for; 0 for what was free."""
    is_ordered: bool = False


@dataclass
class Model:
    """Stock and line, kept by hand."""

    on_hand: int
    held: list[Held] = field(default_factory=list)
    line: list[tuple[str, int]] = field(default_factory=list)
    sold: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - sum(hold.units for hold in self.held)

    def serve(self, now: datetime, skipping: str = "") -> None:
        """Give what is free to who waits, the first first."""
        for place in sorted(self.line, key=lambda one: one[0] == skipping):
            if not self.free:
                return
            units = min(place[1], self.free)
            self.line.remove(place)
            self.held.append(Held(place[0], units, now + timedelta(seconds=TTL), place[1]))

    def in_cart(self, buyer: str) -> list[Held]:
        return [hold for hold in self.held if hold.buyer == buyer and not hold.is_ordered]


class Play:
    """Takes each step in both, and expects the same refusals."""

    def __init__(self, db: Database, clock: FixedClock, variant_id: UUID, model: Model) -> None:
        self.db, self.clock, self.variant_id, self.model = db, clock, variant_id, model
        rules = InventorySettings(hold_ttl_seconds=TTL, max_units_per_variant=MAX_UNITS)
        self.queue = HoldQueue(db, clock, rules, OPEN)
        self.orders: dict[UUID, Held] = {}

    async def first_hold(self, buyer: str) -> tuple[Hold, Held] | None:
        """Return a buyer's first hold that is not ordered, and the model's."""
        async with self.db.begin() as tx:
            holds = await inventory.list_holds(tx, buyer)
        known = self.model.in_cart(buyer)
        assert sorted((one.quantity, one.expires_at) for one in holds) == sorted(
            (one.units, one.ends) for one in known
        )
        if not holds:
            return None
        pair = (holds[0].quantity, holds[0].expires_at)
        return holds[0], next(one for one in known if (one.units, one.ends) == pair)

    async def want(self, buyer: str, units: int) -> None:
        model = self.model
        held = sum(one.units for one in model.in_cart(buyer))
        standing = any(one[0] == buyer for one in model.line)
        request = hold_request(self.variant_id, units, holder=buyer)
        if standing and held + units <= MAX_UNITS:
            await self.queue.hold_or_wait(request)
        elif held + units > MAX_UNITS:
            with pytest.raises(HoldLimitReached):
                await self.queue.hold_or_wait(request)
        elif units <= model.free:
            await self.queue.hold_or_wait(request)
            model.held.append(Held(buyer, units, self.clock.now() + timedelta(seconds=TTL)))
        elif model.free:
            with pytest.raises(SoldOut):
                await self.queue.hold_or_wait(request)
        else:
            await self.queue.hold_or_wait(request)
            model.line.append((buyer, units))

    async def leave(self, buyer: str, _: int) -> None:
        async with self.db.begin() as tx:
            await inventory.leave_waitlist(tx, [buyer], self.variant_id)
        self.model.line = [one for one in self.model.line if one[0] != buyer]

    async def skip(self, buyer: str, _: int) -> None:
        found = await self.first_hold(buyer)
        if found is None:
            return
        hold, known = found
        others = [one for one in self.model.line if one[0] != buyer]
        async with self.db.begin() as tx:
            if hold.id not in await inventory.list_places_of_holds(tx, [hold.id]):
                with pytest.raises(HoldEnded):
                    await inventory.skip_turn(tx, [buyer], hold.id)
                return
            if not others:
                with pytest.raises(NobodyBehind):
                    await inventory.skip_turn(tx, [buyer], hold.id)
                return
            await inventory.skip_turn(tx, [buyer], hold.id)
        known = next(
            one
            for one in self.model.in_cart(buyer)
            if (one.units, one.ends) == (hold.quantity, hold.expires_at)
        )
        self.model.held.remove(known)
        if len(others) == len(self.model.line):
            self.model.line.insert(0, (buyer, self.asked(hold, known)))
        self.model.serve(self.clock.now(), skipping=buyer)

    def asked(self, hold: Hold, known: Held) -> int:
        return known.wanted or hold.requested or hold.quantity

    async def drop(self, buyer: str, _: int) -> None:
        if found := await self.first_hold(buyer):
            async with self.db.begin() as tx:
                await inventory.shrink(tx, {found[0].id: 0})
            self.model.held.remove(found[1])
            self.model.serve(self.clock.now())

    async def order(self, buyer: str, units: int) -> None:
        """Keep a hold for an order that is to be paid; the sweep ends it like another when time is over."""
        if found := await self.first_hold(buyer):
            order_id, until = new_id(), self.clock.now() + timedelta(seconds=TTL * units)
            async with self.db.begin() as tx:
                await inventory.extend(tx, [found[0].id], until, order_id=order_id)
            found[1].is_ordered, found[1].ends = True, until
            self.orders[found[0].id] = found[1]

    async def pay(self, _: str, __: int) -> None:
        for hold_id, known in list(self.orders.items())[:1]:
            async with self.db.begin() as tx:
                hold = (await inventory.get_holds(tx, [hold_id]))[hold_id]
                assert hold.order_id is not None
                await inventory.sell(tx, [hold_id], hold.order_id)
            del self.orders[hold_id]
            self.model.held.remove(known)
            self.model.on_hand -= known.units
            self.model.sold += known.units

    async def cancel(self, _: str, __: int) -> None:
        for hold_id, known in list(self.orders.items())[-1:]:
            async with self.db.begin() as tx:
                await inventory.release(tx, [hold_id])
            del self.orders[hold_id]
            self.model.held.remove(known)
            self.model.serve(self.clock.now())

    async def receive(self, _: str, units: int) -> None:
        async with self.db.begin() as tx:
            await inventory.receive(tx, self.variant_id, units)
        self.model.on_hand += units
        self.model.serve(self.clock.now())

    async def lose(self, _: str, units: int) -> None:
        async def adjust() -> None:
            async with self.db.begin() as tx:
                await inventory.adjust(tx, self.variant_id, -units, actor_id=None, reason="hilang")

        if units > self.model.free:
            with pytest.raises(StockTooLow):
                await adjust()
        else:
            await adjust()
            self.model.on_hand -= units

    async def return_(self, _: str, units: int) -> None:
        if returned := min(units, self.model.sold):
            async with self.db.begin() as tx:
                await inventory.restock(tx, [(self.variant_id, returned)], new_id(), reason="retur")
            self.model.sold -= returned
            self.model.on_hand += returned
            self.model.serve(self.clock.now())

    async def pass_(self, _: str, units: int) -> None:
        """Let time pass, and have the sweep end what is due: all of it at once, or none."""
        self.clock.advance(seconds=TTL / 3 * units)
        await inventory.expire_due(self.db)
        now = self.clock.now()
        self.orders = {id_: held for id_, held in self.orders.items() if held.ends > now}
        self.model.held = [held for held in self.model.held if held.ends > now]
        self.model.serve(now)

    async def agree(self) -> None:
        """Compare everything."""
        model = self.model
        async with self.db.begin() as tx:
            assert await inventory.recount(tx) == []
            stock = (await inventory.stock_of(tx, [self.variant_id]))[self.variant_id]
            waiting = await inventory.list_waiting(tx, BUYERS)
            carts = {buyer: await inventory.list_holds(tx, buyer) for buyer in BUYERS}
        assert (stock.on_hand, stock.available, stock.waiting) == (model.on_hand, model.free, len(model.line))
        assert not (stock.available and stock.waiting), "a unit is free past the line"
        numbers = {place.number: (place.holder, place.quantity) for place in waiting}
        assert [numbers[number] for number in sorted(numbers)] == model.line
        for buyer, holds in carts.items():
            assert sorted((hold.quantity, hold.expires_at) for hold in holds) == sorted(
                (one.units, one.ends) for one in model.in_cart(buyer)
            )


@pytest.mark.slow
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(step, min_size=10, max_size=40))
async def test_stock_holds_orders_and_line_agree_with_a_model(
    databases: Databases, clock: FixedClock, steps: list[tuple[str, int, int]]
) -> None:
    async with databases.lent("commerce") as db:
        play = Play(db, clock, await make.stocked_variant(db, 2), Model(2))
        for name, who, units in steps:
            deed = getattr(play, {"return": "return_", "pass": "pass_"}.get(name, name))
            await deed(BUYERS[who], units)
            await play.agree()
