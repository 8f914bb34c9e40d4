"""Reading, locking and writing single orders."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from etalase.commerce.orders._model import Order, OrderState
from etalase.commerce.orders._store.rows import line_rows, order_columns, read_orders
from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.kernel.discounts import DiscountKind
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx
from etalase.platform.locks import lock_names

_ADD = BulkInsert(orders)
_ADD_LINES = BulkInsert(order_lines)
_SAVE = update(orders).where(orders.c.id == bindparam("its"))
_SAVE_LINES = update(order_lines).where(
    order_lines.c.order_id == bindparam("its"), order_lines.c.position == bindparam("place")
)
_FIND = select(orders).where(orders.c.id == bindparam("id"))
_LOCK = _FIND.with_for_update()
_FIND_BY_TOKEN = select(orders).where(orders.c.token == bindparam("token"))
_FIND_NUMBERED = select(orders).where(orders.c.number == bindparam("number"))
_FIND_BY_NUMBER = select(orders).where(
    orders.c.shop_id == bindparam("shop_id"), orders.c.number == bindparam("number")
)
_LIST_PARCEL = select(orders).where(orders.c.parcel_id == bindparam("parcel_id")).order_by(orders.c.id)
_PARCEL_IDS = any_(cast(bindparam("parcel_ids"), ARRAY(Uuid)))
_LOCK_PARCELS = (
    select(orders).where(orders.c.parcel_id == _PARCEL_IDS).order_by(orders.c.id).with_for_update()
)
_LOCK_FIRST_OF_PARCELS = (
    select(orders.c.id).where(orders.c.id == _PARCEL_IDS).order_by(orders.c.id).with_for_update()
)
_OF_HOLDERS = select(orders).where(orders.c.holder.in_(bindparam("holders", expanding=True)))
_FIND_BY_KEY = _OF_HOLDERS.where(orders.c.checkout_key == bindparam("key")).order_by(orders.c.id)
_IN_SHOWS = (
    func.unnest(
        cast(bindparam("shop_ids"), ARRAY(Uuid)),
        cast(bindparam("holders"), ARRAY(Text)),
        cast(bindparam("show_codes"), ARRAY(Text)),
    )
    .table_valued(column("shop_id", Uuid), column("holder", Text), column("show_code", Text))
    .render_derived(name="asked")
)
_LIST_IN_SHOWS = (
    select(orders)
    .where(
        orders.c.holder == _IN_SHOWS.c.holder,
        orders.c.shop_id == _IN_SHOWS.c.shop_id,
        orders.c.show_code == _IN_SHOWS.c.show_code,
    )
    .order_by(orders.c.id)
)
_LIST_WAITING_PARCELS = select(orders.c.parcel_id).where(
    orders.c.parcel_id.in_(bindparam("ids", expanding=True)), orders.c.state == OrderState.AWAITING_PAYMENT
)
_LIST_NUMBERS = select(orders.c.id, orders.c.number).where(orders.c.id.in_(bindparam("ids", expanding=True)))
_GET = select(orders).where(orders.c.id.in_(bindparam("ids", expanding=True)))


async def add_orders(tx: Tx, new: Sequence[tuple[Order, str]]) -> None:
    """Write new orders with their lines, and behind which network each was placed, if that is known."""
    rows = [{"id": order.id, **order_columns(order), "network": network or None} for order, network in new]
    await _ADD.run(tx, rows)
    await _ADD_LINES.run(tx, [row for order, _ in new for row in line_rows(order)])


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
    """Read and lock all orders of a parcel, by id."""
    return await lock_parcels(tx, [parcel_id])


async def lock_parcels(tx: Tx, parcel_ids: Collection[UUID]) -> list[Order]:
    """Read and lock all orders of several parcels, by id.

    A parcel's first order's row is its lock: who waits for it sees all that has joined meanwhile.
    """
    if not parcel_ids:
        return []
    asked = {"parcel_ids": sorted(set(parcel_ids))}
    await tx.execute(_LOCK_FIRST_OF_PARCELS, asked)
    return await read_orders(tx, await tx.execute(_LOCK_PARCELS, asked))


async def lock_holders(tx: Tx, holders: Iterable[str]) -> None:
    """Let one checkout of a buyer after the other: a second tap waits, then sees what the first has done."""
    await lock_names(tx, (f"orders:{holder}" for holder in holders))


async def find_order(tx: Tx, order_id: UUID) -> Order | None:
    """Read an order by its id."""
    return await _one(tx, _FIND, id=order_id)


async def find_order_by_token(tx: Tx, token: str) -> Order | None:
    """Read an order by the secret of its link."""
    return await _one(tx, _FIND_BY_TOKEN, token=token)


async def find_order_by_number(tx: Tx, shop_id: UUID, number: str) -> Order | None:
    """Read an order of a shop by its number."""
    return await _one(tx, _FIND_BY_NUMBER, shop_id=shop_id, number=number)


async def find_numbered_order(tx: Tx, number: str) -> Order | None:
    """Read an order by its number, of whatever shop: for the operator."""
    return await _one(tx, _FIND_NUMBERED, number=number)


async def find_orders_by_key(tx: Tx, holders: Sequence[str], checkout_key: str) -> list[Order]:
    """Return what a checkout of this buyer has placed already, one order a shop."""
    found = await tx.execute(_FIND_BY_KEY, {"holders": holders, "key": checkout_key})
    return await read_orders(tx, found)


async def list_orders_in_shows(tx: Tx, asked: Collection[tuple[UUID, str, str]]) -> list[Order]:
    """Read the orders of these shops, holders and shows, oldest first."""
    if not asked:
        return []
    shop_ids, holders, show_codes = zip(*sorted(set(asked)), strict=True)
    given = {"shop_ids": list(shop_ids), "holders": list(holders), "show_codes": list(show_codes)}
    return await read_orders(tx, await tx.execute(_LIST_IN_SHOWS, given))


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


async def get_orders(tx: Tx, order_ids: Collection[UUID]) -> list[Order]:
    """Read those of these orders that there are."""
    return await read_orders(tx, await tx.execute(_GET, {"ids": list(order_ids)}))


async def list_miscounted(tx: Tx) -> list[str]:
    """Return the numbers of orders whose lines do not add up to their goods."""
    discounts = func.jsonb_array_elements(order_lines.c.discounts, type_=JSONB)
    discount = discounts.column_valued("discount", joins_implicitly=True)
    off = (
        select(func.coalesce(func.sum(cast(discount["amount"]["minor"].astext, BigInteger)), 0))
        .where(discount["kind"].astext != DiscountKind.FLASH_DEAL)
        .scalar_subquery()
    )
    amount = func.sum(order_lines.c.unit_price_minor * order_lines.c.quantity - off)
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
