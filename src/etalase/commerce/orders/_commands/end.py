"""Giving orders up, and money back."""

from uuid import UUID

from etalase.commerce import inventory, payments
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.fulfil import lock_with_parcel
from etalase.commerce.orders._commands.record import record
from etalase.commerce.orders._errors import OrderUnknown
from etalase.commerce.orders._model import Actor, Order, Refund, Stock
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money
from etalase.platform.db import Tx

LONGEST_REASON = 200


async def cancel_by_buyer(tx: Tx, token: str, reason: str = "") -> Order:
    """Cancel while no money came. Raises OrderUnknown, OrderNotCancellable, PaymentNotOpen."""
    order = await store.select_order_by_token(tx, token)
    if order is None:
        raise OrderUnknown
    return await cancel_order(tx, order.shop_id, order.id, Actor.BUYER, reason or "changed_mind")


async def cancel_by_seller(tx: Tx, shop_id: UUID, order_id: UUID, reason: str) -> Order:
    """Cancel before the parcel is sent; money that came goes back. Raises Invalid, OrderNotCancellable."""
    return await cancel_order(tx, shop_id, order_id, Actor.SELLER, read_reason(reason))


async def cancel_order(tx: Tx, shop_id: UUID, order_id: UUID, by: Actor, reason: str) -> Order:
    """Cancel the order, give the stock and the money back, tell the rest of the shop."""
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    amount = model.refundable(order, mates)
    after, events = model.cancel(order, by, reason[:LONGEST_REASON], tx.clock.now(), refund=amount)
    if not events:
        return order
    if after.refund is Refund.DUE:
        await send_money_back(tx, after, order.total)
    elif order.payment_id:
        await payments.cancel_payment(tx, order.payment_id)
    await give_stock_back(tx, order, after.reason)
    return await record(tx, (after, events))


async def refund_order(
    tx: Tx, shop_id: UUID, order_id: UUID, reason: str, *, goods_returned: bool = False
) -> Order:
    """Promise the money of a sent order back, and put the goods on the shelf again if they came back.

    Raises Invalid, OrderUnknown, OrderNotRefundable.
    """
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    after, events = model.refund(order, read_reason(reason), amount=model.refundable(order, mates))
    await send_money_back(tx, after, order.total)
    if goods_returned:
        await give_stock_back(tx, order, after.reason)
        after = model.with_stock_returned(after)
    return await record(tx, (after, events))


async def give_stock_back(tx: Tx, order: Order, reason: str) -> None:
    """Undo whatever the order did to the stock."""
    if order.stock is Stock.HELD:
        await inventory.release(tx, order.hold_ids)
    elif order.stock is Stock.SOLD:
        lines = [(line.variant_id, line.quantity) for line in order.lines]
        await inventory.restock(tx, lines, order.id, reason=reason)


async def send_money_back(tx: Tx, order: Order, total: Money) -> None:
    """Have the promised amount sent; the whole of it includes what made the amount unique."""
    if order.payment_id is None:
        raise OrderUnknown
    amount = None if order.refund_amount == total else order.refund_amount
    await payments.request_refund(tx, order.payment_id, amount, reason=order.reason)


def read_reason(reason: str) -> str:
    """Return a reason that can be told. Raises Invalid."""
    fields = Fields()
    read = fields.line("reason", reason, most=LONGEST_REASON)
    fields.settle()
    return read
