"""Whatever happens to an order, in whatever order: it moves along known steps, and money is accounted for."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from etalase.commerce.orders import (
    Actor,
    Order,
    OrderPartRefunded,
    OrderRefunded,
    OrderState,
    OrderStock,
    RefundState,
)
from etalase.commerce.orders import _model as model
from etalase.commerce.orders._model import Change
from etalase.kernel.errors import Refusal
from etalase.kernel.money import Money
from tests.make.orders import NOW, order

OWING = {RefundState.DUE, RefundState.PART}


class OrderLife(RuleBasedStateMachine):
    """Buyers, sellers, gateways and time, pulling at one order."""

    def __init__(self) -> None:
        super().__init__()
        self.order: Order = order()
        self.now = NOW
        self.promised = 0
        self.given = 0

    @initialize(on_delivery=st.booleans())
    def place(self, on_delivery: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.order, _ = model.begin(
            order(OrderState.CONFIRMED if on_delivery else OrderState.AWAITING_PAYMENT)
        )

    @rule()
    def money_comes(self) -> None:
        self.take(model.capture(self.order, self.tick()))

    @precondition(lambda self: self.order.stock is OrderStock.HELD and not self.order.paid)
    @rule()
    def money_comes_and_finds_no_stock(self) -> None:
        self.take(model.capture_sold_out(self.order, self.tick()))

    @rule()
    def time_runs_out(self) -> None:
        self.take(model.expire(self.order, self.tick()))

    @rule(by=st.sampled_from([Actor.BUYER, Actor.SELLER]))
    def someone_cancels(self, by: Actor) -> None:
        self.attempt(lambda: model.cancel(self.order, by, "reason", self.tick()))

    @rule(step=st.sampled_from(["pack", "ship", "deliver", "complete", "undo", "refund"]))
    def seller_steps(self, step: str) -> None:
        steps: dict[str, Callable[[], Change]] = {
            "pack": lambda: model.pack(self.order, self.tick()),
            "ship": lambda: model.ship(self.order, "JNE", "JP1", self.tick()),
            "deliver": lambda: model.deliver(self.order, self.tick()),
            "complete": lambda: model.complete(self.order, self.tick()),
            "undo": lambda: model.undo(self.order),
            "refund": lambda: model.refund(self.order, "reason"),
        }
        self.attempt(steps[step])

    @rule(units=st.integers(0, 2), besides=st.integers(0, 200_000))
    def seller_gives_a_part_back(self, units: int, besides: int) -> None:
        part = model.PartRefund({0: units}, Money(besides))
        self.attempt(lambda: model.promise_part(self.order, part, "reason", rest=self.order.rest))

    @rule()
    def money_goes_back(self) -> None:
        self.take(model.settle_refund(self.order, self.tick()))

    @invariant()
    def money_is_promised_only_where_it_came_and_at_most_once(self) -> None:
        assert self.order.refund is RefundState.NONE or self.order.paid
        assert self.promised <= 1
        assert self.promised == (not self.order.goes_on)

    @invariant()
    def no_more_goes_back_than_came(self) -> None:
        owed = self.order.refund_amount.minor if self.order.refund in OWING else 0
        assert self.given + owed <= self.order.total.minor
        assert self.order.given_back.minor == self.given
        assert self.order.goes_on or self.order.refunded + self.order.refund_amount == self.order.total

    @invariant()
    def a_paid_order_that_ended_owes_its_money(self) -> None:
        if self.order.state is OrderState.CANCELLED and self.order.paid:
            assert self.order.refund is RefundState.DUE
        if self.order.state is OrderState.REFUNDED:
            assert self.order.refund is RefundState.DONE

    @invariant()
    def stock_is_where_the_state_says(self) -> None:
        if self.order.state is OrderState.AWAITING_PAYMENT:
            assert self.order.stock is OrderStock.HELD
        elif self.order.state is OrderState.CANCELLED:
            assert self.order.stock is OrderStock.RETURNED
        elif self.order.state is not OrderState.REFUNDED:
            assert self.order.stock is OrderStock.SOLD

    def attempt(self, step: Callable[[], Change]) -> None:
        before = self.order
        try:
            change = step()
        except Refusal:
            assert self.order == before
            return
        self.take(change)

    def take(self, change: Change) -> None:
        before, (self.order, events) = self.order, change
        assert (
            self.order.state is before.state
            or self.order.state in model.NEXT[before.state]
            or ((before.state, self.order.state) == (OrderState.SHIPPED, OrderState.DELIVERED))
        )
        assert bool(events) == (self.order != before)
        self.given += sum(
            event.amount.minor for event in events if isinstance(event, OrderRefunded | OrderPartRefunded)
        )
        self.promised += sum(event.name == "orders.order_refund_promised" for event in events)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


TestOrderLife = OrderLife.TestCase
