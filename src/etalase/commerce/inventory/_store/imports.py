"""Files that wait to be imported, in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from etalase.commerce.catalog import KeptSheet
from etalase.commerce.inventory._model import ImportChoice, ImportFile, ImportState, StockMode
from etalase.commerce.inventory._store.tables import imports
from etalase.platform.db import Tx

_ALL_BUT_CONTENT = [column for column in imports.c if column.name != "content"]


async def add_import(tx: Tx, file: ImportFile, kept: KeptSheet) -> None:
    """Keep the file with its rows."""
    await tx.execute(
        insert(imports),
        {
            "id": file.id,
            "shop_id": file.shop_id,
            "actor_id": file.actor_id,
            "filename": file.filename,
            "content": kept.content,
            "is_read": kept.is_read,
            "confirmed": [],
            "seen": "",
            "state": file.state,
            "step": 0,
            "new_rows": 0,
            "changed_rows": 0,
            "created_at": file.created_at,
        },
    )


async def find_import(tx: Tx, import_id: UUID, *, lock: bool = False) -> ImportFile | None:
    """Return the file without its content; with `lock` whoever else decides about it waits."""
    query = select(*_ALL_BUT_CONTENT).where(imports.c.id == import_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return _file(row) if row else None


async def read_content(tx: Tx, import_id: UUID) -> KeptSheet:
    """Return the rows of the file."""
    query = select(imports.c.content, imports.c.is_read).where(imports.c.id == import_id)
    row = (await tx.execute(query)).one()
    return KeptSheet(bytes(row.content), row.is_read)


async def save_choice(tx: Tx, import_id: UUID, choice: ImportChoice) -> None:
    """Write what was decided."""
    await tx.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(stock=choice.stock, counted_at=choice.counted_at, confirmed=sorted(choice.confirmed))
    )


async def save_start(tx: Tx, import_id: UUID, seen: str) -> None:
    """Hand the import to a job, with the mark of what whoever started it has seen."""
    await tx.execute(
        update(imports).where(imports.c.id == import_id).values(state=ImportState.QUEUED, step=0, seen=seen)
    )


async def save_state(tx: Tx, import_id: UUID, state: ImportState, *, step: int = 0) -> None:
    """Write how far the import is; one that is done stays so."""
    await tx.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.state != ImportState.DONE)
        .values(state=state, step=step)
    )


async def save_done(tx: Tx, import_id: UUID, *, step: int, new_rows: int, changed_rows: int) -> bool:
    """Write that it is done; False where another has done it before."""
    done = await tx.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.state == ImportState.RUNNING)
        .values(state=ImportState.DONE, step=step, new_rows=new_rows, changed_rows=changed_rows)
    )
    return done.rowcount == 1


async def forget_imports(tx: Tx, before: datetime) -> None:
    """Delete the files that came before the moment and are not in hand."""
    at_rest = imports.c.state.not_in([ImportState.QUEUED, ImportState.RUNNING])
    await tx.execute(delete(imports).where(imports.c.created_at < before, at_rest))


def _file(row: Row[Any]) -> ImportFile:
    stock = StockMode(row.stock) if row.stock else None
    return ImportFile(
        id=row.id,
        shop_id=row.shop_id,
        actor_id=row.actor_id,
        filename=row.filename,
        choice=ImportChoice(stock, row.counted_at, frozenset(row.confirmed)),
        seen=row.seen,
        state=ImportState(row.state),
        step=row.step,
        new_rows=row.new_rows,
        changed_rows=row.changed_rows,
        created_at=row.created_at,
    )
