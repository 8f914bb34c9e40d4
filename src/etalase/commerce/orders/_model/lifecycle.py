"""The life of an order, as pure functions from a state and a fact to the next state and its events.

    awaiting_payment -> paid ---> packed -> shipped -> delivered -> completed
                   confirmed -^  (cash on delivery: usually paid when the parcel comes)
    any of these -> cancelled -> refunded       shipped, delivered or completed -> refunded

A fact that comes twice changes nothing. A step from the wrong place is refused. Money that came for an order
that cannot be kept is always due back: no path leaves it unspoken for. Money of a part goes back
beside all this (`part`), and the order goes on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from etalase.commerce.orders._errors import (
    OrderNotCancellable,
    OrderNotPayable,
    OrderNotRefundable,
    OrderStepRefused,
)
from etalase.commerce.orders._events import (
    OrderCancelled,
    OrderCompleted,
    OrderDelivered,
    OrderPacked,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    OrderRefundPromised,
    OrderShipped,
    OrderStepUndone,
)
from etalase.commerce.orders._model.order import Actor, Order, Refund, State, Stock
from etalase.commerce.orders._model.part import settle_part
from etalase.kernel.events import Event
from etalase.kernel.money import Money

Change = tuple[Order, tuple[Event, ...]]

TO_PACK = frozenset({State.PAID, State.CONFIRMED})
UNSENT = frozenset({State.AWAITING_PAYMENT, State.CONFIRMED, State.PAID, State.PACKED})
SENT = frozenset({State.SHIPPED, State.DELIVERED, State.COMPLETED})
ON_DELIVERY = "cod"
ENDED = frozenset({State.CANCELLED, State.REFUNDED})

NEXT: dict[State, frozenset[State]] = {
    State.AWAITING_PAYMENT: frozenset({State.PAID, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PAID, State.PACKED, State.CANCELLED}),
    State.PAID: frozenset({State.PACKED, State.CANCELLED}),
    State.PACKED: frozenset({State.SHIPPED, State.PAID, State.CONFIRMED, State.CANCELLED}),
    State.SHIPPED: frozenset({State.DELIVERED, State.PACKED, State.CANCELLED, State.REFUNDED}),
    State.DELIVERED: frozenset({State.COMPLETED, State.SHIPPED, State.REFUNDED}),
    State.COMPLETED: frozenset({State.REFUNDED}),
    State.CANCELLED: frozenset({State.REFUNDED}),
    State.REFUNDED: frozenset(),
}
"""Every step that there is; `shipped -> cancelled` is a parcel refused at the door, not yet paid."""


def begin(order: Order) -> Change:
    """Return the new order and its first event; paid on delivery, its units are sold at once."""
    if order.state is State.CONFIRMED:
        order = replace(order, stock=Stock.SOLD)
    placed = OrderPlaced(
        order.id,
        order.shop_id,
        order.number,
        order.show_code,
        order.units,
        order.goods,
        order.total,
        order.state is State.CONFIRMED,
        order.placed_at,
    )
    return order, (placed,)


def capture(order: Order, at: datetime) -> Change:
    """Take the money. An order that has ended meanwhile owes it back; a repeat changes nothing."""
    if order.paid:
        return order, ()
    paid = replace(order, paid_at=at)
    if order.state in ENDED:
        return promise(paid, order.rest, order.reason)
    told = OrderPaid(
        order.id,
        order.shop_id,
        order.number,
        order.show_code,
        order.units,
        order.goods,
        order.total,
        at,
    )
    if order.state in {State.AWAITING_PAYMENT, State.CONFIRMED}:
        return replace(paid, state=State.PAID, stock=Stock.SOLD), (told,)
    if order.state is State.SHIPPED:
        arrived, events = deliver(paid, at)
        return arrived, (told, *events)
    return paid, (told,)


def capture_sold_out(order: Order, at: datetime) -> Change:
    """End an order whose money came when its units were gone and there were no others: money back."""
    gone = replace(order, paid_at=at, stock=Stock.RETURNED)
    return end(gone, Actor.HOUSE, "sold_out", at, refund=order.total)


def expire(order: Order, at: datetime) -> Change:
    """Give up waiting for money. An order that does not wait is left alone."""
    if order.state is not State.AWAITING_PAYMENT:
        return order, ()
    return end(order, Actor.HOUSE, "unpaid", at)


def cancel(order: Order, by: Actor, reason: str, at: datetime, *, refund: Money | None = None) -> Change:
    """Give the order up; `refund` is what of a paid order goes back (everything, if it is not said).

    The buyer may do so until money came, the seller until the parcel is sent, and of a parcel that is paid on
    delivery also when it was refused at the door. Raises OrderNotCancellable; a repeat changes nothing.
    """
    if order.state in ENDED:
        return order, ()
    if not may_cancel(order, by):
        raise OrderNotCancellable(state=order.state)
    return end(order, by, reason, at, refund=refund)


def may_cancel(order: Order, by: Actor) -> bool:
    """Tell whether the buyer or the seller may give the order up now."""
    if order.refund is not Refund.NONE:
        return False
    if by is Actor.BUYER:
        return not order.paid and order.state in {State.AWAITING_PAYMENT, State.CONFIRMED}
    return order.state in UNSENT or (order.state is State.SHIPPED and not order.paid)


def end(order: Order, by: Actor, reason: str, at: datetime, *, refund: Money | None = None) -> Change:
    """Cancel without asking who may: give the units back, and owe the money if it came."""
    was_sale = order.paid or order.state is not State.AWAITING_PAYMENT
    ended = replace(
        order, state=State.CANCELLED, reason=reason, ended_by=by, cancelled_at=at, stock=Stock.RETURNED
    )
    told = OrderCancelled(order.id, order.shop_id, order.show_code, by, reason, was_sale)
    owed = order.rest if refund is None else refund
    if not order.paid or not owed:
        return ended, (told,)
    owing, promised = promise(ended, owed, reason)
    return owing, (told, *promised)


def pack(order: Order, at: datetime) -> Change:
    """Note that the goods lie packed. Raises OrderStepRefused unless the sale stands; twice is once."""
    if order.state is State.PACKED:
        return order, ()
    require(order, order.state in TO_PACK and order.goes_on)
    packed = replace(order, state=State.PACKED, packed_at=at)
    return packed, (OrderPacked(order.id, order.shop_id, order.show_code),)


def ship(order: Order, carrier: str, tracking_number: str, at: datetime) -> Change:
    """Hand the parcel to the carrier; for a shipped order, correct carrier and number."""
    if order.state is State.SHIPPED and (order.carrier, order.tracking_number) == (carrier, tracking_number):
        return order, ()
    require(order, order.state in {State.PACKED, State.SHIPPED} and order.goes_on)
    shipped = replace(
        order,
        state=State.SHIPPED,
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_at=order.shipped_at or at,
    )
    told = OrderShipped(order.id, order.shop_id, order.show_code, carrier, tracking_number)
    return shipped, (told,)


def deliver(order: Order, at: datetime) -> Change:
    """Note that the parcel arrived. Raises OrderStepRefused unless it was sent; twice is once."""
    if order.state in {State.DELIVERED, State.COMPLETED}:
        return order, ()
    require(order, order.state is State.SHIPPED)
    delivered = replace(order, state=State.DELIVERED, delivered_at=at)
    return delivered, (OrderDelivered(order.id, order.shop_id, order.show_code, at),)


def complete(order: Order, at: datetime) -> Change:
    """Nothing is left to do. Only a delivered and paid order that no refund ends is completed."""
    if order.state is State.COMPLETED:
        return order, ()
    require(order, order.state is State.DELIVERED and order.paid and order.goes_on)
    completed = replace(order, state=State.COMPLETED, completed_at=at)
    return completed, (OrderCompleted(order.id, order.shop_id, order.show_code),)


def undo(order: Order) -> Change:
    """Take the seller's last step back: packed, shipped, or delivered (unless it brought the money)."""
    steps: dict[State, Callable[[], Order]] = {
        State.PACKED: lambda: replace(
            order, state=State.PAID if order.paid else State.CONFIRMED, packed_at=None
        ),
        State.SHIPPED: lambda: replace(
            order, state=State.PACKED, shipped_at=None, carrier="", tracking_number=""
        ),
        State.DELIVERED: lambda: replace(order, state=State.SHIPPED, delivered_at=None),
    }
    require(order, may_undo(order))
    back = steps[order.state]()
    return back, (OrderStepUndone(order.id, order.shop_id, order.show_code, back.state),)


def may_undo(order: Order) -> bool:
    """Tell whether the last step can be taken back; money that came at the door cannot be untaken."""
    if not order.goes_on:
        return False
    if order.state is State.DELIVERED:
        return order.method != ON_DELIVERY
    return order.state in {State.PACKED, State.SHIPPED}


def refund(order: Order, reason: str, *, amount: Money | None = None) -> Change:
    """Promise what is left of a sent order's money back.

    Before it is sent, `cancel` does that and returns the goods. Raises OrderNotRefundable.
    """
    owed = order.rest if amount is None else amount
    if order.state not in SENT or not order.paid or order.refund is not Refund.NONE or not owed:
        raise OrderNotRefundable(state=order.state)
    return promise(replace(order, reason=reason, ended_by=Actor.SELLER), owed, reason)


def settle_refund(order: Order, at: datetime) -> Change:
    """Take note that the promised money has gone back; it ends the order unless it was a part of it.

    A repeat changes nothing.
    """
    if order.refund is Refund.PART:
        return settle_part(order)
    if order.refund is not Refund.DUE:
        return order, ()
    done = replace(order, state=State.REFUNDED, refund=Refund.DONE, refunded_at=at)
    told = OrderRefunded(order.id, order.shop_id, order.show_code, order.refund_amount, order.reason)
    return done, (told,)


def promise(order: Order, amount: Money, reason: str) -> Change:
    """Owe the buyer the amount."""
    owing = replace(order, refund=Refund.DUE, refund_amount=amount)
    return owing, (OrderRefundPromised(order.id, order.shop_id, order.show_code, amount, reason),)


def require(order: Order, allowed: bool) -> None:  # noqa: FBT001 - a condition, not an option
    """Refuse the step unless it is allowed."""
    if not allowed:
        raise OrderStepRefused(state=order.state)


def with_payment(order: Order, payment_id: UUID) -> Order:
    """Return the order with the payment that it waits for."""
    return replace(order, payment_id=payment_id)


def with_method(order: Order, method: str, pay_by: datetime) -> Order:
    """Return the order to be paid in another way, by another time."""
    if order.state is not State.AWAITING_PAYMENT:
        raise OrderNotPayable(state=order.state)
    return replace(order, method=method, pay_by=pay_by)


def with_stock_returned(order: Order) -> Order:
    """Return the order whose goods came back."""
    return replace(order, stock=Stock.RETURNED)
