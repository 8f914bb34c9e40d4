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
from etalase.commerce.orders._model.order import Actor, Order, OrderState, OrderStock, RefundState
from etalase.commerce.orders._model.part import settle_part
from etalase.kernel.events import Event
from etalase.kernel.money import Money

Change = tuple[Order, tuple[Event, ...]]

TO_PACK = frozenset({OrderState.PAID, OrderState.CONFIRMED})
UNSENT = frozenset({OrderState.AWAITING_PAYMENT, OrderState.CONFIRMED, OrderState.PAID, OrderState.PACKED})
SENT = frozenset({OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED})
ON_DELIVERY = "cod"
ENDED = frozenset({OrderState.CANCELLED, OrderState.REFUNDED})

NEXT: dict[OrderState, frozenset[OrderState]] = {
    OrderState.AWAITING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
    OrderState.CONFIRMED: frozenset({OrderState.PAID, OrderState.PACKED, OrderState.CANCELLED}),
    OrderState.PAID: frozenset({OrderState.PACKED, OrderState.CANCELLED}),
    OrderState.PACKED: frozenset(
        {OrderState.SHIPPED, OrderState.PAID, OrderState.CONFIRMED, OrderState.CANCELLED}
    ),
    OrderState.SHIPPED: frozenset(
        {OrderState.DELIVERED, OrderState.PACKED, OrderState.CANCELLED, OrderState.REFUNDED}
    ),
    OrderState.DELIVERED: frozenset({OrderState.COMPLETED, OrderState.SHIPPED, OrderState.REFUNDED}),
    OrderState.COMPLETED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELLED: frozenset({OrderState.REFUNDED}),
    OrderState.REFUNDED: frozenset(),
}
"""Every step that there is; `shipped -> cancelled` is a parcel refused at the door, not yet paid."""


def begin(order: Order) -> Change:
    """Return the new order and its first event; paid on delivery, its units are sold at once."""
    if order.state is OrderState.CONFIRMED:
        order = replace(order, stock=OrderStock.SOLD)
    placed = OrderPlaced(
        order.id,
        order.shop_id,
        order.number,
        order.show_code,
        order.units,
        order.goods,
        order.total,
        order.state is OrderState.CONFIRMED,
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
    event = OrderPaid(
        order.id,
        order.shop_id,
        order.number,
        order.show_code,
        order.units,
        order.goods,
        order.total,
        at,
    )
    if order.state in {OrderState.AWAITING_PAYMENT, OrderState.CONFIRMED}:
        return replace(paid, state=OrderState.PAID, stock=OrderStock.SOLD), (event,)
    if order.state is OrderState.SHIPPED:
        arrived, events = deliver(paid, at)
        return arrived, (event, *events)
    return paid, (event,)


def capture_sold_out(order: Order, at: datetime) -> Change:
    """End an order whose money came when its units were gone and there were no others: money back."""
    gone = replace(order, paid_at=at, stock=OrderStock.RETURNED)
    return end(gone, Actor.HOUSE, "sold_out", at, refund=order.total)


def expire(order: Order, at: datetime) -> Change:
    """Give up waiting for money. An order that does not wait is left alone."""
    if order.state is not OrderState.AWAITING_PAYMENT:
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
    if order.refund is not RefundState.NONE:
        return False
    if by is Actor.BUYER:
        return not order.paid and order.state in {OrderState.AWAITING_PAYMENT, OrderState.CONFIRMED}
    return order.state in UNSENT or (order.state is OrderState.SHIPPED and not order.paid)


def end(order: Order, by: Actor, reason: str, at: datetime, *, refund: Money | None = None) -> Change:
    """Cancel without asking who may: give the units back, and owe the money if it came."""
    was_sale = order.paid or order.state is not OrderState.AWAITING_PAYMENT
    ended = replace(
        order,
        state=OrderState.CANCELLED,
        reason=reason,
        ended_by=by,
        cancelled_at=at,
        stock=OrderStock.RETURNED,
    )
    event = OrderCancelled(order.id, order.shop_id, order.show_code, by, reason, was_sale)
    owed = order.rest if refund is None else refund
    if not order.paid or not owed:
        return ended, (event,)
    owing, promised = promise(ended, owed, reason)
    return owing, (event, *promised)


def pack(order: Order, at: datetime) -> Change:
    """Note that the goods lie packed. Raises OrderStepRefused unless the sale stands; twice is once."""
    if order.state is OrderState.PACKED:
        return order, ()
    require(order, order.state in TO_PACK and order.goes_on)
    packed = replace(order, state=OrderState.PACKED, packed_at=at)
    return packed, (OrderPacked(order.id, order.shop_id, order.show_code),)


def ship(order: Order, carrier: str, tracking_number: str, at: datetime) -> Change:
    """Hand the parcel to the carrier; for a shipped order, correct carrier and number."""
    if order.state is OrderState.SHIPPED and (order.carrier, order.tracking_number) == (
        carrier,
        tracking_number,
    ):
        return order, ()
    require(order, order.state in {OrderState.PACKED, OrderState.SHIPPED} and order.goes_on)
    shipped = replace(
        order,
        state=OrderState.SHIPPED,
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_at=order.shipped_at or at,
    )
    event = OrderShipped(order.id, order.shop_id, order.show_code, carrier, tracking_number)
    return shipped, (event,)


def deliver(order: Order, at: datetime) -> Change:
    """Note that the parcel arrived. Raises OrderStepRefused unless it was sent; twice is once."""
    if order.state in {OrderState.DELIVERED, OrderState.COMPLETED}:
        return order, ()
    require(order, order.state is OrderState.SHIPPED)
    delivered = replace(order, state=OrderState.DELIVERED, delivered_at=at)
    return delivered, (OrderDelivered(order.id, order.shop_id, order.show_code, at),)


def complete(order: Order, at: datetime) -> Change:
    """Nothing is left to do. Only a delivered and paid order that no refund ends is completed."""
    if order.state is OrderState.COMPLETED:
        return order, ()
    require(order, order.state is OrderState.DELIVERED and order.paid and order.goes_on)
    completed = replace(order, state=OrderState.COMPLETED, completed_at=at)
    return completed, (OrderCompleted(order.id, order.shop_id, order.show_code),)


def undo(order: Order) -> Change:
    """Take the seller's last step back: packed, shipped, or delivered (unless it brought the money)."""
    steps: dict[OrderState, Callable[[], Order]] = {
        OrderState.PACKED: lambda: replace(
            order, state=OrderState.PAID if order.paid else OrderState.CONFIRMED, packed_at=None
        ),
        OrderState.SHIPPED: lambda: replace(
            order, state=OrderState.PACKED, shipped_at=None, carrier="", tracking_number=""
        ),
        OrderState.DELIVERED: lambda: replace(order, state=OrderState.SHIPPED, delivered_at=None),
    }
    require(order, may_undo(order))
    back = steps[order.state]()
    return back, (OrderStepUndone(order.id, order.shop_id, order.show_code, back.state),)


def may_undo(order: Order) -> bool:
    """Tell whether the last step can be taken back; money that came at the door cannot be untaken."""
    if not order.goes_on:
        return False
    if order.state is OrderState.DELIVERED:
        return order.method != ON_DELIVERY
    return order.state in {OrderState.PACKED, OrderState.SHIPPED}


def refund(order: Order, reason: str, *, amount: Money | None = None) -> Change:
    """Promise what is left of a sent order's money back.

    Before it is sent, `cancel` does that and returns the goods. Raises OrderNotRefundable.
    """
    owed = order.rest if amount is None else amount
    if order.state not in SENT or not order.paid or order.refund is not RefundState.NONE or not owed:
        raise OrderNotRefundable(state=order.state)
    return promise(replace(order, reason=reason, ended_by=Actor.SELLER), owed, reason)


def settle_refund(order: Order, at: datetime) -> Change:
    """Take note that the promised money has gone back; it ends the order unless it was a part of it.

    A repeat changes nothing.
    """
    if order.refund is RefundState.PART:
        return settle_part(order)
    if order.refund is not RefundState.DUE:
        return order, ()
    done = replace(order, state=OrderState.REFUNDED, refund=RefundState.DONE, refunded_at=at)
    event = OrderRefunded(order.id, order.shop_id, order.show_code, order.refund_amount, order.reason)
    return done, (event,)


def promise(order: Order, amount: Money, reason: str) -> Change:
    """Owe the buyer the amount."""
    owing = replace(order, refund=RefundState.DUE, refund_amount=amount)
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
    if order.state is not OrderState.AWAITING_PAYMENT:
        raise OrderNotPayable(state=order.state)
    return replace(order, method=method, pay_by=pay_by)


def with_stock_returned(order: Order) -> Order:
    """Return the order whose goods came back."""
    return replace(order, stock=OrderStock.RETURNED)
