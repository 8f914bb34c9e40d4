from collections.abc import Callable
from datetime import timedelta

import pytest

from etalase.commerce.orders import (
    Actor,
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderNotCancellable,
    OrderNotRefundable,
    OrderPaid,
    OrderRefunded,
    OrderRefundPromised,
    OrderState,
    OrderStepRefused,
    OrderStock,
    RefundState,
)
from etalase.commerce.orders import _model as model
from etalase.commerce.orders._model import Change
from etalase.kernel.money import Money
from tests.make.orders import NOW, order

LATER = NOW + timedelta(hours=2)


def paid() -> Order:
    return model.capture(order(), NOW)[0]


def packed() -> Order:
    return model.pack(paid(), NOW)[0]


def shipped() -> Order:
    return model.ship(packed(), "JNE", "JP123", NOW)[0]


def delivered() -> Order:
    return model.deliver(shipped(), NOW)[0]


def completed() -> Order:
    return model.complete(delivered(), NOW)[0]


def shipped_on_delivery() -> Order:
    begun, _ = model.begin(order(OrderState.CONFIRMED))
    return model.ship(model.pack(begun, NOW)[0], "JNE", "", NOW)[0]


def test_an_order_goes_from_payment_to_completion() -> None:
    end = completed()
    assert (end.state, end.stock, end.paid_at) == (OrderState.COMPLETED, OrderStock.SOLD, NOW)


def test_the_same_fact_again_changes_nothing() -> None:
    repeats: list[tuple[Callable[[Order], Change], Order]] = [
        (lambda order: model.capture(order, LATER), paid()),
        (lambda order: model.pack(order, LATER), packed()),
        (lambda order: model.ship(order, "JNE", "JP123", LATER), shipped()),
        (lambda order: model.deliver(order, LATER), delivered()),
        (lambda order: model.complete(order, LATER), completed()),
        (lambda order: model.expire(order, LATER), paid()),
    ]
    for fact, done in repeats:
        assert fact(done) == (done, ())


@pytest.mark.parametrize("begin", [order, paid, shipped, delivered, completed])
def test_what_is_not_ready_cannot_be_packed(begin: Callable[[], Order]) -> None:
    if begin is paid:
        return
    with pytest.raises(OrderStepRefused):
        model.pack(begin(), LATER)


def test_paid_on_delivery_the_sale_stands_at_once() -> None:
    begun, (placed,) = model.begin(order(OrderState.CONFIRMED))
    assert begun.stock is OrderStock.SOLD
    assert placed.pays_on_delivery  # type: ignore[attr-defined]


def test_money_at_the_door_delivers_the_parcel() -> None:
    arrived, events = model.capture(shipped_on_delivery(), LATER)
    assert (arrived.state, arrived.paid_at) == (OrderState.DELIVERED, LATER)
    assert [type(event) for event in events] == [OrderPaid, OrderDelivered]


def test_an_unpaid_delivered_order_is_not_complete() -> None:
    with pytest.raises(OrderStepRefused):
        model.complete(model.deliver(shipped_on_delivery(), NOW)[0], LATER)


def test_the_buyer_cancels_until_money_came() -> None:
    ended, (message,) = model.cancel(order(), Actor.BUYER, "changed_mind", LATER)
    assert (ended.state, ended.stock, ended.refund) == (
        OrderState.CANCELLED,
        OrderStock.RETURNED,
        RefundState.NONE,
    )
    assert isinstance(message, OrderCancelled)
    assert not message.was_sale
    with pytest.raises(OrderNotCancellable):
        model.cancel(paid(), Actor.BUYER, "changed_mind", LATER)


@pytest.mark.parametrize("begin", [paid, packed])
def test_the_seller_cancels_a_paid_order_and_owes_its_money(begin: Callable[[], Order]) -> None:
    ended, events = model.cancel(begin(), Actor.SELLER, "torn", LATER)
    assert (ended.refund, ended.refund_amount) == (RefundState.DUE, ended.total)
    assert [type(event) for event in events] == [OrderCancelled, OrderRefundPromised]
    refunded, (message,) = model.settle_refund(ended, LATER)
    assert refunded.state is OrderState.REFUNDED
    assert isinstance(message, OrderRefunded)


@pytest.mark.parametrize("begin", [shipped, delivered, completed])
def test_a_sent_order_is_refunded_not_cancelled(begin: Callable[[], Order]) -> None:
    with pytest.raises(OrderNotCancellable):
        model.cancel(begin(), Actor.SELLER, "torn", LATER)
    owing, _ = model.refund(begin(), "torn")
    assert owing.refund is RefundState.DUE
    assert model.settle_refund(owing, LATER)[0].state is OrderState.REFUNDED


def test_a_parcel_refused_at_the_door_is_cancelled_without_a_refund() -> None:
    ended, _ = model.cancel(shipped_on_delivery(), Actor.SELLER, "refused at the door", LATER)
    assert (ended.state, ended.refund) == (OrderState.CANCELLED, RefundState.NONE)


def test_money_is_not_promised_twice() -> None:
    owing, _ = model.refund(shipped(), "torn")
    with pytest.raises(OrderNotRefundable):
        model.refund(owing, "torn")
    with pytest.raises(OrderNotRefundable):
        model.refund(order(), "never paid")


def test_money_for_an_ended_order_is_owed_back() -> None:
    ended, _ = model.expire(order(), LATER)
    assert ended.reason == "unpaid"
    owing, (promised,) = model.capture(ended, LATER)
    assert (owing.state, owing.refund) == (OrderState.CANCELLED, RefundState.DUE)
    assert isinstance(promised, OrderRefundPromised)


def test_money_that_finds_no_stock_is_owed_back() -> None:
    owing, events = model.capture_sold_out(order(), LATER)
    assert (owing.state, owing.reason, owing.refund_amount) == (OrderState.CANCELLED, "sold_out", owing.total)
    assert [type(event) for event in events] == [OrderCancelled, OrderRefundPromised]


def test_a_step_is_taken_back_to_where_it_came_from() -> None:
    assert model.undo(packed())[0].state is OrderState.PAID
    before = packed()
    assert model.undo(model.ship(before, "JNE", "JP123", LATER)[0])[0] == before
    assert (
        model.undo(model.pack(model.begin(order(OrderState.CONFIRMED))[0], NOW)[0])[0].state
        is OrderState.CONFIRMED
    )
    with pytest.raises(OrderStepRefused):
        model.undo(paid())


def test_a_delivery_that_brought_money_cannot_be_taken_back() -> None:
    paid_first, _ = model.capture(shipped_on_delivery(), LATER)
    delivered, _ = model.deliver(shipped_on_delivery(), NOW)
    paid_after, _ = model.capture(delivered, LATER)
    for arrived in (paid_first, delivered, paid_after):
        with pytest.raises(OrderStepRefused):
            model.undo(arrived)


def test_a_delivery_that_was_paid_before_can_be_taken_back() -> None:
    before = shipped()
    assert model.undo(model.deliver(before, LATER)[0])[0] == before


def test_a_corrected_tracking_number_is_told_again_but_keeps_the_moment() -> None:
    corrected, (message,) = model.ship(shipped(), "JNE", "JP124", LATER)
    assert (corrected.tracking_number, corrected.shipped_at) == ("JP124", NOW)
    assert message.tracking_number == "JP124"  # type: ignore[attr-defined]


def test_a_total_is_goods_and_shipping() -> None:
    assert (order().goods, order().total) == (Money(178_000), Money(193_000))
