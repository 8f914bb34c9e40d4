"""A payment's money is counted once, whatever is said of it, in whatever order."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from etalase.commerce import payments
from etalase.commerce.payments import Instructions, Method, PaymentState, Refund
from etalase.commerce.payments._model import payment as model
from etalase.kernel.money import Money
from tests.make.payments import NOW, QRIS, payment

GATEWAY = QRIS


def refund_of(paid: payments.Payment, minor: int) -> Refund:
    return Refund(uuid4(), paid.id, Money(minor), "sold out", by_hand=True, requested_at=NOW)


def captured(minor: int | None = None) -> payments.Payment:
    waiting = payment()
    return model.receive(waiting, Money(minor) if minor else waiting.due, NOW)[0]


def names(events: tuple[object, ...]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_gateways_payment_waits_to_be_presented_and_others_wait_for_money() -> None:
    assert model.begin(payment(GATEWAY))[0].state is PaymentState.CREATED
    assert model.begin(payment(Method.COD))[0].state is PaymentState.PENDING


def test_the_right_amount_captures_once() -> None:
    waiting = payment()
    paid, events = model.receive(waiting, waiting.due, NOW)
    assert paid.state is PaymentState.CAPTURED
    assert names(events) == ["PaymentCaptured"]
    assert model.receive(paid, waiting.due, NOW) == (paid, ())
    assert model.confirm(paid, waiting.due, NOW) == (paid, ())


def test_a_wrong_amount_never_pays_the_order_and_is_not_lost() -> None:
    after, events = model.receive(payment(GATEWAY), Money(1), NOW)
    assert after.state is PaymentState.REFUND_PENDING
    assert not after.paid
    assert after.held == Money(1)
    assert names(events) == ["PaymentFailed", "StrayMoneyReceived"]


@pytest.mark.parametrize("state", [PaymentState.EXPIRED, PaymentState.CANCELLED, PaymentState.FAILED])
def test_money_that_comes_after_the_end_is_stray(state: PaymentState) -> None:
    ended = payment(GATEWAY, state=state)
    after, events = model.receive(ended, ended.due, NOW)
    assert (after.state, after.paid, after.held) == (PaymentState.REFUND_PENDING, False, ended.due)
    assert names(events) == ["StrayMoneyReceived"]
    assert model.receive(after, ended.due, NOW) == (after, ())


def test_nothing_ends_a_payment_that_has_its_money() -> None:
    paid = captured()
    assert model.expire(paid) == (paid, ())
    assert model.fail(paid, "refused") == (paid, ())
    with pytest.raises(payments.PaymentNotOpen):
        model.cancel(paid)


def test_it_is_due_at_its_time_and_cash_on_delivery_never() -> None:
    waiting = payment()
    assert not model.is_due(waiting, NOW)
    assert model.is_due(waiting, NOW + timedelta(hours=1))
    assert not model.is_due(payment(Method.COD), NOW + timedelta(days=365))


def test_a_late_answer_of_the_gateway_does_not_reopen() -> None:
    ended = payment(GATEWAY, state=PaymentState.EXPIRED)
    assert model.present(ended, Instructions(qr="x")) == (ended, ())


def test_the_seller_must_see_the_amount_that_was_asked_for() -> None:
    with pytest.raises(payments.AmountDiffers) as refusal:
        model.confirm(payment(), Money(89_000), NOW)
    assert refusal.value.facts == {"due_minor": 89_017, "seen_minor": 89_000}


def test_the_seller_cannot_confirm_what_a_gateway_holds() -> None:
    with pytest.raises(payments.ConfirmedByGateway):
        model.confirm(payment(GATEWAY), Money(89_000), NOW)


def test_a_part_refund_leaves_the_rest_and_the_last_empties() -> None:
    paid = captured()
    first = refund_of(paid, 10_000)
    waiting, _ = model.ask_refund(paid, first)
    after, sent, events = model.settle_refund(waiting, first, NOW)
    assert (after.state, after.held) == (PaymentState.CAPTURED, Money(79_017))
    assert model.settle_refund(after, sent, NOW)[2] == ()
    last = refund_of(after, after.held.minor)
    empty, _, events = model.settle_refund(model.ask_refund(after, last)[0], last, NOW)
    assert (empty.state, empty.held) == (PaymentState.REFUNDED, Money(0))
    assert [event.full for event in events if isinstance(event, payments.PaymentRefunded)] == [True]


def test_a_second_refund_waits_for_the_first() -> None:
    paid = captured()
    waiting, _ = model.ask_refund(paid, refund_of(paid, 10_000))
    with pytest.raises(payments.RefundUnderWay):
        model.ask_refund(waiting, refund_of(paid, 10_000))


@pytest.mark.parametrize("minor", [0, -1, 89_018])
def test_no_more_goes_back_than_came(minor: int) -> None:
    paid = captured()
    with pytest.raises(payments.NothingToRefund):
        model.ask_refund(paid, refund_of(paid, minor))


def test_nothing_goes_back_before_it_came() -> None:
    waiting = payment()
    with pytest.raises(payments.NothingToRefund):
        model.ask_refund(waiting, refund_of(waiting, 1))


def test_refunding_the_whole_order_takes_the_unique_rupiah_along() -> None:
    paid = captured()
    assert model.refundable(paid, paid.amount) == paid.due
    assert model.refundable(paid, None) == paid.due
    assert model.refundable(paid, Money(5)) == Money(5)
    rest = replace(paid, refunded=Money(9_000))
    assert model.refundable(rest, Money(80_000)) == Money(80_017)


def test_a_reference_finds_its_payment_and_nothing_else_does() -> None:
    mine = payment(GATEWAY)
    assert model.read_reference(mine.reference) == mine.id
    assert len(mine.reference) <= 50
    for other in ("", "order-1", mine.id.hex, f"{mine.id}-1", f"{mine.id.hex}-1; DROP"):
        assert model.read_reference(other) is None


def test_only_a_charge_without_an_answer_gets_a_new_reference() -> None:
    assert model.renew_reference(payment(GATEWAY)).attempt == 2
    with pytest.raises(payments.PaymentNotOpen):
        model.renew_reference(payment(GATEWAY, state=PaymentState.PENDING))
