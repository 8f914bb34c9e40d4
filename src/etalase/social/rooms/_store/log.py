"""The rooms' stored logs, and who is blocked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.rooms._model.log import RoomEvent, event_body, read_event
from etalase.social.rooms._store.tables import room_blocks, room_events

REBUILT_LINES = 1000
"""How many of the last chat lines a room is rebuilt from: many more than are shown, for the deleted ones."""

_APPEND = upsert(room_events).on_conflict_do_nothing(index_elements=["id"])


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event of a room's log. `id` lets the same entry be written twice and kept once."""

    id: UUID
    show_id: UUID
    at: int
    event: RoomEvent


async def append_events(tx: Tx, entries: Sequence[LogEntry]) -> None:
    """Write entries in order; one that is there already is left as it is."""
    rows = [
        {
            "id": entry.id,
            "show_id": entry.show_id,
            "at": entry.at,
            "type": entry.event.type,
            "body": event_body(entry.event),
        }
        for entry in entries
    ]
    await tx.execute(_APPEND, rows)


async def list_events(
    tx: Tx, show_id: UUID, *, without: str | None = None, only: Iterable[str] = (), limit: int | None = None
) -> list[tuple[int, int, RoomEvent]]:
    """Return (position, moment, event) in order; with a limit, the last ones."""
    query = select(room_events).where(room_events.c.show_id == show_id)
    if without is not None:
        query = query.where(room_events.c.type != without)
    kinds = list(only)
    if kinds:
        query = query.where(room_events.c.type.in_(kinds))
    rows = (await tx.execute(query.order_by(room_events.c.position.desc()).limit(limit))).all()
    read = ((row.position, row.at, read_event(row.type, row.body)) for row in reversed(rows))
    return [(position, at, event) for position, at, event in read if event is not None]


async def save_block(tx: Tx, shop_id: UUID, viewer: str) -> None:
    """Block the viewer in all rooms of the shop."""
    row = {"shop_id": shop_id, "viewer": viewer, "blocked_at": tx.clock.now()}
    await tx.execute(upsert(room_blocks).on_conflict_do_nothing(), row)


async def remove_block(tx: Tx, shop_id: UUID, viewer: str) -> None:
    """Let the viewer write again."""
    await tx.execute(
        delete(room_blocks).where(room_blocks.c.shop_id == shop_id, room_blocks.c.viewer == viewer)
    )


async def list_blocks(tx: Tx, shop_id: UUID) -> frozenset[str]:
    """Return the viewers whom the shop has blocked."""
    rows = await tx.execute(select(room_blocks.c.viewer).where(room_blocks.c.shop_id == shop_id))
    return frozenset(rows.scalars())
