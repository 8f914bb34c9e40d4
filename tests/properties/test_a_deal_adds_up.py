"""Whatever is done to a deal and the holds at its price: a simple count beside it always agrees."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etalase.commerce import catalog, deals, inventory
from etalase.commerce.catalog import ProductView, VariantDraft
from etalase.commerce.deals import DealOver
from etalase.commerce.inventory import (
    DealLimitReached,
    DealSoldOut,
    Hold,
    HoldQueue,
    InventorySettings,
    PriceChanged,
    SoldOut,
)
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Database
from tests.make import deals as make
from tests.make.catalog import product_draft
from tests.make.databases import Databases
from tests.make.deals import DEAL_PRICE, LIST_PRICE
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

STEPS = (
    "hold", "hold", "hold_blindly", "release", "shrink", "sell", "wait", "sweep", "retake", "stop", "extend",
    "begin", "reprice",
)  # fmt: skip
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(1, 4))
REFUSED = (PriceChanged, DealSoldOut, DealLimitReached)
BUYERS = ("cart:ani", "cart:budi", "cart:citra")


@dataclass
class Model:
    """The deal of the moment, counted by hand, and what each buyer has of it."""

    units: int
    per_buyer: int
    ends_at: datetime
    list_price: int = LIST_PRICE
    holds: dict[UUID, Hold] = field(default_factory=dict)
    sold: list[Hold] = field(default_factory=list)
    deal_id: UUID | None = None

    @property
    def of_deal(self) -> list[Hold]:
        return [one for one in [*self.holds.values(), *self.sold] if one.allotment_id == self.deal_id]

    @property
    def left(self) -> int:
        return self.units - sum(hold.quantity for hold in self.of_deal)

    def units_of(self, buyer: str) -> int:
        return sum(hold.quantity for hold in self.of_deal if hold.holder == buyer)


class Play:
    """Does each step, and expects of each hold the price and the refusal that the count says."""

    def __init__(self, db: Database, clock: FixedClock, product: ProductView, model: Model) -> None:
        self.db, self.clock, self.product, self.model = db, clock, product, model
        limits = InventorySettings(hold_ttl_seconds=120, max_units_per_variant=100, max_holds_per_holder=100)
        self.queue = HoldQueue(db, clock, limits, OPEN)
        self.ended: list[Hold] = []

    def price_for(self, buyer: str, units: int) -> int:
        model = self.model
        runs = self.clock.now() < model.ends_at and model.list_price > DEAL_PRICE
        fits = units <= model.left and model.units_of(buyer) + units <= model.per_buyer
        return DEAL_PRICE if runs and fits else model.list_price

    async def hold_blindly(self, which: int, units: int, seen: int | None = None) -> None:
        buyer = BUYERS[which % 3]
        price = self.price_for(buyer, units)
        request = hold_request(self.product.variants[0].id, units, holder=buyer, seen_price=seen)
        if seen is not None and price > seen:
            with pytest.raises(REFUSED) as refusal:
                await self.queue.hold(request)
            assert refusal.value.facts["price"] == price
            return
        hold = await self.queue.hold(request)
        assert (hold.unit_price, hold.list_price) == (Money(price), Money(self.model.list_price))
        self.model.holds[hold.id] = hold

    async def hold(self, which: int, units: int) -> None:
        await self.hold_blindly(which, units, seen=DEAL_PRICE)

    def pick(self, which: int) -> Hold | None:
        holds = list(self.model.holds.values())
        return holds[which % len(holds)] if holds else None

    async def release(self, which: int, _: int) -> None:
        if hold := self.pick(which):
            async with self.db.begin() as tx:
                await inventory.release(tx, [hold.id])
            self.ended.append(self.model.holds.pop(hold.id))

    async def shrink(self, which: int, units: int) -> None:
        if (hold := self.pick(which)) and units < hold.quantity:
            async with self.db.begin() as tx:
                (self.model.holds[hold.id],) = await inventory.shrink(tx, {hold.id: units})

    async def sell(self, which: int, _: int) -> None:
        if hold := self.pick(which):
            async with self.db.begin() as tx:
                await inventory.sell(tx, [hold.id], new_id())
            self.model.sold.append(self.model.holds.pop(hold.id))

    async def wait(self, _: int, units: int) -> None:
        self.clock.advance(seconds=20 * units)

    async def sweep(self, _: int, __: int) -> None:
        await inventory.expire_due(self.db)
        now = self.clock.now()
        for hold in [one for one in self.model.holds.values() if one.expires_at <= now]:
            self.ended.append(self.model.holds.pop(hold.id))

    async def retake(self, which: int, _: int) -> None:
        if not self.ended:
            return
        hold = self.ended[which % len(self.ended)]
        mine = hold.allotment_id is not None and hold.allotment_id == self.model.deal_id
        possible = not mine or hold.quantity <= self.model.left
        try:
            async with self.db.begin() as tx:
                (again,) = await inventory.retake(tx, [hold.id], self.clock.now() + timedelta(seconds=60))
        except SoldOut:
            assert not possible or not mine  # of an older deal, others may have the units
            return
        assert possible
        assert again.unit_price == hold.unit_price
        self.ended.remove(hold)
        self.model.holds[again.id] = again

    async def stop(self, _: int, __: int) -> None:
        if self.model.deal_id is not None:
            async with self.db.begin() as tx:
                await deals.stop_deal(tx, self.product.shop_id, self.model.deal_id)
            self.model.ends_at = min(self.model.ends_at, self.clock.now())

    async def extend(self, _: int, units: int) -> None:
        if self.model.deal_id is None:
            return
        over = self.model.ends_at <= self.clock.now()
        try:
            async with self.db.begin() as tx:
                await deals.extend_deal(tx, self.product.shop_id, self.model.deal_id, 30 * units)
        except DealOver:
            assert over
            return
        assert not over
        self.model.ends_at += timedelta(seconds=30 * units)

    async def begin(self, which: int, units: int) -> None:
        if self.clock.now() < self.model.ends_at:
            return
        try:
            async with self.db.begin() as tx:
                deal = await make.deal(tx, self.product, units=which + 1, per_buyer=units, seconds=60)
        except Invalid:
            assert self.model.list_price <= DEAL_PRICE
            return
        self.model.deal_id, self.model.ends_at = deal.id, deal.ends_at
        self.model.units, self.model.per_buyer = which + 1, units

    async def reprice(self, which: int, _: int) -> None:
        price = (LIST_PRICE, 75_000, 60_000, DEAL_PRICE)[which % 4]
        variants = (
            VariantDraft(
                size="2-3 th", colour="kuning", price=str(price), weight_grams="180",
                id=self.product.variants[0].id,
            ),
        )  # fmt: skip
        draft = product_draft(code=self.product.code)
        async with self.db.begin() as tx:
            await catalog.update_product(
                tx,
                self.product.shop_id,
                self.product.id,
                type(draft)(draft.title, draft.description, draft.code, variants),
            )
        self.model.list_price = price


@pytest.mark.slow
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(step, min_size=8, max_size=30))
async def test_the_deal_agrees_with_a_count_kept_by_hand(
    databases: Databases, clock: FixedClock, steps: list[tuple[str, int, int]]
) -> None:
    async with databases.lent("commerce") as db:
        product = await make.stocked_product(db, 10_000)
        model = Model(units=0, per_buyer=1, ends_at=clock.now())
        play = Play(db, clock, product, model)
        await play.begin(4, 3)
        for name, which, units in steps:
            await getattr(play, name)(which, units)
            async with db.begin() as tx:
                assert await inventory.recount(tx) == []
                assert await inventory.recount_allotments(tx) == []
                assert await catalog.list_unnoted_prices(tx) == []
                found = await inventory.get_allotments(tx, [model.deal_id or new_id()])
            for allotment in found.values():
                assert (allotment.left, allotment.quantity) == (model.left, model.units)
