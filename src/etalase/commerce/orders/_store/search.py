"""Finding orders: the seller's list, its export, and today's counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from etalase.commerce.orders._model import Order
from etalase.commerce.orders._store.rows import read_orders
from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.kernel.money import Money
from etalase.platform.db import Tx

_SOLD = and_(
    orders.c.state.not_in(("awaiting_payment", "cancelled", "refunded")),
    orders.c.refund.in_(("none", "part")),
)
_PART_DUE = case((orders.c.refund == "part", orders.c.refund_minor), else_=0)
_KEPT = func.greatest(orders.c.goods_minor - orders.c.refunded_minor - _PART_DUE, 0)
"""What of an order's goods the shop keeps; more than the goods may go back, as shipping may."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders of a shop are wanted: of these states (all, if none is named), with these words."""

    states: tuple[str, ...] = ()
    words: str = ""
    show_code: str | None = None
    refunds: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What waits for the seller, and what has been sold since midnight."""

    to_pay: int
    to_pack: int
    to_ship: int
    to_refund: int
    sold_orders: int
    sold: Money


async def page_orders(
    tx: Tx, shop_id: UUID, wanted: Filter, *, before: UUID | None, limit: int
) -> list[Order]:
    """Read the newest orders that fit, older than `before`."""
    query = _matching(shop_id, wanted).order_by(orders.c.id.desc()).limit(limit)
    if before:
        query = query.where(orders.c.id < before)
    return await read_orders(tx, await tx.execute(query))


async def get_today(tx: Tx, shop_id: UUID, midnight: datetime) -> Today:
    """Count what waits for the seller, and what was sold since midnight."""
    stands = or_(orders.c.paid_at >= midnight, and_(orders.c.method == "cod", orders.c.placed_at >= midnight))
    sold = and_(stands, _SOLD)
    counts = select(
        func.count().filter(orders.c.state == "awaiting_payment").label("to_pay"),
        func.count().filter(orders.c.state.in_(("paid", "confirmed"))).label("to_pack"),
        func.count().filter(orders.c.state == "packed").label("to_ship"),
        func.count().filter(orders.c.refund.in_(("due", "part"))).label("to_refund"),
        func.count().filter(sold).label("sold_orders"),
        func.coalesce(func.sum(_KEPT).filter(sold), 0).label("sold_minor"),
    ).where(orders.c.shop_id == shop_id)
    row = (await tx.execute(counts)).one()
    return Today(
        row.to_pay, row.to_pack, row.to_ship, row.to_refund, row.sold_orders, Money(int(row.sold_minor))
    )


async def count_show_sales(tx: Tx, shop_id: UUID, show_code: str) -> tuple[int, int, Money]:
    """Count a show's sales and their units, less what goes back: paid, or standing to be paid on delivery."""
    units = (
        select(func.sum(order_lines.c.quantity - order_lines.c.refunded))
        .where(order_lines.c.order_id == orders.c.id)
        .scalar_subquery()
    )
    sold = select(
        func.count().label("orders"),
        func.coalesce(func.sum(units), 0).label("units"),
        func.coalesce(func.sum(_KEPT), 0).label("goods_minor"),
    ).where(orders.c.shop_id == shop_id, orders.c.show_code == show_code, _SOLD)
    row = (await tx.execute(sold)).one()
    return row.orders, int(row.units), Money(int(row.goods_minor))


def _matching(shop_id: UUID, wanted: Filter) -> Select[tuple[Any, ...]]:
    query = select(orders).where(orders.c.shop_id == shop_id)
    if wanted.states:
        query = query.where(orders.c.state.in_(wanted.states))
    if wanted.show_code:
        query = query.where(orders.c.show_code == wanted.show_code)
    if wanted.refunds:
        query = query.where(orders.c.refund.in_(wanted.refunds))
    if wanted.since:
        query = query.where(orders.c.placed_at >= wanted.since)
    for word in wanted.words.split()[:5]:
        query = query.where(_mentions(word))
    return query


def _mentions(word: str) -> ColumnElement[bool]:
    """Match number, buyer, tracking number or an article, wherever the word stands in it."""
    columns = (
        orders.c.number, orders.c.recipient, orders.c.email, orders.c.phone, orders.c.city,
        orders.c.tracking_number,
    )  # fmt: skip
    line = select(order_lines.c.order_id).where(
        order_lines.c.order_id == orders.c.id,
        or_(order_lines.c.title.icontains(word, autoescape=True), order_lines.c.code == word.upper()),
    )
    return or_(*(column.icontains(word, autoescape=True) for column in columns), line.exists())
