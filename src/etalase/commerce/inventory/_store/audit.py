"""What the auditor reads and keeps: up to which movement a variant's stock was seen to add up, and freezes.

A variant's movements are written under the lock of its stock row, so their ids rise as they become durable:
those after the last that was counted are all that is new. What has neither moved nor changed costs one look.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.inventory._model import (
    Audited,
    Freeze,
    HoldState,
    MovementKind,
    TouchedHold,
)
from etalase.commerce.inventory._store.tables import stock, stock_audits, stock_freezes
from etalase.platform.db import Tx

_CHANGED = text("""
SELECT stock.variant_id, stock.on_hand, stock.held,
    coalesce(seen.on_hand, 0) + moved.on_hand AS counted_on_hand,
    coalesce(seen.held, 0) + moved.held AS counted_held,
    coalesce(moved.last, seen.last_movement, 0) AS last_movement,
    coalesce(seen.last_movement, 0) AS seen_movement
FROM stock LEFT JOIN stock_audits AS seen USING (variant_id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(on_hand_change), 0)::integer AS on_hand,
        coalesce(sum(held_change), 0)::integer AS held, max(id) AS last
    FROM stock_movements AS movement
    WHERE movement.variant_id = stock.variant_id AND movement.id > coalesce(seen.last_movement, 0)
) AS moved
WHERE NOT stock.frozen AND (
    moved.last IS NOT NULL OR seen.variant_id IS NULL
    OR stock.on_hand <> seen.on_hand OR stock.held <> seen.held
)
ORDER BY stock.variant_id LIMIT :limit
""")
_TOUCHED = text("""
SELECT DISTINCT ON (moved.hold_id) moved.variant_id, moved.hold_id, moved.kind, holds.state
FROM unnest(CAST(:ids AS uuid[]), CAST(:since AS bigint[])) AS seen (variant_id, last_movement)
JOIN stock_movements AS moved
    ON moved.variant_id = seen.variant_id AND moved.id > seen.last_movement AND moved.hold_id IS NOT NULL
LEFT JOIN holds ON holds.id = moved.hold_id
ORDER BY moved.hold_id, moved.id DESC
""")
_SAVE = upsert(stock_audits)
_SAVE = _SAVE.on_conflict_do_update(
    index_elements=["variant_id"],
    set_={
        "last_movement": _SAVE.excluded.last_movement,
        "on_hand": _SAVE.excluded.on_hand,
        "held": _SAVE.excluded.held,
    },
    where=stock_audits.c.last_movement <= _SAVE.excluded.last_movement,
)
_FREEZE = upsert(stock_freezes).on_conflict_do_nothing()
_MARK = update(stock).where(stock.c.variant_id == bindparam("its"))


async def list_changed(tx: Tx, limit: int) -> list[Audited]:
    """Return what changed since it was audited, as it is at one moment, at most so many variants."""
    await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    rows = (await tx.execute(_CHANGED, {"limit": limit})).all()
    asked = {"ids": [row.variant_id for row in rows], "since": [row.seen_movement for row in rows]}
    touched: dict[UUID, list[TouchedHold]] = {row.variant_id: [] for row in rows}
    for row in await tx.execute(_TOUCHED, asked):
        state = HoldState(row.state) if row.state is not None else None
        touched[row.variant_id].append(TouchedHold(row.hold_id, MovementKind(row.kind), state))
    return [
        Audited(
            row.variant_id,
            row.on_hand,
            row.held,
            row.counted_on_hand,
            row.counted_held,
            row.last_movement,
            touched[row.variant_id],
        )
        for row in rows
    ]


async def save_audited(tx: Tx, sound: Sequence[Audited]) -> None:
    """Keep up to where the stock of these variants adds up."""
    rows = [
        {
            "variant_id": one.variant_id,
            "last_movement": one.last_movement,
            "on_hand": one.on_hand,
            "held": one.held,
        }
        for one in sound
    ]
    if rows:
        await tx.execute(_SAVE, rows)


async def freeze(tx: Tx, variant_id: UUID, found: str) -> None:
    """Let nobody hold units of the variant; what was found first stays."""
    await tx.execute(_MARK.values(frozen=True), {"its": variant_id})
    await tx.execute(_FREEZE, {"variant_id": variant_id, "found": found, "frozen_at": tx.clock.now()})


async def unfreeze(tx: Tx, variant_id: UUID) -> None:
    """Let the variant be held again, and audit it from its first movement on."""
    await tx.execute(delete(stock_audits).where(stock_audits.c.variant_id == variant_id))
    await tx.execute(delete(stock_freezes).where(stock_freezes.c.variant_id == variant_id))
    await tx.execute(_MARK.values(frozen=False), {"its": variant_id})


async def list_freezes(tx: Tx, variant_ids: Sequence[UUID] | None = None) -> list[Freeze]:
    """Return what is frozen, the oldest first; of these variants only, where they are given."""
    query = select(stock_freezes).order_by(stock_freezes.c.frozen_at, stock_freezes.c.variant_id)
    if variant_ids is not None:
        query = query.where(stock_freezes.c.variant_id.in_(variant_ids))
    return [Freeze(row.variant_id, row.found, row.frozen_at) for row in await tx.execute(query)]
