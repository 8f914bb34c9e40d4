"""Who has paid at a shop before, and what others keep there without having paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update

from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.platform.db import Tx
from etalase.platform.locks import lock_name

OPEN = ("awaiting_payment", "confirmed", "packed")


_HAS_PAID = (
    select(orders.c.id)
    .where(
        orders.c.shop_id == bindparam("shop_id"),
        orders.c.holder.in_(bindparam("holders", expanding=True)),
        orders.c.paid_at.is_not(None),
    )
    .limit(1)
)
_NOTE_NETWORK = update(orders).where(orders.c.id == bindparam("its"))


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


def _unpaid_by(*, contact: bool, network: bool) -> Select[Any]:
    """Select what is open and unpaid of a shop's buyer, found also by contact and network where there are."""
    theirs: ColumnElement[bool] = orders.c.holder.in_(bindparam("holders", expanding=True))
    if contact:
        theirs = or_(theirs, orders.c.email == bindparam("email"), orders.c.phone == bindparam("phone"))
    shared = or_(theirs, orders.c.network == bindparam("network")) if network else theirs
    return (
        select(
            orders.c.id,
            theirs.label("is_theirs"),
            orders.c.pay_by,
            order_lines.c.variant_id,
            order_lines.c.quantity,
        )
        .join_from(orders, order_lines, order_lines.c.order_id == orders.c.id)
        .where(
            orders.c.shop_id == bindparam("shop_id"),
            orders.c.state.in_(OPEN),
            orders.c.paid_at.is_(None),
            shared,
        )
    )


_LIST_UNPAID = {
    (contact, network): _unpaid_by(contact=contact, network=network)
    for contact in (False, True)
    for network in (False, True)
}


async def has_paid(tx: Tx, shop_id: UUID, holders: Sequence[str]) -> bool:
    """Tell whether this buyer has ever paid an order of the shop."""
    paid = await tx.execute(_HAS_PAID, {"shop_id": shop_id, "holders": holders})
    return paid.first() is not None


async def lock_newcomer(tx: Tx, who: NewBuyer) -> None:
    """Let one order after the other be placed by whoever shares a contact or a network."""
    shared = sorted(filter(None, (who.email, who.phone, who.network)))
    for name in shared:
        await lock_name(tx, f"orders:{who.shop_id}:{name}")


async def list_unpaid(tx: Tx, who: NewBuyer) -> list[Unpaid]:
    """Return what whoever shares buyer, contact or network keeps at the shop without having paid."""
    asked = {"shop_id": who.shop_id, "holders": who.holders}
    asked |= {"email": who.email, "phone": who.phone} if who.email else {}
    asked |= {"network": who.network} if who.network else {}
    rows = await tx.execute(_LIST_UNPAID[bool(who.email), bool(who.network)], asked)
    return [Unpaid(row.id, row.is_theirs, row.pay_by, row.variant_id, row.quantity) for row in rows]


async def note_network(tx: Tx, order_id: UUID, network: str) -> None:
    """Note behind which address an order was placed."""
    await tx.execute(_NOTE_NETWORK, {"its": order_id, "network": network})
