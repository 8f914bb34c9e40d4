from dataclasses import replace
from datetime import timedelta
from typing import Any

from etalase.commerce.orders import Actor, Order, OrderRefundPromised, OrderState, RefundState
from etalase.commerce.orders import _model as model
from etalase.commerce.orders._model import (
    ParcelCandidate,
    carries_others,
    extra_shipping,
    give_up_shipping,
    kept_shipping,
    open_parcel,
    refundable,
)
from etalase.kernel.money import Money
from tests.make.orders import ADDRESS, NOW, order

WINDOW = timedelta(hours=12)
NEWCOMER = ParcelCandidate("SHOW1", ADDRESS, "327606", "Reguler")


def paid(**changes: Any) -> Order:
    return model.capture(order(show_code="SHOW1", **changes), NOW)[0]


def test_an_order_of_the_same_show_joins_the_parcel_of_a_paid_one() -> None:
    first = paid()
    assert open_parcel([first], NEWCOMER, NOW, WINDOW) == (first,)


def test_it_does_not_join_what_is_unpaid_packed_late_or_goes_elsewhere() -> None:
    unpaid = order(show_code="SHOW1")
    packed = model.pack(paid(), NOW)[0]
    elsewhere = paid(address=replace(ADDRESS, street="Jl. Lain 1"))
    by_another_service = paid(service="Kilat")
    for other in (unpaid, packed, elsewhere, by_another_service):
        assert open_parcel([other], NEWCOMER, NOW, WINDOW) == ()
    assert open_parcel([paid()], NEWCOMER, NOW + WINDOW, WINDOW) == ()
    assert open_parcel([paid()], replace(NEWCOMER, show_code=None), NOW, WINDOW) == ()


def test_a_parcel_of_which_anything_is_packed_is_closed() -> None:
    first = paid()
    second = model.pack(paid(parcel_id=first.parcel_id), NOW)[0]
    assert open_parcel([first, second], NEWCOMER, NOW, WINDOW) == ()


def test_a_parcel_is_open_whatever_is_packed_of_another() -> None:
    first, packed = paid(), model.pack(paid(), NOW)[0]
    assert open_parcel([packed, first], NEWCOMER, NOW, WINDOW) == (first,)
    ended = replace(packed, parcel_id=first.parcel_id, state=OrderState.CANCELLED)
    assert open_parcel([ended, first], NEWCOMER, NOW, WINDOW) == (first,)


def test_what_went_back_before_does_not_go_back_twice() -> None:
    first = paid()
    assert refundable(replace(first, refunded=Money(1_000)), [first]) == first.total - Money(1_000)
    assert refundable(replace(first, refunded=first.total), [first]) == Money(0)


def test_nothing_is_kept_of_what_was_never_paid_or_is_promised() -> None:
    second = paid()
    unpaid = replace(order(show_code="SHOW1", parcel_id=second.parcel_id), state=OrderState.CANCELLED)
    assert kept_shipping([unpaid, second]) == Money(0)
    ended = replace(second, state=OrderState.CANCELLED)
    assert kept_shipping([replace(ended, refund_amount=Money(500))]) == second.total
    promised = replace(ended, refund=RefundState.DUE, refund_amount=Money(500))
    assert kept_shipping([promised]) == second.total - Money(500)


def test_only_the_difference_in_weight_is_paid_and_never_less_than_nothing() -> None:
    first = paid()
    assert extra_shipping(Money(30_000), [first]) == Money(15_000)
    assert extra_shipping(Money(15_000), [first]) == Money(0)
    assert extra_shipping(Money(9_000), [first]) == Money(0)


def test_shipping_stays_with_a_parcel_that_still_goes() -> None:
    first = paid()
    second = paid(parcel_id=first.parcel_id)
    assert refundable(first, [first]) == first.total
    assert refundable(first, [first, second]) == first.goods
    gone = replace(second, state=OrderState.CANCELLED)
    assert refundable(first, [first, gone]) == first.total


def test_an_unpaid_order_that_carries_later_ones_is_known() -> None:
    first = model.begin(order(OrderState.CONFIRMED, show_code="SHOW1"))[0]
    later = order(show_code="SHOW1", parcel_id=first.parcel_id, placed_at=NOW + timedelta(minutes=1))
    assert not carries_others(first, [first])
    assert carries_others(first, [first, later])
    assert not carries_others(later, [first, later])
    assert not carries_others(first, [first, replace(later, state=OrderState.CANCELLED)])
    assert not carries_others(paid(), [first, later])


def test_kept_shipping_counts_for_who_joins_later() -> None:
    first = paid()
    second = paid(parcel_id=first.parcel_id, shipping=Money(0))
    given_up = model.cancel(first, Actor.SELLER, "reason", NOW, refund=refundable(first, [first, second]))[0]
    assert kept_shipping([given_up, second]) == first.shipping
    assert extra_shipping(Money(15_000), [second], kept=first.shipping) == Money(0)


def test_kept_shipping_goes_back_once_nothing_of_the_parcel_goes() -> None:
    first = paid()
    second = paid(parcel_id=first.parcel_id, shipping=Money(0))
    given_up = model.cancel(first, Actor.SELLER, "reason", NOW, refund=refundable(first, [first, second]))[0]
    assert give_up_shipping([given_up, second], "parcel_ended") == []
    last = model.cancel(second, Actor.SELLER, "reason", NOW, refund=refundable(second, [given_up, second]))[0]
    assert give_up_shipping([given_up, last], "parcel_ended") == []  # one refund of an order at a time
    sent = model.settle_refund(given_up, NOW)[0]
    ((owing, events),) = give_up_shipping([sent, last], "parcel_ended")
    assert [event.reason for event in events if isinstance(event, OrderRefundPromised)] == ["parcel_ended"]
    assert (owing.refund, owing.refund_amount) == (RefundState.DUE, first.shipping)
    assert model.settle_refund(owing, NOW)[0].given_back == first.total


def test_an_order_whose_refund_ends_it_does_not_keep_its_parcel_going() -> None:
    first, second = paid(), paid()
    refunded = replace(first, state=OrderState.DELIVERED, refund=RefundState.DUE, refund_amount=first.goods)
    assert refundable(second, [refunded, second]) == second.total
