"""Hold rows: found, locked and ended. New ones are written by the batch statement."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    DateTime,
    Row,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    column,
    delete,
    exists,
    func,
    select,
    text,
    update,
)

from etalase.commerce.inventory._model import Hold, HoldState
from etalase.commerce.inventory._store.tables import IN_A_CART, holds, movements, stock
from etalase.kernel.money import Money
from etalase.kernel.sources import Source
from etalase.platform.db import Tx

_THESE = holds.c.id.in_(bindparam("ids", expanding=True))
_GET = select(holds).where(_THESE)
_LOCK = _GET.order_by(holds.c.id).with_for_update()
_IN_CARTS = holds.c.holder == any_(cast(bindparam("holders"), ARRAY(Text)))
_LIST_CARTS = select(holds).where(_IN_CARTS, text(IN_A_CART)).order_by(holds.c.id)
_LOCK_CARTS = _LIST_CARTS.with_for_update()
_LIST_TAKEN_BACK = (
    select(holds)
    .where(_IN_CARTS, text("taken_back_at IS NOT NULL"), holds.c.taken_back_at >= bindparam("since"))
    .order_by(holds.c.taken_back_at)
)
_ORDERED = (
    func.unnest(
        cast(bindparam("ids"), ARRAY(Uuid)),
        cast(bindparam("order_ids"), ARRAY(Uuid)),
        cast(bindparam("untils"), ARRAY(DateTime(timezone=True))),
    )
    .table_valued(column("id", Uuid), column("order_id", Uuid), column("until", DateTime(timezone=True)))
    .render_derived(name="ordered")
)
_SAVE_ORDERED = (
    update(holds)
    .where(holds.c.id == _ORDERED.c.id)
    .values(
        order_id=_ORDERED.c.order_id,
        expires_at=func.coalesce(_ORDERED.c.until, holds.c.expires_at),
        state=case((_ORDERED.c.until.is_(None), HoldState.SOLD.value), else_=holds.c.state),
    )
)
_SAVE = update(holds).where(_THESE)
_SAVE_SHRUNK = update(holds).where(holds.c.id == bindparam("its"))
_LATEST = (
    select(movements.c.hold_id)
    .where(movements.c.variant_id == bindparam("variant_id"), movements.c.kind == "held")
    .order_by(movements.c.id.desc())
    .limit(bindparam("looked_at"))
    .subquery()
)
_LIST_OF_VARIANT = (
    select(holds)
    .join(_LATEST, _LATEST.c.hold_id == holds.c.id)
    .where(text(IN_A_CART))
    .order_by(holds.c.expires_at)
    .limit(bindparam("maximum"))
)
_LOOKED_AT = 500
"""Holds last for minutes: those of now are among a variant's latest movements, which their key finds."""
_FIND_NEXT_EXPIRY = select(func.min(holds.c.expires_at)).where(text("state = 'active'"))


async def get_holds(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Hold]:
    """Return the holds of these ids, whatever became of them."""
    return {hold.id: hold for hold in map(_hold, await tx.execute(_GET, {"ids": list(ids)}))}


async def count_held(tx: Tx, shop_id: UUID, show: str) -> int:
    """Return how many units of the shop's stock are held now by buyers who came from a show."""
    query = (
        select(func.coalesce(func.sum(holds.c.quantity), 0))
        .join(stock, stock.c.variant_id == holds.c.variant_id)
        .where(
            text("source IS NOT NULL AND state = 'active'"),  # as the index `holds_of_show` says it
            holds.c.source["show"].astext == show,
            stock.c.shop_id == shop_id,
        )
    )
    return int((await tx.execute(query)).scalar_one())


async def list_holds(tx: Tx, holder: str) -> list[Hold]:
    """Return what the holder holds and has not ordered, the oldest first."""
    return await list_carts(tx, [holder])


async def list_holds_of_variant(tx: Tx, variant_id: UUID, *, limit: int) -> list[Hold]:
    """Return what of the variant is held and not ordered, what ends first first; the latest of very many."""
    asked = {"variant_id": variant_id, "looked_at": _LOOKED_AT, "maximum": limit}
    return [_hold(row) for row in await tx.execute(_LIST_OF_VARIANT, asked)]


async def lock_holds(tx: Tx, ids: Iterable[UUID]) -> list[Hold]:
    """Return the holds of these ids; who else would end them waits. Locked in the order of their ids."""
    return [_hold(row) for row in await tx.execute(_LOCK, {"ids": list(ids)})]


async def list_carts(tx: Tx, holders: Collection[str], *, lock_them: bool = False) -> list[Hold]:
    """Return what these holders hold and have not ordered, by id; locked, who else would end it waits."""
    query = _LOCK_CARTS if lock_them else _LIST_CARTS
    return [_hold(row) for row in await tx.execute(query, {"holders": list(holders)})]


async def lock_due_holds(tx: Tx, now: datetime, limit: int) -> list[Hold]:
    """Return active holds whose time is over, passing by those that someone else is ending."""
    query = (
        select(holds)
        .where(holds.c.state == HoldState.ACTIVE, holds.c.expires_at <= now)
        .order_by(holds.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_hold(row) for row in await tx.execute(query)]


async def find_next_expiry(tx: Tx) -> datetime | None:
    """Return when the first of the active holds ends."""
    found: datetime | None = (await tx.execute(_FIND_NEXT_EXPIRY)).scalar_one()
    return found


async def forget_unordered(tx: Tx, before: datetime) -> None:
    """Delete the holds that ended before that moment and were never part of an order."""
    over = holds.c.state.in_((HoldState.RELEASED, HoldState.EXPIRED))
    await tx.execute(delete(holds).where(over, holds.c.order_id.is_(None), holds.c.expires_at < before))


async def save_state(tx: Tx, ids: Sequence[UUID], state: HoldState, order_id: UUID | None = None) -> None:
    """Write what became of these holds, and with which order."""
    new = {"state": state} if order_id is None else {"state": state, "order_id": order_id}
    await tx.execute(_SAVE, {"ids": ids, **new})


async def save_taken_back(tx: Tx, hold_id: UUID) -> None:
    """Write that a seller has let this locked hold go, and when."""
    await tx.execute(_SAVE, {"ids": [hold_id], "state": HoldState.RELEASED, "taken_back_at": tx.clock.now()})


async def list_taken_back(tx: Tx, holders: Collection[str], since: datetime) -> list[Hold]:
    """Return what sellers have taken from these holders since then, the oldest first."""
    asked = {"holders": list(holders), "since": since}
    return [_hold(row) for row in await tx.execute(_LIST_TAKEN_BACK, asked)]


async def save_ordered(tx: Tx, rows: Sequence[tuple[UUID, UUID, datetime | None]]) -> None:
    """Write which order these locked holds belong to, by id, order and end; without an end they are sold."""
    ids, order_ids, untils = zip(*rows, strict=True)
    await tx.execute(_SAVE_ORDERED, {"ids": list(ids), "order_ids": list(order_ids), "untils": list(untils)})


async def save_shrunk(tx: Tx, shrunk: Sequence[Hold]) -> None:
    """Write how many units these locked holds keep, and which of them keep none."""
    if shrunk:
        await tx.execute(
            _SAVE_SHRUNK,
            [
                {"its": hold.id, "quantity": hold.quantity, "requested": hold.requested, "state": hold.state}
                for hold in shrunk
            ],
        )


async def save_holder(tx: Tx, ids: Sequence[UUID], holder: str) -> None:
    """Write whose these holds are now. A key that the new holder has used before keeps its old answer."""
    theirs = holds.alias()
    is_used = exists().where(theirs.c.holder == holder, theirs.c.idempotency_key == holds.c.idempotency_key)
    key = case((is_used, cast(func.gen_random_uuid(), Text)), else_=holds.c.idempotency_key)
    await tx.execute(update(holds).where(holds.c.id.in_(ids)).values(holder=holder, idempotency_key=key))


async def save_end(tx: Tx, ids: Sequence[UUID], until: datetime, order_id: UUID | None) -> None:
    """Write until when these holds keep their units, and for which order."""
    new = {"expires_at": until} if order_id is None else {"expires_at": until, "order_id": order_id}
    await tx.execute(_SAVE, {"ids": ids, **new})


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        id=row.id,
        variant_id=row.variant_id,
        holder=row.holder,
        quantity=row.quantity,
        expires_at=row.expires_at,
        state=HoldState(row.state),
        order_id=row.order_id,
        requested=row.requested,
        list_price=Money(row.list_price_minor),
        unit_price=Money(row.unit_price_minor),
        allotment_id=row.allotment_id,
        source=None if row.source is None else msgspec.convert(row.source, Source),
    )
