"""Looking after the outbox: what may be deleted, and what was given up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from etalase.platform.db import Tx
from etalase.platform.outbox._store import cursors, dead_letters, outbox

KEPT = timedelta(days=7)


async def prune(tx: Tx) -> None:
    """Delete what is a week old and has been passed by every reaction."""
    passed = select(func.coalesce(func.min(cursors.c.transaction_id), 0)).scalar_subquery()
    await tx.execute(
        delete(outbox).where(outbox.c.occurred_at < tx.clock.now() - KEPT, outbox.c.transaction_id < passed)
    )


async def list_dead_letters(tx: Tx, limit: int = 100) -> list[Any]:
    """Return the newest events that a reaction gave up on."""
    rows = await tx.execute(select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit))
    return list(rows)
