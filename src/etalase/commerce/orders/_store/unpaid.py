"""Who has paid at a shop before, and what others keep there without having paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.platform.db import Tx

OPEN = ("awaiting_payment", "confirmed", "packed")


@dataclass(frozen=True, slots=True)
class NewBuyer:
    """A buyer who has paid nothing at the shop yet; a guest also by an e-mail and a phone, unproven."""

    shop_id: UUID
    holders: tuple[str, ...]
    network: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A variant's units in an open order; `is_theirs` if buyer or contact is shared, not only the network."""

    order_id: UUID
    is_theirs: bool
    pay_by: datetime | None
    variant_id: UUID
    quantity: int


async def has_paid(tx: Tx, shop_id: UUID, holders: Sequence[str]) -> bool:
    """Tell whether this buyer has ever paid an order of the shop."""
    query = select(orders.c.id).where(
        orders.c.shop_id == shop_id, orders.c.holder.in_(holders), orders.c.paid_at.is_not(None)
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def lock_newcomer(tx: Tx, who: NewBuyer) -> None:
    """Let one order after the other be placed by whoever shares a contact or a network."""
    shared = sorted(filter(None, (who.email, who.phone, who.network)))
    for name in shared:
        key = func.hashtextextended(f"orders:{who.shop_id}:{name}", 0)
        await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def list_unpaid(tx: Tx, who: NewBuyer) -> list[Unpaid]:
    """Return what whoever shares buyer, contact or network keeps at the shop without having paid."""
    theirs: ColumnElement[bool] = orders.c.holder.in_(who.holders)
    if who.email:
        theirs = or_(theirs, orders.c.email == who.email, orders.c.phone == who.phone)
    shared = or_(theirs, orders.c.network == who.network) if who.network else theirs
    query = (
        select(
            orders.c.id,
            theirs.label("is_theirs"),
            orders.c.pay_by,
            order_lines.c.variant_id,
            order_lines.c.quantity,
        )
        .join_from(orders, order_lines, order_lines.c.order_id == orders.c.id)
        .where(orders.c.shop_id == who.shop_id, orders.c.state.in_(OPEN), orders.c.paid_at.is_(None), shared)
    )
    return [
        Unpaid(row.id, row.is_theirs, row.pay_by, row.variant_id, row.quantity)
        for row in await tx.execute(query)
    ]


async def note_network(tx: Tx, order_id: UUID, network: str) -> None:
    """Note behind which address an order was placed."""
    await tx.execute(update(orders).where(orders.c.id == order_id).values(network=network))
