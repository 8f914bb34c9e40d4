"""Setting units aside at prices of their own, for longer or shorter. Stock is locked before allotments."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.stocking import open_stock
from etalase.commerce.inventory._errors import DealsOverlap
from etalase.commerce.inventory._model import Allotment, stands_in_way
from etalase.platform.db import Tx


async def allot(tx: Tx, new: Allotment) -> None:
    """Set the units aside. Raises DealsOverlap where a variant has another price at the same time."""
    await open_stock(tx, list(new.prices))
    await store.lock_stock(tx, new.prices)
    await _require_free(tx, new)
    await store.add_allotment(tx, new)


async def retime(tx: Tx, allotment_id: UUID, starts_at: datetime, ends_at: datetime) -> Allotment:
    """Let the allotment begin and end at these moments; who was granted units keeps them at their price.

    Raises DealsOverlap.
    """
    found = (await store.get_allotments(tx, [allotment_id]))[allotment_id]
    await store.lock_stock(tx, found.prices)
    locked = (await store.lock_allotments(tx, [allotment_id]))[allotment_id]
    changed = replace(locked, starts_at=starts_at, ends_at=ends_at)
    await _require_free(tx, changed)
    await store.save_times(tx, changed)
    return changed


async def _require_free(tx: Tx, wanted: Allotment) -> None:
    between = await store.list_allotments_between(tx, wanted.prices, wanted.starts_at, wanted.ends_at)
    if stands_in_way(wanted, between):
        raise DealsOverlap
