"""The sweep: holds whose time is over give their units back. And files of products, imported whole or not."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import Gauge

from etalase.commerce import catalog
from etalase.commerce.catalog import Change, ImportRefused, KeptSheet, UnreadableSpreadsheet
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands import (
    IMPORT_JOB,
    ImportedBy,
    ImportWork,
    audit_changed,
    expire_due,
    import_products,
    next_expiry,
)
from etalase.commerce.inventory._errors import StockTooLow
from etalase.commerce.inventory._events import StockChanged
from etalase.commerce.inventory._model import STEPS, ImportFile, ImportState, InventorySettings
from etalase.commerce.inventory._queries import preview_import
from etalase.kernel.errors import Invalid
from etalase.platform.db import Database
from etalase.platform.jobs import Job

log = structlog.get_logger()

stock_frozen = Gauge("etalase_stock_frozen", "Variants whose stock does not add up, and that nobody can hold")

MAX_SLEEP_SECONDS = 20.0
"""Holds that other processes gave are found by looking."""


async def sweep_holds(db: Database, settings: InventorySettings) -> None:
    """End due holds again and again until cancelled; sleep while there can be none."""
    pause = timedelta(seconds=settings.sweep_every_seconds)
    longest = timedelta(seconds=min(MAX_SLEEP_SECONDS, settings.hold_ttl_seconds))
    with db.bell.waking(StockChanged.name) as changed:
        while True:
            changed.clear()
            await expire_due(db)
            at = await next_expiry(db)
            idle = longest if at is None else max(min(at - db.clock.now(), longest), pause)
            await asyncio.sleep(pause.total_seconds())
            with suppress(TimeoutError):
                async with asyncio.timeout((idle - pause).total_seconds()):
                    await changed.wait()


async def audit_stock(db: Database) -> None:
    """Audit what changed since the last time, and publish how much is frozen."""
    await audit_changed(db)
    async with db.begin() as tx:
        stock_frozen.set(len(await store.list_freezes(tx)))


def jobs_with(limits: catalog.CatalogSettings) -> tuple[Job[Any], ...]:
    """Return the jobs of the inventory."""

    async def run(db: Database, work: ImportWork) -> None:
        async with db.begin() as tx:
            file = await store.find_import(tx, work.import_id, lock=True)
            if file is None or not file.is_under_way:
                return
            kept = await store.read_content(tx, file.id)
            await store.save_import_state(tx, file.id, ImportState.RUNNING)
        try:
            await _import_file(db, file, kept, limits, work.reason)
        except (UnreadableSpreadsheet, ImportRefused, StockTooLow, Invalid) as refusal:
            log.info("import_refused", import_id=str(file.id), code=refusal.code)
            async with db.begin() as tx:
                await store.save_import_state(tx, file.id, ImportState.REFUSED)

    return (Job(IMPORT_JOB, ImportWork, run),)


async def _import_file(
    db: Database, file: ImportFile, kept: KeptSheet, limits: catalog.CatalogSettings, reason: str
) -> None:
    """Import the whole file in one transaction; how far it is, is told beside it."""
    sheet = await catalog.reopen_spreadsheet(kept, limits)
    await _report_step(db, file, 1)
    async with db.begin() as tx:
        checked = await preview_import(tx, file.shop_id, sheet, file.choice)
        if file.seen and file.seen != checked.mark:
            raise ImportRefused
        await _report_step(db, file, 2)
        by = ImportedBy(file.actor_id, reason, file.id, limits.import_max_photos)
        await import_products(tx, file.shop_id, checked.preview, checked.rule, by)
        is_mine = await store.save_done(
            tx,
            file.id,
            step=STEPS,
            new_rows=checked.preview.count(Change.NEW),
            changed_rows=checked.preview.count(Change.CHANGED),
        )
        if not is_mine:  # another worker was faster, after this one had been taken for dead
            raise ImportRefused


async def _report_step(db: Database, file: ImportFile, step: int) -> None:
    async with db.begin() as tx:
        await store.save_import_state(tx, file.id, ImportState.RUNNING, step=step)
