"""The seller's steps. A parcel goes as one: what is done to an order is done to all in its parcel."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from etalase.commerce import payments
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.record import record
from etalase.commerce.orders._commands.work import COMPLETE_JOB, CompleteWork
from etalase.commerce.orders._errors import OrderUnknown
from etalase.commerce.orders._model import Change, Order, OrderSettings, OrderState
from etalase.kernel.fields import Fields
from etalase.platform import jobs
from etalase.platform.db import Tx

MAX_CARRIER_LENGTH = 40
MAX_TRACKING_LENGTH = 60


async def pack_orders(tx: Tx, shop_id: UUID, order_ids: Sequence[UUID]) -> list[Order]:
    """Mark orders packed, each with its parcel, or none. Raises OrderUnknown, OrderStepRefused."""
    now = tx.clock.now()
    return [
        order
        for order_id in sorted(order_ids)
        for order in await step(tx, shop_id, order_id, lambda order: model.pack(order, now))
    ]


async def ship_order(
    tx: Tx, shop_id: UUID, order_id: UUID, *, carrier: str, tracking_number: str
) -> list[Order]:
    """Hand the parcel to the carrier, or correct its number.

    Raises Invalid, OrderUnknown, OrderStepRefused.
    """
    fields = Fields()
    carrier = fields.line("carrier", carrier, max_length=MAX_CARRIER_LENGTH)
    tracking_number = fields.line(
        "tracking_number", tracking_number, max_length=MAX_TRACKING_LENGTH, required=False
    )
    fields.settle()
    now = tx.clock.now()
    return await step(tx, shop_id, order_id, lambda order: model.ship(order, carrier, tracking_number, now))


async def deliver_order(tx: Tx, shop_id: UUID, order_id: UUID, settings: OrderSettings) -> list[Order]:
    """Note that the parcel arrived, and with it the money where it was to be paid then."""
    now = tx.clock.now()
    orders = await step(tx, shop_id, order_id, lambda order: model.deliver(order, now))
    for order in orders:
        await jobs.enqueue(
            tx,
            COMPLETE_JOB,
            CompleteWork(order.id, order.delivered_at),
            delay=settings.complaint_time,
            key=f"complete:{order.id}:{order.delivered_at}",
        )
        if not order.paid and order.payment_id:
            await payments.confirm_by_seller(tx, order.payment_id, order.total)
    return orders


async def undo_step(tx: Tx, shop_id: UUID, order_id: UUID) -> list[Order]:
    """Take the last step of the parcel back. Raises OrderUnknown, OrderStepRefused."""
    return await step(tx, shop_id, order_id, model.undo)


async def complete_order(tx: Tx, order_id: UUID, delivered_at: datetime | None = None) -> Order | None:
    """Complete a delivered order; one that is not (or no longer) ready is left alone.

    So is one whose delivery of then was taken back: the next delivery has a time for complaints of its own.
    """
    order = await store.lock_order(tx, order_id)
    if order is None or delivered_at not in {None, order.delivered_at}:
        return None
    ready = order.state is OrderState.DELIVERED and order.paid and order.goes_on
    return await record(tx, model.complete(order, tx.clock.now())) if ready else None


async def step(tx: Tx, shop_id: UUID, order_id: UUID, take: Callable[[Order], Change]) -> list[Order]:
    """Take a step with an order and with those of its parcel that stand where it stands."""
    order, mates = await lock_with_parcel(tx, shop_id, order_id)
    together = [mate for mate in mates if mate.id != order.id and goes_along(mate, order)]
    return [await record(tx, take(one)) for one in (order, *together)]


def goes_along(mate: Order, order: Order) -> bool:
    """Tell whether the two stand at the same point: to be packed, packed, sent, or delivered."""
    same = mate.state is order.state or {mate.state, order.state} <= model.TO_PACK
    return same and mate.goes_on


async def lock_with_parcel(tx: Tx, shop_id: UUID, order_id: UUID) -> tuple[Order, list[Order]]:
    """Lock an order of the shop with all of its parcel. Raises OrderUnknown, also for another shop's."""
    found = await store.find_order(tx, order_id)
    if found is None or found.shop_id != shop_id:
        raise OrderUnknown
    mates = await store.lock_parcel(tx, found.parcel_id)
    return next(mate for mate in mates if mate.id == order_id), mates
