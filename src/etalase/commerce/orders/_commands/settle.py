"""What a payment's fate does to its order. Each may be told twice."""

from uuid import UUID

from etalase.commerce import inventory, payments, shops
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.end import send_money_back
from etalase.commerce.orders._commands.place import payment_request, require_venue
from etalase.commerce.orders._commands.record import lock_order, record
from etalase.commerce.orders._errors import HoldRanOut, OnlyWhileOrdering, OrderNotPayable, OrderUnknown
from etalase.commerce.orders._model import Order, OrderSettings, OrderStock, RefundState
from etalase.commerce.orders._queries import read_records
from etalase.commerce.payments import Method
from etalase.kernel.sources import Venue
from etalase.platform.db import Tx
from etalase.policy import Law


async def take_payment(tx: Tx, order_id: UUID) -> Order:
    """Take the money that came: the units are sold. If there are none left, the money goes back."""
    order = await lock_order(tx, order_id)
    if order.paid:
        return order
    now = tx.clock.now()
    if order.stock is OrderStock.HELD and not await sell_or_take_again(tx, order):
        after, events = model.capture_sold_out(order, now)
    else:
        after, events = model.capture(order, now)
    if after.refund is RefundState.DUE and order.refund is RefundState.NONE:
        await send_money_back(tx, after, after.reason)
    return await record(tx, (after, events))


async def sell_or_take_again(tx: Tx, order: Order) -> bool:
    """Turn the holds into sales; holds that ran out are taken from what is free. Tell whether it went."""
    try:
        await inventory.sell(tx, order.hold_ids, order.id)
    except inventory.HoldEnded:
        try:
            await inventory.retake(tx, order.hold_ids, tx.clock.now(), order_id=order.id)
        except (inventory.SoldOut, inventory.HoldEnded):
            return False
        await inventory.sell(tx, order.hold_ids, order.id)
    return True


async def expire_order(tx: Tx, order_id: UUID, payment_id: UUID) -> Order:
    """Cancel an order whose money did not come in time; its stock is free again."""
    order = await lock_order(tx, order_id)
    if order.payment_id != payment_id:
        return order  # the buyer has chosen another way to pay since
    after, events = model.expire(order, tx.clock.now())
    if events and order.stock is OrderStock.HELD:
        await inventory.release(tx, order.hold_ids)
    return await record(tx, (after, events))


async def settle_refund(tx: Tx, order_id: UUID) -> Order:
    """Take note that promised money went back."""
    order = await lock_order(tx, order_id)
    return await record(tx, model.settle_refund(order, tx.clock.now()))


async def keep_stock(tx: Tx, order: Order, settings: OrderSettings) -> None:
    """Hold an order's units until its money is due. Raises HoldRanOut where one of its holds has ended."""
    until = (order.pay_by or tx.clock.now()) + settings.hold_grace
    try:
        await inventory.extend(tx, order.hold_ids, until, order_id=order.id)
    except inventory.HoldEnded as gone:
        line = order.lines[0]
        raise HoldRanOut(variant_id=str(line.variant_id), quantity=line.quantity) from gone


async def pay_again(
    tx: Tx, token: str, method: Method, settings: OrderSettings, *, law: Law, venue: Venue
) -> Order:
    """Let the buyer pay in another way; the time to pay is that of the other way, from the order on.

    Raises OrderUnknown, OnlyWhileOrdering, OrderNotPayable, LawRefusal, and what `payments.start_payment`
    raises.
    """
    require_venue(law, venue, tx.clock.now())
    found = await store.find_order_by_token(tx, token)
    if found is None:
        raise OrderUnknown
    order = await lock_order(tx, found.id)
    is_new = not await store.has_paid(tx, order.shop_id, [order.holder])
    shop = await shops.get_shop(tx, shops.ShopId(order.shop_id))
    first = (await read_records(tx, [shop], [order.holder])).terms(shop, [order.holder])
    within = first.minutes if first else None
    time_to_pay = settings.time_to_pay(method, shop.hours_to_pay, is_new=is_new, within=within)
    if time_to_pay is None:
        raise OnlyWhileOrdering(method=str(method))
    if order.payment_id is None or order.placed_at + time_to_pay <= tx.clock.now():
        raise OrderNotPayable(state=order.state)
    earlier = order.payment_id
    order = model.with_method(order, str(method), order.placed_at + time_to_pay)
    await payments.cancel_payment(tx, earlier)
    request = payment_request(order)
    payment = await payments.start_payment(
        tx,
        order_id=request.order_id,
        shop_id=request.shop_id,
        amount=request.amount,
        shipping=request.shipping,
        method=request.method,
        expires_at=request.expires_at,
    )
    order = model.with_payment(order, payment.id)
    await keep_stock(tx, order, settings)
    await store.save_order(tx, order)
    return order
