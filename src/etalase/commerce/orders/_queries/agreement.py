"""What an order, its holds and its payment must say of each other, once all events have been told."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from etalase.commerce.bundles import Bundle, BundleLine, combine
from etalase.commerce.inventory import Hold, HoldState
from etalase.commerce.orders._model import ENDED, Order, OrderState, OrderStock, RefundState
from etalase.commerce.payments import Payment, PaymentState
from etalase.commerce.vouchers import UseView
from etalase.kernel.discounts import DiscountKind

WAITING = {PaymentState.CREATED, PaymentState.PENDING}
UNPAID_END = {PaymentState.EXPIRED, PaymentState.CANCELLED, PaymentState.FAILED}
HOLD_OF = {OrderStock.HELD: HoldState.ACTIVE, OrderStock.SOLD: HoldState.SOLD}


def disagreements(order: Order, holds: Mapping[UUID, Hold], payment: Payment | None) -> Iterator[str]:
    """Say each thing that does not agree, one sentence each."""
    for line in order.lines:
        hold = holds.get(line.hold_id)
        if hold is None or (hold.variant_id, hold.quantity) != (line.variant_id, line.quantity):
            yield f"order {order.number}: its line {line.code or line.title} is not what was held"
        elif not hold_agrees(order, hold):
            yield f"order {order.number}: its stock is {order.stock}, its hold is {hold.state}"
    if payment is None:
        yield f"order {order.number}: it has no payment"
        return
    if payment.amount != order.total:
        yield f"order {order.number}: it comes to {order.total.minor}, its payment to {payment.amount.minor}"
    if payment.shipping != order.shipping:
        yield (
            f"order {order.number}: its way costs {order.shipping.minor}, "
            f"its payment has {payment.shipping.minor} for it"
        )
    given = order.given_back
    maximum = given + (payment.due - payment.amount)
    if payment.paid and (payment.refunded < given or maximum < payment.refunded):
        yield f"order {order.number}: {given.minor} went back of it, {payment.refunded.minor} of its payment"
    if not payment_agrees(order, payment):
        refund = f" with refund {order.refund}" if order.refund is not RefundState.NONE else ""
        yield f"order {order.number}: it is {order.state}{refund}, its payment {payment.state}"


def voucher_disagreements(order: Order, use: UseView | None) -> Iterator[str]:
    """Say where what a voucher took off the order is not what the voucher gave, or should be given back."""
    used = (use.voucher_id, use.amount) if use else None
    if used != order.voucher_saving:
        yield f"order {order.number}: its lines have voucher {order.voucher_saving}, the voucher gave {used}"
    is_given_up = order.state in ENDED or order.refund in {RefundState.DUE, RefundState.DONE}
    if use is not None and (use.given_back_at is not None) != is_given_up:
        yield f"order {order.number}: it is {order.state}, its voucher was given back at {use.given_back_at}"


def bundle_disagreements(order: Order, known: Mapping[UUID, Bundle]) -> Iterator[str]:
    """Say where the bundles that an order has give its lines something else than it was given.

    Bundles never change, and one that took nothing off changes nothing: so the order can be worked out again.
    """
    noted = [tuple(one for one in line.discounts if one.kind is DiscountKind.BUNDLE) for line in order.lines]
    ids = {one.reference for some in noted for one in some if one.reference}
    if not ids:
        return
    used = sorted((known[one] for one in ids if one in known), key=lambda one: one.id)
    lines = [BundleLine(line.product_id, line.unit_price, line.quantity) for line in order.lines]
    if combine(used, lines) != noted or any(one.shop_id != order.shop_id for one in used):
        yield f"order {order.number}: its bundles would take something else off its lines"


def bundles_in(orders: Iterable[Order]) -> set[UUID]:
    """Return the bundles that these orders have."""
    return {
        one.reference
        for order in orders
        for line in order.lines
        for one in line.discounts
        if one.kind is DiscountKind.BUNDLE and one.reference
    }


def discount_disagreements(order: Order) -> Iterator[str]:
    """Say where a discount is not of what it is taken off, or adds instead."""
    of_lines = [one for line in order.lines for one in line.discounts]
    misplaced = [one for one in of_lines if one.kind is DiscountKind.SHIPPING] + [
        one for one in order.shipping_discounts if one.kind is not DiscountKind.SHIPPING
    ]
    for one in misplaced:
        yield f"order {order.number}: {one.kind} of {one.amount.minor} is taken off the wrong thing"
    if any(one.amount.minor <= 0 for one in (*of_lines, *order.shipping_discounts)):
        yield f"order {order.number}: a discount takes nothing off"


def hold_agrees(order: Order, hold: Hold) -> bool:
    """Tell whether the hold is as the order's stock says."""
    if order.stock is OrderStock.RETURNED:
        return hold.state is not HoldState.ACTIVE
    return hold.state is HOLD_OF[order.stock] and hold.order_id == order.id


def payment_agrees(order: Order, payment: Payment) -> bool:
    """Tell whether the payment stands where the order's state wants it."""
    if order.refund in {RefundState.DUE, RefundState.PART}:
        return payment.state is PaymentState.REFUND_PENDING
    if order.refund is RefundState.DONE:
        return bool(payment.refunded)
    if order.paid:
        return payment.state is PaymentState.CAPTURED
    if order.state is OrderState.CANCELLED:
        return payment.state in UNPAID_END or payment.stray
    return payment.state in WAITING | {PaymentState.FAILED} or payment.stray
