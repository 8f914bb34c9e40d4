"""Orders, for their buyers and sellers. An order is frozen: what decides is also what is shown."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
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
class ShowSales:
    """What a show has brought a shop so far: sales that stand, with their units and goods, and units held."""

    orders: int
    sold_units: int
    goods: Money
    held_units: int


async def get_order(tx: Tx, order_id: UUID) -> Order:
    """Return the order. Raises OrderUnknown."""
    return known(await store.find_order(tx, order_id))


async def get_order_by_token(tx: Tx, token: str) -> Order:
    """Return the order of a buyer's secret link. Raises OrderUnknown."""
    return known(await store.find_order_by_token(tx, token))


async def get_order_by_number(tx: Tx, number: str) -> Order:
    """Return the order of that number, of whatever shop: for the operator. Raises OrderUnknown."""
    return known(await store.find_numbered_order(tx, number))


async def get_order_of_shop(tx: Tx, shop_id: UUID, number: str) -> Order:
    """Return the shop's order of that number. Raises OrderUnknown, also for another shop's."""
    return known(await store.find_order_by_number(tx, shop_id, number))


def known(order: Order | None) -> Order:
    """Refuse what there is not."""
    if order is None:
        raise OrderUnknown
    return order


async def get_parcel(tx: Tx, order: Order) -> list[Order]:
    """Return all orders that lie in the order's parcel, the order itself among them, oldest first."""
    return await store.list_parcel(tx, order.parcel_id)


async def get_refundable(tx: Tx, order: Order) -> Money:
    """Return what would go back if the order were given up now."""
    return refundable(order, await store.list_parcel(tx, order.parcel_id))


async def find_waiting_parcels(tx: Tx, some: Collection[Order]) -> set[UUID]:
    """Return those parcels of these orders that an order has joined whose money is still awaited."""
    return await store.list_waiting_parcels(tx, {order.parcel_id for order in some})


async def find_orders_of_checkout(tx: Tx, order: Order) -> list[Order]:
    """Return the orders that were placed in the same checkout, one a shop."""
    return await store.find_orders_by_key(tx, [order.holder], order.checkout_key)


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


async def get_show_sales(tx: Tx, shop_id: UUID, show_code: str) -> ShowSales:
    """Return what the show has brought this shop; nothing for a show that nobody came from."""
    sold, units, goods = await store.count_show_sales(tx, shop_id, show_code)
    return ShowSales(sold, units, goods, await inventory.count_held(tx, shop_id, show_code))
