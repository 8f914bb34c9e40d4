"""Holds, the line, a deal, a voucher, orders, money, time and death, in whatever order: a model agrees.

What each part promises alone has a test of its own beside this one. Here they meet: what comes back goes to
the deal and to the line, what is given up gives back its voucher, time jumps, also back, and whoever was
at work dies, in the midst of it or before what follows from it was done. After each step everything is
counted as `etalase audit` counts it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import CursorResult, Executable, text

from etalase.bootstrap import COUNTS
from etalase.commerce import deals, inventory, orders, payments, vouchers
from etalase.commerce.deals import Deal
from etalase.commerce.inventory import Hold, HoldQueue, InventorySettings, SoldOut, WaitlistPlace
from etalase.commerce.orders import OrderState
from etalase.commerce.payments._commands.settle import expire_payment
from etalase.commerce.vouchers import Voucher
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from etalase.platform.outbox import Relay
from tests.make import catalog as make_catalog
from tests.make import deals as make_deals
from tests.make import orders as make_orders
from tests.make import vouchers as make_vouchers
from tests.make.databases import Databases
from tests.make.deals import DEAL_PRICE, LIST_PRICE
from tests.make.inventory import hold_request
from tests.make.laws import OPEN
from tests.make.orders import SETTINGS, Market, checkout, contact

UNITS, TTL, HOUR = 4, 300, 3600
OFF, USES, DEAL_UNITS, DEAL_SECONDS = 5_000, 3, 3, 1_800
BUYERS = ("cart:ani", "cart:budi", "cart:citra", "cart:dewi")
MAX_WANTED = 6
"""Of one buyer; limits have tests of their own."""
STEPS = (
    "want", "want", "want", "drop", "leave", "order", "order", "order", "pay", "pay", "cancel", "take_back",
    "send_money", "receive", "deal", "deal", "stop_deal", "pass", "hours", "back", "die", "die", "sever",
)  # fmt: skip
DEATHS = ("order", "pay", "cancel", "take_back", "send_money", "drop", "deal")
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 11), st.integers(1, 3))


MONEY = "SELECT coalesce(sum(received - refunded), 0) FROM payments"


class Died(Exception):
    """The process ended in the midst of a transaction."""


@dataclass
class Held:
    """What a buyer has in the cart, or an order keeps for them."""

    id: UUID
    buyer: str
    units: int
    price: int
    ends: datetime
    in_deal: UUID | None


@dataclass
class Bought:
    """An order as the model knows it."""

    holds: list[Held]
    total: int
    used_voucher: bool
    state: OrderState
    pay_by: datetime
    paid: int = 0


@dataclass
class Model:
    """Everything, counted by hand."""

    on_hand: int = UNITS
    held: list[Held] = field(default_factory=list)
    line: list[tuple[str, int]] = field(default_factory=list)
    orders: dict[UUID, Bought] = field(default_factory=dict)
    deals: dict[UUID, Deal] = field(default_factory=dict)
    left: dict[UUID, int] = field(default_factory=dict)
    money: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - sum(one.units for one in self.held) - self.kept

    @property
    def waiting_for_money(self) -> list[Bought]:
        return [one for one in self.orders.values() if one.state is OrderState.AWAITING_PAYMENT]

    @property
    def kept(self) -> int:
        return sum(held.units for one in self.waiting_for_money for held in one.holds)

    @property
    def uses(self) -> int:
        return sum(
            one.used_voucher
            for one in self.orders.values()
            if one.state in {OrderState.AWAITING_PAYMENT, OrderState.PAID}
        )

    def running(self, now: datetime) -> Deal | None:
        return next((one for one in self.deals.values() if one.starts_at <= now < one.ends_at), None)

    def price(self, units: int, now: datetime) -> tuple[int, UUID | None]:
        """Return what units cost that are granted now, and take them from the deal."""
        deal = self.running(now)
        if deal is None or units > self.left[deal.id]:
            return LIST_PRICE, None
        self.left[deal.id] -= units
        return DEAL_PRICE, deal.id

    def come_back(self, holds: list[Held]) -> None:
        """Give deals their units again."""
        for one in holds:
            if one.in_deal is not None:
                self.left[one.in_deal] += one.units

    def in_cart(self, buyer: str) -> list[Held]:
        return [one for one in self.held if one.buyer == buyer]


class Play:
    """Takes each step in both, and compares."""

    def __init__(
        self, db: Database, clock: FixedClock, market: Market, product: Any, voucher: Voucher
    ) -> None:
        self.db, self.clock, self.market, self.product, self.voucher = db, clock, market, product, voucher
        self.model = Model()
        self.dies_at = 0
        self.variant_id = market.variants[0].id
        self.revive()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a transaction of a deed, which may die at some statement, or before it commits."""
        dies_at, self.dies_at = self.dies_at, 0
        async with self.db.begin() as tx:
            if dies_at:
                tx.execute = dying(tx, dies_at)  # type: ignore[method-assign]
            yield tx
            if dies_at % 2:
                raise Died

    def revive(self) -> None:
        """Start again: nothing is left of what the process had in its memory."""
        rules = InventorySettings(hold_ttl_seconds=TTL, max_units_per_variant=100)
        self.queue = HoldQueue(self.db, self.clock, rules, OPEN)
        self.market.relay = Relay(self.db, [*inventory.REACTIONS, *orders.REACTIONS])

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pick(self, which: int, *states: OrderState) -> UUID | None:
        found = [id_ for id_, one in self.model.orders.items() if one.state in states]
        return found[which % len(found)] if found else None

    def has_work_for(self, name: str) -> bool:
        """Tell whether there is anything that this deed could be done to."""
        model, states = self.model, [one.state for one in self.model.orders.values()]
        its: dict[str, object] = {
            "drop": model.held,
            "leave": model.line,
            "order": model.held,
            "pay": OrderState.AWAITING_PAYMENT in states,
            "cancel": OrderState.AWAITING_PAYMENT in states,
            "sever": OrderState.AWAITING_PAYMENT in states,
            "take_back": OrderState.PAID in states,
            "send_money": any(
                one.paid and one.state is OrderState.CANCELLED for one in model.orders.values()
            ),
            "stop_deal": model.running(self.now),
        }
        return bool(its.get(name, True))

    async def want(self, which: int, units: int) -> None:
        model, buyer = self.model, BUYERS[which % 4]
        mine = sum(one.units for one in model.in_cart(buyer)) + sum(
            n for who, n in model.line if who == buyer
        )
        if mine + units > MAX_WANTED or any(who == buyer for who, _ in model.line):
            return
        request = hold_request(self.variant_id, units, holder=buyer)
        if 0 < model.free < units:
            with pytest.raises(SoldOut):
                await self.queue.hold_or_wait(request)
            return
        answer = await self.queue.hold_or_wait(request)
        assert (await self.queue.hold_or_wait(request)).id == answer.id, "asked again, it is the same"
        if model.free < units:
            assert isinstance(answer, WaitlistPlace)
            model.line.append((buyer, units))
            return
        assert isinstance(answer, Hold)
        price, in_deal = model.price(units, self.now)
        assert (answer.unit_price, answer.allotment_id) == (Money(price), in_deal)
        model.held.append(Held(answer.id, buyer, units, price, answer.expires_at, in_deal))

    async def drop(self, which: int, _: int) -> None:
        if self.model.held:
            held = self.model.held[which % len(self.model.held)]
            async with self.begin() as tx:
                await inventory.release(tx, [held.id])
            self.model.held.remove(held)
            await self.serve([held])

    async def leave(self, which: int, _: int) -> None:
        if not self.model.line:
            return
        buyer = self.model.line[which % len(self.model.line)][0]
        async with self.db.begin() as tx:
            await inventory.leave_waitlist(tx, [buyer], self.variant_id)
        self.model.line = [one for one in self.model.line if one[0] != buyer]

    async def order(self, which: int, _: int) -> None:
        if not self.model.held:
            return
        buyer = self.model.held[which % len(self.model.held)].buyer
        holds = self.model.in_cart(buyer)
        wanted = checkout(
            buyer,
            [self.market.shop.id],
            contact=contact(email=f"{buyer[5:]}@example.com"),
            checkout_key=str(holds[0].id),
        )
        async with self.begin() as tx:
            (placed,) = await orders.place_orders(tx, wanted, SETTINGS, OPEN)
        uses_voucher = self.model.uses < USES and self.voucher.starts_at <= self.now
        goods = sum(one.units * one.price for one in holds) - OFF * uses_voucher
        assert placed.goods == Money(goods)
        assert placed.pay_by is not None
        self.model.held = [one for one in self.model.held if one not in holds]
        bought = Bought(holds, placed.total.minor, uses_voucher, OrderState.AWAITING_PAYMENT, placed.pay_by)
        self.model.orders[placed.id] = bought

    async def pay(self, which: int, _: int) -> None:
        if (id_ := self.pick(which, OrderState.AWAITING_PAYMENT)) is None:
            return
        bought = self.model.orders[id_]
        async with self.begin() as tx:
            payment = await payments.find_payment_of_order(tx, id_)
            assert payment is not None
            await payments.confirm_by_seller(tx, payment.id, payment.due)
        bought.state, bought.paid = OrderState.PAID, payment.due.minor
        self.model.money += bought.paid
        self.model.on_hand -= sum(one.units for one in bought.holds)

    async def cancel(self, which: int, _: int) -> None:
        """Cancel as its buyer, unpaid."""
        if id_ := self.pick(which, OrderState.AWAITING_PAYMENT):
            async with self.begin() as tx:
                await orders.cancel_by_buyer(tx, (await orders.get_order(tx, id_)).token, "")
            await self.give_up(self.model.orders[id_])

    async def take_back(self, which: int, _: int) -> None:
        """Cancel as its seller, paid: the units come back, the money is promised."""
        if id_ := self.pick(which, OrderState.PAID):
            async with self.begin() as tx:
                await orders.cancel_by_seller(tx, self.market.shop.id, id_, "habis")
            bought = self.model.orders[id_]
            bought.state = OrderState.CANCELLED
            self.model.on_hand += sum(one.units for one in bought.holds)
            await self.serve([])

    async def send_money(self, which: int, _: int) -> None:
        owed = [
            id_ for id_, one in self.model.orders.items() if one.paid and one.state is OrderState.CANCELLED
        ]
        if not owed:
            return
        id_ = owed[which % len(owed)]
        async with self.begin() as tx:
            waiting = await payments.list_refunds_to_send(tx, self.market.shop.id)
            [refund] = [refund for payment, refund in waiting if payment.order_id == id_]
            assert refund.amount.minor == self.model.orders[id_].paid
            await payments.confirm_refund_by_seller(tx, self.market.shop.id, refund.id)
        bought = self.model.orders[id_]
        bought.state = OrderState.REFUNDED
        self.model.money -= bought.paid

    async def receive(self, _: int, units: int) -> None:
        async with self.db.begin() as tx:
            await inventory.receive(tx, self.variant_id, units)
        self.model.on_hand += units
        await self.serve([])

    async def deal(self, _: int, __: int) -> None:
        if any(self.now < one.ends_at for one in self.model.deals.values()):
            return
        async with self.begin() as tx:
            made = await make_deals.deal(tx, self.product, units=DEAL_UNITS, seconds=DEAL_SECONDS)
        self.model.deals[made.id], self.model.left[made.id] = made, DEAL_UNITS

    async def stop_deal(self, _: int, __: int) -> None:
        if (deal := self.model.running(self.now)) is not None:
            async with self.db.begin() as tx:
                await deals.stop_deal(tx, self.market.shop.id, deal.id)
            self.model.deals[deal.id] = replace(deal, ends_at=self.now)

    async def pass_(self, _: int, units: int) -> None:
        self.clock.advance(seconds=TTL / 2 * units)
        await self.sweep()

    async def hours(self, _: int, units: int) -> None:
        self.clock.advance(seconds=10 * HOUR * units)
        await self.sweep()

    async def back(self, _: int, __: int) -> None:
        """Set the clock back by an hour: a deal may run again, and nothing else begins anew."""
        self.clock.advance(seconds=-HOUR)
        await self.sweep()

    async def sweep(self) -> None:
        """End what is due, as the running program does."""
        for id_, bought in list(self.model.orders.items()):
            if bought.state is OrderState.AWAITING_PAYMENT and bought.pay_by <= self.now:
                async with self.db.begin() as tx:
                    payment = await payments.find_payment_of_order(tx, id_)
                    assert payment is not None
                    await expire_payment(tx, payment.id)
                await self.market.relay.drain()
                await self.give_up(bought)
        await inventory.expire_due(self.db)
        lapsed = [one for one in self.model.held if one.ends <= self.now]
        self.model.held = [one for one in self.model.held if one.ends > self.now]
        await self.serve(lapsed)

    async def give_up(self, bought: Bought) -> None:
        bought.state = OrderState.CANCELLED
        await self.serve(bought.holds)

    async def serve(self, back: list[Held]) -> None:
        """Let the line have what is free, the first first, at the deal's price while it has units."""
        model = self.model
        model.come_back(back)
        turns = list[tuple[str, int]]()
        for place in list(model.line):
            if units := min(place[1], model.free - sum(one[1] for one in turns)):
                model.line.remove(place)
                turns.append((place[0], units))
        if not turns:
            return
        async with self.db.begin() as tx:
            for buyer, units in turns:
                known = {one.id for one in model.held}
                [hold] = [one for one in await inventory.list_holds(tx, buyer) if one.id not in known]
                price, in_deal = model.price(units, self.now)
                assert (hold.quantity, hold.unit_price, hold.allotment_id) == (units, Money(price), in_deal)
                model.held.append(Held(hold.id, buyer, units, price, hold.expires_at, in_deal))

    async def die(self, which: int, units: int) -> None:
        """Die at some statement of a deed: nothing of it is done."""
        self.dies_at = 2 * which + units
        with suppress(Died):
            await getattr(self, DEATHS[which % len(DEATHS)])(which, units)
        self.dies_at = 0

    async def sever(self, which: int, units: int) -> None:
        """Lose every connection and all memory, before what follows from a payment was done."""
        await self.pay(which, units)
        await self.db.engine.dispose()
        self.revive()

    async def agree(self) -> None:
        """Do what follows from all that was done, count everything, and compare."""
        await self.market.relay.drain()
        model = self.model
        async with self.db.begin() as tx:
            for counted, recount in COUNTS.items():
                assert await recount(tx) == [], counted
            stock = (await inventory.stock_of(tx, [self.variant_id]))[self.variant_id]
            places = await inventory.list_waiting(tx, BUYERS)
            allotments = await inventory.get_allotments(tx, list(model.deals))
            voucher = await vouchers.get_voucher_of(tx, self.market.shop.id, self.voucher.id)
            states = {id_: (await orders.get_order(tx, id_)).state for id_ in model.orders}
            money = (await tx.execute(text(MONEY))).scalar_one()
        assert (stock.on_hand, stock.available, stock.waiting) == (model.on_hand, model.free, len(model.line))
        assert not (stock.available and stock.waiting), "a unit is free past the line"
        in_line = {place.number: (place.holder, place.quantity) for place in places}
        assert [in_line[number] for number in sorted(in_line)] == model.line
        assert {id_: one.left for id_, one in allotments.items()} == model.left
        assert (voucher.uses, voucher.spent.minor) == (model.uses, model.uses * OFF)
        assert states == {id_: one.state for id_, one in model.orders.items()}
        assert money == model.money


def dying(tx: Tx, at: int) -> Any:
    """Return the transaction's `execute`, which dies at the statement of this number."""
    execute, numbers = tx.execute, count(1)

    async def execute_or_die(statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        if next(numbers) == at:
            raise Died
        return await execute(statement, parameters)

    return execute_or_die


async def live_through(db: Database, clock: FixedClock, steps: list[tuple[str, int, int]]) -> None:
    """Open a shop with a voucher, take the steps, and compare after each."""
    async with db.begin() as tx:
        shop = await make_orders.open_shop(tx)
        product = await make_catalog.product(tx, shop.id, sizes=("2-3 th",), price=str(LIST_PRICE))
        await inventory.receive(tx, product.variants[0].id, UNITS)
        voucher = await make_vouchers.voucher(tx, shop.id, amount=OFF, max_uses=USES)
    queue, relay = HoldQueue(db, clock, InventorySettings(), OPEN), Relay(db, [])
    play = Play(db, clock, Market(db, queue, shop, product.variants, relay), product, voucher)
    await play.agree()
    for drawn, which, units in steps:
        name = drawn if play.has_work_for(drawn) else "want"
        await getattr(play, "pass_" if name == "pass" else name)(which, units)
        await play.agree()


@pytest.mark.slow
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=st.lists(step, min_size=25, max_size=40))
async def test_a_whole_sale_agrees_with_a_model(
    databases: Databases, clock: FixedClock, steps: list[tuple[str, int, int]]
) -> None:
    async with databases.lent("commerce") as db:
        await live_through(db, clock, steps)
