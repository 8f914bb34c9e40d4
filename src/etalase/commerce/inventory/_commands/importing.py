"""A file of products on its way: sent, looked at, decided about, and handed to a job."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec

from etalase.commerce.catalog import KeptSheet
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._errors import ImportUnknown
from etalase.commerce.inventory._model import ImportChoice, ImportFile, ImportState
from etalase.kernel.ids import new_id
from etalase.platform import jobs
from etalase.platform.db import Tx

IMPORT_JOB = "inventory.import"
MAX_FILENAME_LENGTH = 200
KEPT = timedelta(days=7)


class ImportWork(msgspec.Struct, frozen=True):
    """The import that a job is to run, and the reason that stands at its movements."""

    import_id: UUID
    reason: str


async def open_import(tx: Tx, shop_id: UUID, kept: KeptSheet, *, filename: str, actor_id: UUID) -> ImportFile:
    """Keep the rows of a file, to be looked at and decided about."""
    file = ImportFile(
        id=new_id(),
        shop_id=shop_id,
        actor_id=actor_id,
        filename="".join(filter(str.isprintable, filename))[:MAX_FILENAME_LENGTH],
        choice=ImportChoice(),
        seen="",
        state=ImportState.OPEN,
        step=0,
        new_rows=0,
        changed_rows=0,
        created_at=tx.clock.now(),
    )
    await store.add_import(tx, file, kept)
    return file


async def decide_import(tx: Tx, shop_id: UUID, import_id: UUID, choice: ImportChoice) -> None:
    """Note how the file is to be taken. Once a job has it in hand, nothing changes any more."""
    file = await _lock(tx, shop_id, import_id)
    if file.state in {ImportState.OPEN, ImportState.REFUSED}:
        await store.save_choice(tx, import_id, choice)
        await store.save_import_state(tx, import_id, ImportState.OPEN)


async def start_import(tx: Tx, shop_id: UUID, import_id: UUID, *, seen: str, reason: str) -> ImportFile:
    """Have the file imported by a job after the commit; twice is once.

    `seen` is the mark of the preview that was agreed to: if something else would be done, nothing is.
    `reason` stands at the movements.
    """
    file = await _lock(tx, shop_id, import_id)
    if file.state not in {ImportState.OPEN, ImportState.REFUSED}:
        return file
    await store.save_start(tx, import_id, seen)
    await jobs.enqueue(tx, IMPORT_JOB, ImportWork(import_id, reason), key=f"import/{import_id}")
    return replace(file, state=ImportState.QUEUED)


async def forget_imports(tx: Tx) -> None:
    """Delete files that came a week ago."""
    await store.forget_imports(tx, tx.clock.now() - KEPT)


async def _lock(tx: Tx, shop_id: UUID, import_id: UUID) -> ImportFile:
    file = await store.find_import(tx, import_id, lock=True)
    if file is None or file.shop_id != shop_id:
        raise ImportUnknown
    return file
