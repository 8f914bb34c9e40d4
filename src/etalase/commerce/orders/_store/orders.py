"""Reading, locking and writing single orders."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, insert, select, update

from etalase.commerce.orders._model import Order, OrderState
from etalase.commerce.orders._store.rows import line_rows, order_columns, read_orders
from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name

_ADD = insert(orders)
_ADD_LINES = insert(order_lines)
_SAVE = update(orders).where(orders.c.id == bindparam("its"))
_SAVE_LINES = update(order_lines).where(
    order_lines.c.order_id == bindparam("its"), order_lines.c.position == bindparam("place")
)
_FIND = select(orders).where(orders.c.id == bindparam("id"))
_LOCK = _FIND.with_for_update()
_FIND_BY_TOKEN = select(orders).where(orders.c.token == bindparam("token"))
_FIND_BY_NUMBER = select(orders).where(
    orders.c.shop_id == bindparam("shop_id"), orders.c.number == bindparam("number")
)
_LIST_PARCEL = select(orders).where(orders.c.parcel_id == bindparam("parcel_id")).order_by(orders.c.id)
_LOCK_PARCEL = _LIST_PARCEL.with_for_update()
_LOCK_FIRST_OF_PARCEL = select(orders.c.id).where(orders.c.id == bindparam("id")).with_for_update()
_OF_HOLDERS = select(orders).where(orders.c.holder.in_(bindparam("holders", expanding=True)))
_FIND_BY_KEY = _OF_HOLDERS.where(orders.c.checkout_key == bindparam("key")).order_by(orders.c.id)
_LIST_IN_SHOW = _OF_HOLDERS.where(
    orders.c.shop_id == bindparam("shop_id"), orders.c.show_code == bindparam("show_code")
).order_by(orders.c.id)
_LIST_WAITING_PARCELS = select(orders.c.parcel_id).where(
    orders.c.parcel_id.in_(bindparam("ids", expanding=True)), orders.c.state == OrderState.AWAITING_PAYMENT
)
_LIST_NUMBERS = select(orders.c.id, orders.c.number).where(orders.c.id.in_(bindparam("ids", expanding=True)))
_GET = select(orders).where(orders.c.id.in_(bindparam("ids", expanding=True)))


async def add_order(tx: Tx, order: Order) -> None:
    """Write a new order with its lines."""
    await tx.execute(_ADD, {"id": order.id, **order_columns(order)})
    await tx.execute(_ADD_LINES, line_rows(order))


async def save_order(tx: Tx, order: Order) -> None:
    """Write what may change of an order; of its lines only `save_lines` writes anything."""
    await tx.execute(_SAVE, {"its": order.id, **order_columns(order)})


async def save_lines(tx: Tx, order: Order) -> None:
    """Write how many units of each line were paid back."""
    await tx.execute(
        _SAVE_LINES,
        [
            {"its": order.id, "place": place, "refunded": line.refunded}
            for place, line in enumerate(order.lines)
        ],
    )


async def lock_order(tx: Tx, order_id: UUID) -> Order | None:
    """Read an order and keep others from changing it until the transaction ends."""
    return await _one(tx, _LOCK, id=order_id)


async def lock_parcel(tx: Tx, parcel_id: UUID) -> list[Order]:
    """Read and lock all orders of a parcel, by id.

    Its first order's row is the lock of the parcel: who waits for it sees all that has joined meanwhile.
    """
    await tx.execute(_LOCK_FIRST_OF_PARCEL, {"id": parcel_id})
    return await read_orders(tx, await tx.execute(_LOCK_PARCEL, {"parcel_id": parcel_id}))


async def lock_holder(tx: Tx, holder: str) -> None:
    """Let one checkout of a buyer after the other: a second tap waits, then sees what the first has done."""
    await lock_name(tx, f"orders:{holder}")


async def find_order(tx: Tx, order_id: UUID) -> Order | None:
    """Read an order by its id."""
    return await _one(tx, _FIND, id=order_id)


async def find_order_by_token(tx: Tx, token: str) -> Order | None:
    """Read an order by the secret of its link."""
    return await _one(tx, _FIND_BY_TOKEN, token=token)


async def find_order_by_number(tx: Tx, shop_id: UUID, number: str) -> Order | None:
    """Read an order of a shop by its number."""
    return await _one(tx, _FIND_BY_NUMBER, shop_id=shop_id, number=number)


async def find_orders_by_key(tx: Tx, holders: Sequence[str], checkout_key: str) -> list[Order]:
    """Return what a checkout of this buyer has placed already, one order a shop."""
    found = await tx.execute(_FIND_BY_KEY, {"holders": holders, "key": checkout_key})
    return await read_orders(tx, found)


async def list_orders_in_show(tx: Tx, shop_id: UUID, holders: Sequence[str], show_code: str) -> list[Order]:
    """Read a buyer's orders at a shop in one show, oldest first."""
    asked = {"shop_id": shop_id, "holders": holders, "show_code": show_code}
    return await read_orders(tx, await tx.execute(_LIST_IN_SHOW, asked))


async def list_parcel(tx: Tx, parcel_id: UUID) -> list[Order]:
    """Read all orders of a parcel, oldest first."""
    return await read_orders(tx, await tx.execute(_LIST_PARCEL, {"parcel_id": parcel_id}))


async def list_orders_of(
    tx: Tx, holders: Sequence[str], limit: int = 50, *, before: UUID | None = None
) -> list[Order]:
    """Return a buyer's own orders, newest first, older than `before`."""
    query = _OF_HOLDERS.order_by(orders.c.id.desc()).limit(limit)
    if before:
        query = query.where(orders.c.id < before)
    return await read_orders(tx, await tx.execute(query, {"holders": holders}))


async def list_waiting_parcels(tx: Tx, parcel_ids: Collection[UUID]) -> set[UUID]:
    """Read which of these parcels an unpaid order has joined."""
    return set((await tx.execute(_LIST_WAITING_PARCELS, {"ids": list(parcel_ids)})).scalars())


async def list_numbers(tx: Tx, order_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what people call these orders; an order that there is not is left out."""
    rows = await tx.execute(_LIST_NUMBERS, {"ids": list(order_ids)})
    return {row.id: row.number for row in rows}


async def list_batch(tx: Tx, after: UUID | None, limit: int) -> list[Order]:
    """Read orders of all shops, oldest first, younger than `after`."""
    query = select(orders).order_by(orders.c.id).limit(limit)
    if after:
        query = query.where(orders.c.id > after)
    return await read_orders(tx, await tx.execute(query))


async def get_orders(tx: Tx, order_ids: Sequence[UUID]) -> list[Order]:
    """Read those of these orders that there are."""
    return await read_orders(tx, await tx.execute(_GET, {"ids": order_ids}))


async def list_miscounted(tx: Tx) -> list[str]:
    """Return the numbers of orders whose lines do not add up to their goods."""
    amount = func.sum(order_lines.c.unit_price_minor * order_lines.c.quantity)
    query = (
        select(orders.c.number)
        .outerjoin(order_lines, order_lines.c.order_id == orders.c.id)
        .group_by(orders.c.id)
        .having(func.coalesce(amount, -1) != orders.c.goods_minor)
    )
    return list((await tx.execute(query)).scalars())


async def _one(tx: Tx, query: Select[Any], **asked: UUID | str) -> Order | None:
    found = await read_orders(tx, await tx.execute(query, asked))
    return found[0] if found else None
