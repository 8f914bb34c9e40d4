"""Photos that a file names by their addresses, until they are fetched."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from etalase.commerce.catalog._model import Download, ProductId
from etalase.commerce.catalog._store.tables import downloads
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx


async def add_downloads(
    tx: Tx, shop_id: UUID, import_id: UUID, wanted: Sequence[tuple[ProductId, str]]
) -> None:
    """Note the photos in their order."""
    if wanted:
        now = tx.clock.now()
        await tx.execute(
            insert(downloads),
            [
                {
                    "id": new_id(),
                    "shop_id": shop_id,
                    "product_id": product_id,
                    "import_id": import_id,
                    "position": position,
                    "address": address,
                    "state": "waiting",
                    "reason": "",
                    "created_at": now,
                }
                for position, (product_id, address) in enumerate(wanted)
            ],
        )


async def list_downloads(tx: Tx, import_id: UUID) -> list[Download]:
    """Return the photos that a file named, and what became of each."""
    query = select(downloads).where(downloads.c.import_id == import_id).order_by(downloads.c.position)
    return [
        Download(row.id, row.shop_id, ProductId(row.product_id), row.address, row.state, row.reason)
        for row in await tx.execute(query)
    ]


async def save_download(tx: Tx, download_id: UUID, state: str, reason: str = "") -> None:
    """Write what became of it."""
    await tx.execute(
        update(downloads).where(downloads.c.id == download_id).values(state=state, reason=reason)
    )


async def forget_downloads(tx: Tx, before: datetime) -> None:
    """Delete what was noted before the moment."""
    await tx.execute(delete(downloads).where(downloads.c.created_at < before))
