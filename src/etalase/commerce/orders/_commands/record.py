"""Writing a step of an order: its row, its time-line, its events and its messages, in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.work import EMAILS_JOB, EmailsWork, MailWork
from etalase.commerce.orders._errors import OrderUnknown
from etalase.commerce.orders._events import (
    OrderCancelled,
    OrderDelivered,
    OrderPaid,
    OrderPartRefunded,
    OrderPartRefundPromised,
    OrderPlaced,
    OrderRefunded,
    OrderRefundPromised,
    OrderShipped,
)
from etalase.commerce.orders._model import Change, Order
from etalase.kernel.events import Event
from etalase.platform import jobs, outbox
from etalase.platform.db import Tx
from etalase.platform.observing import request_of

TO_BUYER = (
    OrderPlaced,
    OrderPaid,
    OrderCancelled,
    OrderShipped,
    OrderDelivered,
    OrderRefundPromised,
    OrderRefunded,
    OrderPartRefundPromised,
    OrderPartRefunded,
)


async def lock_order(tx: Tx, order_id: UUID) -> Order:
    """Read and lock an order. Raises OrderUnknown."""
    order = await store.lock_order(tx, order_id)
    if order is None:
        raise OrderUnknown
    return order


async def record(tx: Tx, change: Change) -> Order:
    """Save the order, note its steps, publish its events, and have buyer and seller told."""
    order, events = change
    if not events:
        return order
    await store.save_order(tx, order)
    await publish(tx, order, events)
    return order


async def publish(tx: Tx, order: Order, events: tuple[Event, ...]) -> None:
    """Note, publish and mail what happened."""
    await publish_all(tx, [(order, events)])


async def publish_all(tx: Tx, changes: Sequence[Change]) -> None:
    """Note, publish and mail what happened to several orders, all their emails by one job."""
    happened = [(order, event) for order, events in changes for event in events]
    if not happened:
        return
    await store.add_steps(
        tx, [(order.id, event.name.removeprefix("orders."), order.state) for order, event in happened]
    )
    emails = [
        email_of(order, event, to_seller=to_seller)
        for order, event in happened
        for to_seller in (False, True)
        if is_mailed(order, event, to_seller=to_seller)
    ]
    if emails:
        await jobs.enqueue(tx, EMAILS_JOB, EmailsWork(tuple(emails)))
    await outbox.publish(tx, *(outbox.Caused(event, request_of(order.id)) for order, event in happened))


def email_of(order: Order, event: Event, *, to_seller: bool) -> MailWork:
    """Return the message; one of money names it, since the next refund may be promised before it is sent."""
    work = MailWork(order.id, event.name, to_seller, request_id=request_of(order.id))
    match event:
        case (
            OrderRefundPromised(amount=amount, reason=reason)
            | OrderPartRefundPromised(amount=amount, reason=reason)
        ):
            return replace(work, refund_minor=amount.minor, reason=reason)
        case OrderRefunded(amount=amount) | OrderPartRefunded(amount=amount):
            return replace(work, refund_minor=amount.minor)
        case _:
            return work


def is_mailed(order: Order, event: Event, *, to_seller: bool) -> bool:
    """Tell whether buyer or seller gets a message; a seller hears of sales and of lost sales only."""
    if not to_seller:
        return isinstance(event, TO_BUYER)
    if isinstance(event, OrderPlaced):
        return event.pays_on_delivery
    if isinstance(event, OrderPaid):
        return order.method != "cod"
    return isinstance(event, OrderCancelled) and event.was_sale and event.by != "seller"
