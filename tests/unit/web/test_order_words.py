from datetime import timedelta

from etalase.commerce.orders import Actor, Order, OrderState
from etalase.commerce.orders import _model as model
from etalase.web._order_words import steps_of
from tests.make.orders import NOW, order


def message(one: Order) -> list[tuple[str, str]]:
    return [(step.title.message, step.state) for step in steps_of(one)]


def test_the_money_comes_first_or_with_the_parcel() -> None:
    assert message(order())[:3] == [("Ordered", "done"), ("Paid", "now"), ("Packed", "later")]
    on_delivery = [("Ordered", "done"), ("Packed", "now"), ("Shipped", "later"), ("Delivered", "later")]
    assert message(order(OrderState.CONFIRMED)) == [*on_delivery, ("Paid", "later")]


def test_a_time_line_ends_where_the_order_did() -> None:
    paid, _ = model.capture(order(), NOW)
    ended, _ = model.cancel(paid, Actor.SELLER, "torn", NOW + timedelta(hours=1))
    assert message(ended) == [
        ("Ordered", "done"), ("Paid", "done"), ("Cancelled", "stopped"), ("Money back", "now"),
    ]  # fmt: skip
