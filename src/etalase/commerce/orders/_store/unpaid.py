"""Who has paid at a shop before, and what others keep there without having paid."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    exists,
    func,
    or_,
    select,
)

from etalase.commerce.orders._model import NewBuyer, Unpaid
from etalase.commerce.orders._store.tables import order_lines, orders
from etalase.platform.db import Tx
from etalase.platform.locks import lock_names

OPEN = ("awaiting_payment", "confirmed", "packed")

_ASKED = (
    func.unnest(cast(bindparam("shop_ids"), ARRAY(Uuid)), cast(bindparam("holders"), ARRAY(Text)))
    .table_valued(column("shop_id", Uuid), column("holder", Text))
    .render_derived(name="asked")
)
_FIND_PAYERS = select(_ASKED.c.shop_id, _ASKED.c.holder).where(
    exists().where(
        orders.c.shop_id == _ASKED.c.shop_id,
        orders.c.holder == _ASKED.c.holder,
        orders.c.paid_at.is_not(None),
    )
)


def _one_of(name: str) -> ColumnElement[Any]:
    return any_(cast(bindparam(name), ARRAY(Text)))


_LIST_UNPAID = (
    select(
        orders.c.id,
        orders.c.shop_id,
        orders.c.holder,
        orders.c.email,
        orders.c.phone,
        orders.c.network,
        orders.c.pay_by,
        order_lines.c.variant_id,
        order_lines.c.quantity,
    )
    .join_from(orders, order_lines, order_lines.c.order_id == orders.c.id)
    .where(
        orders.c.shop_id == any_(cast(bindparam("shop_ids"), ARRAY(Uuid))),
        orders.c.state.in_(OPEN),
        orders.c.paid_at.is_(None),
        or_(
            orders.c.holder == _one_of("holders"),
            orders.c.email == _one_of("emails"),
            orders.c.phone == _one_of("phones"),
            orders.c.network == _one_of("networks"),
        ),
    )
)


async def has_paid(tx: Tx, shop_id: UUID, holders: Sequence[str]) -> bool:
    """Tell whether this buyer has ever paid an order of the shop."""
    return bool(await find_payers(tx, [(shop_id, holder) for holder in holders]))


async def find_payers(tx: Tx, asked: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Return which of these holders have ever paid an order of these shops."""
    given = {"shop_ids": [shop_id for shop_id, _ in asked], "holders": [holder for _, holder in asked]}
    return {(row.shop_id, row.holder) for row in await tx.execute(_FIND_PAYERS, given)}


async def lock_newcomers(tx: Tx, newcomers: Collection[NewBuyer]) -> None:
    """Let one order after the other be placed by whoever shares a contact or a network."""
    await lock_names(
        tx,
        (
            f"orders:{who.shop_id}:{name}"
            for who in newcomers
            for name in (who.email, who.phone, who.network)
            if name
        ),
    )


async def list_unpaid(tx: Tx, newcomers: Collection[NewBuyer]) -> list[Unpaid]:
    """Return what whoever shares buyer, contact or network with these keeps at their shops, not yet paid."""
    given = {
        "shop_ids": list({who.shop_id for who in newcomers}),
        "holders": list({holder for who in newcomers for holder in who.holders}),
        "emails": list({who.email for who in newcomers if who.email}),
        "phones": list({who.phone for who in newcomers if who.phone}),
        "networks": list({who.network for who in newcomers if who.network}),
    }
    return [
        Unpaid(
            order_id=row.id,
            shop_id=row.shop_id,
            holder=row.holder,
            email=row.email,
            phone=row.phone,
            network=row.network or "",
            pay_by=row.pay_by,
            variant_id=row.variant_id,
            quantity=row.quantity,
        )
        for row in await tx.execute(_LIST_UNPAID, given)
    ]
