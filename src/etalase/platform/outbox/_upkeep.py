"""Looking after the outbox: what may be deleted, and what was given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Table,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)

from etalase.platform.db import Tx
from etalase.platform.outbox import _store as store
from etalase.platform.outbox._relay import Reaction
from etalase.platform.outbox._store import Place

log = structlog.get_logger()
KEPT = timedelta(days=7)


async def prune(tx: Tx, reactions: Sequence[Reaction[Any]]) -> None:
    """Delete what is a week old and has been passed by every reaction to it."""
    old = store.outbox.c.occurred_at < tx.clock.now() - KEPT
    places: dict[str, list[Place]] = {}
    for reaction in reactions:
        places.setdefault(reaction.event.name, []).append(await store.find_place(tx, reaction.name))
    await tx.execute(delete(store.outbox).where(old, store.outbox.c.name.not_in(places)))
    for name, passed in places.items():
        seen = store.place_of_event() <= min(passed)
        await tx.execute(delete(store.outbox).where(old, store.outbox.c.name == name, seen))


async def mend_places(tx: Tx) -> None:
    """Move all places behind the server's own transactions, where a restored database is ahead of them.

    Transactions are numbered by the server (PostgreSQL, 8.19): a dump that is loaded into another brings
    numbers that may lie in the new one's future. Events and cursors move alike, so their order stays.
    """
    if await _places_ahead(tx) <= 0:
        return
    await tx.execute(text("LOCK TABLE outbox, outbox_cursors IN EXCLUSIVE MODE"))
    ahead = await _places_ahead(tx)  # another process may have mended them meanwhile
    if ahead <= 0:
        return
    for table in (store.outbox, store.cursors):
        await tx.execute(update(table).values(transaction_id=table.c.transaction_id - ahead))
    log.warning("outbox_moved_to_this_server", plane=tx.database.plane, transactions=ahead)


async def _places_ahead(tx: Tx) -> int:
    """Return how far the last place lies beyond what this server's transactions can have reached."""
    now = literal_column("pg_snapshot_xmax(pg_current_snapshot())::text::bigint", BigInteger)

    def last(table: Table) -> ScalarSelect[int]:
        return select(func.coalesce(func.max(table.c.transaction_id), 0)).scalar_subquery()

    query = select(func.greatest(last(store.outbox), last(store.cursors)) - now + 1)
    return int((await tx.execute(query)).scalar_one())


async def retry_dead_letters(tx: Tx) -> int:
    """Publish once more what was given up, as reactions may be told twice; return how much it was."""
    found = await tx.execute(delete(store.dead_letters).returning(store.dead_letters))
    letters = sorted(found, key=lambda row: row.id)
    events = {(row.event_name, msgspec.json.encode(row.payload, order="sorted")): row for row in letters}
    for row in events.values():
        await store.insert_events(tx, [(row.event_name, row.payload, row.request_id)])
    return len(letters)


async def list_dead_letters(tx: Tx, limit: int = 100) -> list[Any]:
    """Return the newest events that a reaction gave up on."""
    rows = await tx.execute(select(store.dead_letters).order_by(store.dead_letters.c.id.desc()).limit(limit))
    return list(rows)


async def count_dead_letters(tx: Tx) -> int:
    """Return how many events reactions have given up on."""
    return int((await tx.execute(select(func.count()).select_from(store.dead_letters))).scalar_one())


async def drop_dead_letter(tx: Tx, number: int, reason: str) -> bool:
    """Give one event up for good, and keep what it was and why; False where there is no such letter."""
    found = delete(store.dead_letters).where(store.dead_letters.c.id == number).returning(store.dead_letters)
    row = (await tx.execute(found)).one_or_none()
    if row is None:
        return False
    name = f"{row.reaction} {row.event_name}"
    await note_dropped(tx, f"event-{row.id}", name, row.payload, row.error, row.failed_at, reason)
    return True


async def note_dropped(
    tx: Tx, letter: str, name: str, payload: Any, error: str, failed_at: datetime, reason: str
) -> None:
    """Keep for ever what an operator has given up, and why."""
    kept = insert(store.dropped_letters).values(
        letter=letter,
        name=name,
        payload=payload,
        error=error,
        failed_at=failed_at,
        reason=reason,
        dropped_at=tx.clock.now(),
    )
    await tx.execute(kept)


async def list_dropped(tx: Tx, limit: int = 100) -> list[Any]:
    """Return the newest letters that were given up for good."""
    table = store.dropped_letters
    return list(await tx.execute(select(table).order_by(table.c.id.desc()).limit(limit)))
