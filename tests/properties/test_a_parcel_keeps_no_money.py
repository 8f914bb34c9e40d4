"""Whatever becomes of the orders of one parcel: once nothing of it goes, no money stays with the shop."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from etalase.commerce.orders import Actor, Order, OrderPartRefunded, OrderRefunded, OrderState, RefundState
from etalase.commerce.orders import _model as model
from etalase.commerce.orders._model import Change
from etalase.kernel.errors import Refusal
from etalase.kernel.money import Money
from tests.make.orders import NOW, order

BEGINNINGS = (OrderState.PAID, OrderState.CONFIRMED, OrderState.AWAITING_PAYMENT)
PLACES = st.integers(0, 1)


class ParcelLife(RuleBasedStateMachine):
    """Two orders of one parcel, and all that may end them; what follows from an end follows at once."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[Order] = []
        self.given: dict[int, int] = dict.fromkeys(range(2), 0)
        self.now = NOW

    @initialize(states=st.lists(st.sampled_from(list(BEGINNINGS)), min_size=2, max_size=2))
    def place(self, states: list[OrderState]) -> None:
        first = order(shipping=Money(15_000))
        for state in states:
            shipping = Money(0) if self.orders else first.shipping
            begun = OrderState.CONFIRMED if state is OrderState.CONFIRMED else OrderState.AWAITING_PAYMENT
            placed = model.begin(order(begun, parcel_id=first.id, shipping=shipping))[0]
            self.orders.append(model.capture(placed, NOW)[0] if state is OrderState.PAID else placed)

    @rule(place=PLACES)
    def money_comes(self, place: int) -> None:
        self.attempt(place, lambda order: model.capture(order, self.tick()))

    @rule(place=PLACES)
    def time_runs_out(self, place: int) -> None:
        self.attempt(place, lambda order: model.expire(order, self.tick()))

    @rule(place=PLACES)
    def seller_cancels(self, place: int) -> None:
        rest = model.refundable(self.orders[place], self.orders)
        self.attempt(
            place, lambda order: model.cancel(order, Actor.SELLER, "reason", self.tick(), refund=rest)
        )

    @rule(place=PLACES)
    def seller_gives_the_money_back(self, place: int) -> None:
        rest = model.refundable(self.orders[place], self.orders)
        self.attempt(place, lambda order: model.refund(order, "reason", amount=rest))

    @rule(place=PLACES, besides=st.integers(1, 200_000))
    def seller_gives_a_part_back(self, place: int, besides: int) -> None:
        rest = model.refundable(self.orders[place], self.orders)
        part = model.PartRefund({}, Money(besides))
        self.attempt(place, lambda order: model.promise_part(order, part, "reason", rest=rest))

    @rule()
    def parcel_is_sent(self) -> None:
        for place in range(2):
            self.attempt(place, lambda order: model.pack(order, self.tick()))
            self.attempt(place, lambda order: model.ship(order, "JNE", "JP1", self.tick()))

    @rule(place=PLACES)
    def promised_money_goes_back(self, place: int) -> None:
        self.attempt(place, lambda order: model.settle_refund(order, self.tick()))

    @invariant()
    def what_does_not_go_keeps_no_money(self) -> None:
        if any(one.state not in model.ENDED and one.goes_on for one in self.orders):
            return
        for place, one in enumerate(self.orders):
            promised = one.refund_amount.minor if one.refund is RefundState.DUE else 0
            assert one.refund is RefundState.DUE or self.given[place] == (one.total.minor if one.paid else 0)
            assert self.given[place] + promised <= one.total.minor

    def attempt(self, place: int, step: Callable[[Order], Change]) -> None:
        try:
            change = step(self.orders[place])
        except Refusal:
            return
        self.take(change)
        for later in model.give_up_shipping(self.orders, "parcel_ended"):
            self.take(later)

    def take(self, change: Change) -> None:
        after, events = change
        place = next(place for place, one in enumerate(self.orders) if one.id == after.id)
        self.orders[place] = after
        self.given[place] += sum(
            event.amount.minor for event in events if isinstance(event, OrderRefunded | OrderPartRefunded)
        )

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


TestParcelLife = ParcelLife.TestCase
