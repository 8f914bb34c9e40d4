"""Giving orders up, and money back."""

from uuid import UUID

from etalase.commerce import inventory, payments
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.fulfil import lock_with_parcel
from etalase.commerce.orders._commands.record import record
from etalase.commerce.orders._errors import OrderCarriesOthers, OrderUnknown
from etalase.commerce.orders._model import Actor, Order, OrderStock, PartRefund, RefundState
from etalase.kernel.fields import Fields
from etalase.platform.db import Tx

MAX_REASON_LENGTH = 200


async def cancel_by_buyer(tx: Tx, token: str, reason: str = "") -> Order:
    """Cancel while no money came.

    Raises OrderUnknown, OrderNotCancellable, OrderCarriesOthers, PaymentNotOpen.
    """
    order = await store.find_order_by_token(tx, token)
    if order is None:
        raise OrderUnknown
    return await cancel_order(tx, order.shop_id, order.id, Actor.BUYER, read_reason(reason or "changed_mind"))


async def cancel_by_seller(tx: Tx, shop_id: UUID, order_id: UUID, reason: str) -> Order:
    """Cancel before the parcel is sent; money that came goes back. Raises Invalid, OrderNotCancellable."""
    return await cancel_order(tx, shop_id, order_id, Actor.SELLER, read_reason(reason))


async def cancel_order(tx: Tx, shop_id: UUID, order_id: UUID, by: Actor, reason: str) -> Order:
    """Cancel the order, give the stock and the money back, tell the rest of the shop."""
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    if by is Actor.BUYER and model.carries_others(order, mates):
        raise OrderCarriesOthers
    amount = model.refundable(order, mates)
    after, events = model.cancel(order, by, reason, tx.clock.now(), refund=amount)
    if not events:
        return order
    if after.refund is RefundState.DUE:
        await send_money_back(tx, after, after.reason)
    elif order.payment_id:
        await payments.cancel_payment(tx, order.payment_id)
    await give_stock_back(tx, order, after.reason)
    return await record(tx, (after, events))


async def refund_order(
    tx: Tx, shop_id: UUID, order_id: UUID, reason: str, *, goods_returned: bool = False
) -> Order:
    """Promise what is left of a sent order's money back; goods that came back go on the shelf again.

    Raises Invalid, OrderUnknown, OrderNotRefundable.
    """
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    after, events = model.refund(order, read_reason(reason), amount=model.refundable(order, mates))
    await send_money_back(tx, after, after.reason)
    if goods_returned:
        await give_stock_back(tx, order, after.reason)
        after = model.with_stock_returned(after)
    return await record(tx, (after, events))


async def refund_part(
    tx: Tx, shop_id: UUID, order_id: UUID, part: PartRefund, reason: str, *, goods_returned: bool = False
) -> Order:
    """Promise some of the money back while the order goes on; its units go on the shelf if they can be sold.

    Raises Invalid, OrderUnknown, OrderNotRefundable.
    """
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    words = read_reason(reason)
    after, events = model.promise_part(order, part, words, rest=model.refundable(order, mates))
    await store.save_lines(tx, after)
    await send_money_back(tx, after, words)
    units = [(order.lines[place].variant_id, count) for place, count in part.units.items() if count]
    if goods_returned and units:
        await inventory.restock(tx, units, order.id, reason=words)
    return await record(tx, (after, events))


async def give_shipping_back(tx: Tx, order_id: UUID) -> None:
    """Send back the shipping that a parcel has kept of orders given up, if nothing of it goes any more."""
    found = await store.find_order(tx, order_id)
    if found is None:
        raise OrderUnknown
    for change in model.give_up_shipping(await store.lock_parcel(tx, found.parcel_id), "parcel_ended"):
        await send_money_back(tx, change[0], "parcel_ended")
        await record(tx, change)


async def give_stock_back(tx: Tx, order: Order, reason: str) -> None:
    """Undo whatever the order did to the stock."""
    if order.stock is OrderStock.HELD:
        await inventory.release(tx, order.hold_ids)
    elif order.stock is OrderStock.SOLD:
        lines = [(line.variant_id, line.kept) for line in order.lines if line.kept]
        await inventory.restock(tx, lines, order.id, reason=reason)


async def send_money_back(tx: Tx, order: Order, reason: str) -> None:
    """Have the promised amount sent; payments adds what made the amount unique to the last of it."""
    if order.payment_id is None:
        raise OrderUnknown
    await payments.request_refund(tx, order.payment_id, order.refund_amount, reason=reason)


def read_reason(reason: str) -> str:
    """Return a reason that can be told. Raises Invalid."""
    fields = Fields()
    read = fields.line("reason", reason, max_length=MAX_REASON_LENGTH)
    fields.settle()
    return read
