"""Auditing stock while the shop is open: what changed is counted, and what does not add up is frozen."""

from dataclasses import replace
from uuid import UUID

import structlog

from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.moving import settle
from etalase.commerce.inventory._errors import StockStillWrong
from etalase.commerce.inventory._model import Freeze, disagreements
from etalase.platform.db import Database, Tx

log = structlog.get_logger()

AUDITED_AT_ONCE = 1000


async def audit_changed(db: Database) -> list[UUID]:
    """Count what changed since the last time; freeze what does not add up, and return that.

    The cost grows with the movements since then. A variant is frozen alone: all others are sold on.
    """
    frozen: list[UUID] = []
    while True:
        async with db.begin() as tx:
            changed = await store.list_changed(tx, AUDITED_AT_ONCE)
        found = {one.variant_id: "; ".join(disagreements(one)) for one in changed}
        async with db.begin() as tx:
            await store.save_audited(tx, [one for one in changed if not found[one.variant_id]])
            for variant_id, words in found.items():
                if words:
                    await store.freeze(tx, variant_id, words)
        for variant_id, words in found.items():
            if words:
                log.error("stock_frozen", variant=str(variant_id), found=words)
                frozen.append(variant_id)
        if len(changed) < AUDITED_AT_ONCE:
            return frozen


async def unfreeze(tx: Tx, variant_id: UUID) -> Freeze | None:
    """Let a frozen variant be sold again, first to who waits; return what was found, None if none is frozen.

    Raises StockStillWrong with what does not add up, counted from its first movement on.
    """
    before = await store.list_freezes(tx, [variant_id])
    if not before:
        return None
    stock = await store.lock_stock(tx, [variant_id])
    wrong = [one for one in await store.recount(tx) if one.id == variant_id]
    if wrong:
        words = (f"{one.figure} is {one.recorded}, recounted {one.recounted}" for one in wrong)
        raise StockStillWrong(found="; ".join(words))
    await settle(tx, stock, {variant_id: replace(stock[variant_id], frozen=False)}, [])
    await store.unfreeze(tx, variant_id)
    return before[0]
