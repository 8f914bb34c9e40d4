"""Stock rows and the movements behind them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    Row,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.inventory._model import (
    ClaimDoor,
    Difference,
    Movement,
    MovementKind,
    MovementView,
    Stock,
)
from etalase.commerce.inventory._store.tables import movements, stock
from etalase.platform.bulk import BulkInsert
from etalase.platform.db import Tx

CLOSED_KEPT = 60
"""A show has two of them at most: all of it, and one of its doors."""
"""In so many shows, the last ones, claims for a variant can be closed."""
_AMONG = stock.c.variant_id == any_(cast(bindparam("ids"), ARRAY(Uuid)))
"""These variants, however many: one argument carries them all."""
_OPEN = upsert(stock).on_conflict_do_nothing()
_FIND = select(stock).where(_AMONG)
_LOCK = _FIND.order_by(stock.c.variant_id).with_for_update()
_FIGURES = (
    func.unnest(
        cast(bindparam("ids"), ARRAY(Uuid)),
        cast(bindparam("on_hands"), ARRAY(Integer)),
        cast(bindparam("helds"), ARRAY(Integer)),
        cast(bindparam("waitings"), ARRAY(Integer)),
        cast(bindparam("offereds"), ARRAY(Boolean)),
    )
    .table_valued(
        column("variant_id", Uuid),
        column("on_hand", Integer),
        column("held", Integer),
        column("waiting", Integer),
        column("offered", Boolean),
    )
    .render_derived(name="figures")
)
_SAVE_FIGURES = (
    update(stock)
    .where(stock.c.variant_id == _FIGURES.c.variant_id)
    .values(
        on_hand=_FIGURES.c.on_hand,
        held=_FIGURES.c.held,
        waiting=_FIGURES.c.waiting,
        offered=_FIGURES.c.offered,
    )
)
_ADD_MOVEMENTS = BulkInsert(movements)
_RECOUNT_ALLOTMENTS = text("""
    SELECT coalesce(allotments.id, kept.allotment_id) AS id, coalesce(taken, 0) AS taken,
        coalesce(units, 0) AS units
    FROM allotments FULL JOIN (
        SELECT allotment_id, sum(quantity) AS units FROM holds
        WHERE allotment_id IS NOT NULL AND state IN ('active', 'sold') GROUP BY allotment_id
    ) AS kept ON kept.allotment_id = allotments.id
    WHERE coalesce(taken, 0) <> coalesce(units, 0)
""")
_FIND_KEYED = select(movements.c.kind, movements.c.on_hand_change).where(
    movements.c.variant_id == bindparam("variant_id"), movements.c.idempotency_key == bindparam("key")
)


async def open_stock(tx: Tx, new: Mapping[UUID, Stock], *, offered: Collection[UUID]) -> None:
    """Insert empty stock rows for variants that have none yet; those that are `offered` may be held."""
    rows = [
        {
            "variant_id": one.variant_id,
            "product_id": one.product_id,
            "shop_id": one.shop_id,
            "on_hand": 0,
            "held": 0,
            "offered": one.variant_id in offered,
        }
        for _, one in sorted(new.items())
    ]
    if rows:
        await tx.execute(_OPEN, rows)


async def lock_stock(tx: Tx, variant_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    """Return the stock of these variants; who else moves it waits. Rows are locked by id."""
    rows = await tx.execute(_LOCK, {"ids": list(set(variant_ids))})
    return {one.variant_id: one for one in map(_stock, rows)}


async def stock_of(tx: Tx, variant_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    """Return the stock of those variants that were ever stocked."""
    rows = await tx.execute(_FIND, {"ids": list(set(variant_ids))})
    return {one.variant_id: one for one in map(_stock, rows)}


async def save_movements(tx: Tx, after: Iterable[Stock], made: Sequence[Movement]) -> None:
    """Write the new figures of locked stock rows, and the movements that led to them, however many."""
    changed = list(after)
    figures = {
        "ids": [one.variant_id for one in changed],
        "on_hands": [one.on_hand for one in changed],
        "helds": [one.held for one in changed],
        "waitings": [one.waiting for one in changed],
        "offereds": [one.offered for one in changed],
    }
    await tx.execute(_SAVE_FIGURES, figures)
    if not made:
        return
    now = tx.clock.now()
    await _ADD_MOVEMENTS.run(
        tx,
        [
            {
                "variant_id": movement.variant_id,
                "kind": movement.kind,
                "on_hand_change": movement.on_hand_change,
                "held_change": movement.held_change,
                "hold_id": movement.hold_id,
                "order_id": movement.order_id,
                "actor_id": movement.actor_id,
                "reason": movement.reason,
                "happened_at": now,
                "idempotency_key": movement.idempotency_key,
            }
            for movement in made
        ],
    )


async def find_keyed(tx: Tx, variant_id: UUID, idempotency_key: str) -> tuple[MovementKind, int] | None:
    """Return what the movement of this key was and changed on hand."""
    asked = {"variant_id": variant_id, "key": idempotency_key}
    row = (await tx.execute(_FIND_KEYED, asked)).one_or_none()
    return (MovementKind(row.kind), row.on_hand_change) if row else None


async def list_stocked_variants(tx: Tx, product_id: UUID) -> list[UUID]:
    """Return those variants of the product that have a stock row."""
    query = select(stock.c.variant_id).where(stock.c.product_id == product_id)
    return list((await tx.execute(query)).scalars())


async def save_closed(
    tx: Tx, variant_ids: Iterable[UUID], show: str, *, closed: bool, door: ClaimDoor | None = None
) -> None:
    """Write whether claims of a show for these locked variants are closed, at one door or at all.

    Of many shows, the last count.
    """
    what = f"{show}:{door}" if door else show
    others = func.array_remove(stock.c.closed_in, what, type_=ARRAY(Text))
    shown = func.array_prepend(what, others, type_=ARRAY(Text))[1:CLOSED_KEPT] if closed else others
    query = update(stock).where(stock.c.variant_id.in_(list(variant_ids))).values(closed_in=shown)
    await tx.execute(query)


async def list_movements(
    tx: Tx, variant_ids: Sequence[UUID], *, before: int | None = None, limit: int = 50
) -> list[MovementView]:
    """Return the movements of these variants, the newest first, those before the id `before`."""
    query = select(movements).where(movements.c.variant_id.in_(variant_ids))
    if before is not None:
        query = query.where(movements.c.id < before)
    rows = await tx.execute(query.order_by(movements.c.id.desc()).limit(limit))
    return [_movement(row) for row in rows]


async def list_movements_of_holds(tx: Tx, holds: Mapping[UUID, UUID]) -> dict[UUID, list[MovementView]]:
    """Return what happened to the units of these holds (a hold's variant by its id), the oldest first."""
    query = (
        select(movements)
        .where(movements.c.variant_id.in_(list(holds.values())), movements.c.hold_id.in_(list(holds)))
        .order_by(movements.c.id)
    )
    found: dict[UUID, list[MovementView]] = {hold_id: [] for hold_id in holds}
    for row in await tx.execute(query):
        found[row.hold_id].append(_movement(row))
    return found


async def recount(tx: Tx) -> list[Difference]:
    """Add up all movements and all active holds; return every figure of the stock that does not agree."""
    moved = (
        select(
            movements.c.variant_id,
            func.sum(movements.c.on_hand_change).label("on_hand"),
            func.sum(movements.c.held_change).label("held"),
        )
        .group_by(movements.c.variant_id)
        .subquery()
    )
    kept = text(
        "SELECT variant_id, sum(quantity) AS units FROM holds WHERE state = 'active' GROUP BY variant_id"
    ).columns(column("variant_id", Uuid), column("units", Integer))
    active = kept.subquery("active")
    standing = text(
        "SELECT variant_id, count(*) AS places FROM waitlist WHERE state = 'waiting' GROUP BY variant_id"
    ).columns(column("variant_id", Uuid), column("places", Integer))
    line = standing.subquery("line")
    everything = stock.outerjoin(moved, moved.c.variant_id == stock.c.variant_id, full=True).outerjoin(
        active, active.c.variant_id == func.coalesce(stock.c.variant_id, moved.c.variant_id), full=True
    )
    known = func.coalesce(stock.c.variant_id, moved.c.variant_id, active.c.variant_id)
    everything = everything.outerjoin(line, line.c.variant_id == known, full=True)
    rows = await tx.execute(
        select(
            func.coalesce(known, line.c.variant_id).label("variant_id"),
            func.coalesce(stock.c.on_hand, 0).label("on_hand"),
            func.coalesce(stock.c.held, 0).label("held"),
            func.coalesce(moved.c.on_hand, 0).label("moved_on_hand"),
            func.coalesce(moved.c.held, 0).label("moved_held"),
            func.coalesce(active.c.units, 0).label("active"),
            func.coalesce(stock.c.waiting, 0).label("waiting"),
            func.coalesce(line.c.places, 0).label("places"),
        ).select_from(everything)
    )
    return [difference for row in rows for difference in _differences(row)]


async def recount_allotments(tx: Tx) -> list[Difference]:
    """Add up all holds that took from an allotment and have not given back; return where it disagrees."""
    rows = await tx.execute(_RECOUNT_ALLOTMENTS)
    return [Difference(row.id, "taken_by_holds", row.taken, int(row.units)) for row in rows]


def _differences(row: Row[Any]) -> Iterable[Difference]:
    for figure, recorded, recounted in (
        ("on_hand_by_movements", row.on_hand, row.moved_on_hand),
        ("held_by_movements", row.held, row.moved_held),
        ("held_by_holds", row.held, row.active),
        ("waiting_by_places", row.waiting, row.places),
    ):
        if recorded != recounted:
            yield Difference(row.variant_id, figure, recorded, int(recounted))


def _movement(row: Row[Any]) -> MovementView:
    return MovementView(
        id=row.id,
        variant_id=row.variant_id,
        kind=MovementKind(row.kind),
        on_hand_change=row.on_hand_change,
        held_change=row.held_change,
        order_id=row.order_id,
        actor_id=row.actor_id,
        reason=row.reason,
        happened_at=row.happened_at,
    )


def _stock(row: Row[Any]) -> Stock:
    return Stock(
        row.variant_id,
        row.product_id,
        row.shop_id,
        on_hand=row.on_hand,
        held=row.held,
        waiting=row.waiting,
        offered=row.offered,
        frozen=row.frozen,
    )
