"""Orders, for their buyers and sellers. An order is frozen: what decides is also what is shown."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.commerce import inventory
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._errors import OrderUnknown
from etalase.commerce.orders._model import Order, refundable
from etalase.commerce.orders._store import Filter
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders of a list, and where the next begin."""

    orders: tuple[Order, ...]
    next_cursor: UUID | None


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened to an order: the event's name without its context."""

    event: str
    state: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Today:
    """What waits for the seller, and what has been sold since midnight."""

    to_pay: int
    to_pack: int
    to_ship: int
    to_refund: int
    sold_orders: int
    sold: Money


@dataclass(frozen=True, slots=True)
class ShowSales:
    """What a show has brought a shop so far: sales that stand, their goods without shipping, units held."""

    orders: int
    goods: Money
    held_units: int


async def get_order(tx: Tx, order_id: UUID) -> Order:
    """Return the order. Raises OrderUnknown."""
    return known(await store.select_order(tx, order_id))


async def get_order_by_token(tx: Tx, token: str) -> Order:
    """Return the order of a buyer's secret link. Raises OrderUnknown."""
    return known(await store.select_order_by_token(tx, token))


async def get_order_of_shop(tx: Tx, shop_id: UUID, number: str) -> Order:
    """Return the shop's order of that number. Raises OrderUnknown, also for another shop's."""
    return known(await store.select_order_by_number(tx, shop_id, number))


async def list_numbers(tx: Tx, order_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what people call these orders; an order that there is not is left out."""
    return await store.select_numbers(tx, order_ids)


def known(order: Order | None) -> Order:
    """Refuse what there is not."""
    if order is None:
        raise OrderUnknown
    return order


async def get_parcel(tx: Tx, order: Order) -> list[Order]:
    """Return all orders that lie in the order's parcel, the order itself among them, oldest first."""
    return await store.select_parcel(tx, order.parcel_id)


async def get_refundable(tx: Tx, order: Order) -> Money:
    """Return what would go back if the order were given up now."""
    return refundable(order, await store.select_parcel(tx, order.parcel_id))


async def find_waiting_parcels(tx: Tx, some: Collection[Order]) -> set[UUID]:
    """Return those parcels of these orders that an order has joined whose money is still awaited."""
    return await store.select_waiting_parcels(tx, {order.parcel_id for order in some})


async def find_orders_of_checkout(tx: Tx, order: Order) -> list[Order]:
    """Return the orders that were placed in the same checkout, one a shop."""
    return await store.select_by_checkout(tx, [order.holder], order.checkout_key)


async def list_steps(tx: Tx, order_id: UUID) -> list[StepView]:
    """Return what happened to the order, oldest first."""
    return [StepView(row.event, row.state, row.taken_at) for row in await store.select_steps(tx, order_id)]


async def list_orders(
    tx: Tx, shop_id: UUID, wanted: Filter, *, cursor: UUID | None = None, limit: int = 50
) -> OrderPage:
    """Return the newest orders of the shop that fit, older than the cursor."""
    limit = max(1, min(limit, MAX_PAGE))
    found = await store.page_orders(tx, shop_id, wanted, before=cursor, limit=limit + 1)
    more = len(found) > limit
    return OrderPage(tuple(found[:limit]), found[limit - 1].id if more else None)


async def stream_orders(db: Database, shop_id: UUID, wanted: Filter) -> AsyncIterator[Order]:
    """Read all orders of the shop that fit, newest first, each page in a transaction of its own.

    Between two pages no connection is held, however slowly the reader takes them.
    """
    cursor: UUID | None = None
    while True:
        async with db.begin() as tx:
            found = await list_orders(tx, shop_id, wanted, cursor=cursor, limit=MAX_PAGE)
        for order in found.orders:
            yield order
        cursor = found.next_cursor
        if cursor is None:
            return


async def list_orders_of(
    tx: Tx, holders: Sequence[str], limit: int = 50, *, before: UUID | None = None
) -> list[Order]:
    """Return a buyer's own orders, newest first, older than `before`."""
    return await store.select_by_holders(tx, holders, limit, before)


async def find_orders_by_key(tx: Tx, holders: Sequence[str], checkout_key: str) -> list[Order]:
    """Return what a checkout of this buyer has placed already."""
    return await store.select_by_checkout(tx, holders, checkout_key)


async def get_today(tx: Tx, shop_id: UUID, midnight: datetime) -> Today:
    """Count what waits for the seller, and what was sold since midnight."""
    row = await store.count_today(tx, shop_id, midnight)
    return Today(
        row.to_pay, row.to_pack, row.to_ship, row.to_refund, row.sold_orders, Money(int(row.sold_minor))
    )


async def get_show_sales(tx: Tx, shop_id: UUID, show_code: str) -> ShowSales:
    """Return what the show has brought this shop; nothing for a show that nobody came from."""
    row = await store.count_show(tx, shop_id, show_code)
    held = await inventory.count_held(tx, shop_id, show_code)
    return ShowSales(row.orders, Money(int(row.goods_minor)), held)
