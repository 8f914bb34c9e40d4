"""What pages, the API, orders and the audit ask about stock."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.catalog import Change, ImportPreview, ImportRow, VariantId
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._model import Difference, Hold, MovementView, Stock
from etalase.kernel.errors import FieldProblem
from etalase.platform.db import Tx


async def available(tx: Tx, variant_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many units of each variant can be held; 0 for one that was never stocked."""
    wanted = list(variant_ids)
    found = await store.find_stock(tx, wanted)
    return {id_: found[id_].available if id_ in found else 0 for id_ in wanted}


async def stock_of(tx: Tx, variant_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    """Return the stock of those variants that were ever stocked."""
    return await store.find_stock(tx, variant_ids)


async def get_holds(tx: Tx, hold_ids: Iterable[UUID]) -> dict[UUID, Hold]:
    """Return the holds of these ids, whatever became of them."""
    return await store.find_holds(tx, hold_ids)


async def count_held(tx: Tx, shop_id: UUID, hold_ids: Sequence[UUID]) -> int:
    """Return how many units of the shop's stock these holds keep now."""
    return await store.count_active(tx, shop_id, hold_ids)


async def list_holds(tx: Tx, holder: str) -> list[Hold]:
    """Return what the holder holds and has not ordered, the oldest first."""
    return await store.list_holds(tx, holder)


async def list_movements(
    tx: Tx, variant_ids: Sequence[UUID], *, before: int | None = None, limit: int = 50
) -> list[MovementView]:
    """Return the movements of these variants, the newest first, those before the id `before`."""
    return await store.list_movements(tx, variant_ids, before=before, limit=limit)


async def recount(tx: Tx) -> list[Difference]:
    """Add up all movements and all active holds; return every figure of the stock that does not agree."""
    return await store.recount(tx)


async def preview_import(tx: Tx, shop_id: UUID, content: bytes) -> ImportPreview:
    """Read a CSV file as the catalog does, and check its counted units against what is held for buyers."""
    preview = await catalog.preview_import(tx, shop_id, content)
    known = [row.variant.id for row in preview.rows if row.variant.id is not None]
    stock = await store.find_stock(tx, known)
    return ImportPreview(
        tuple(_with_stock(row, stock.get(row.variant.id) if row.variant.id else None) for row in preview.rows)
    )


async def export_products(tx: Tx, shop_id: UUID) -> bytes:
    """Return the shop's products and their units on hand as a CSV file that an import reads back."""
    products = await catalog.list_products(tx, shop_id, limit=100_000)
    stock = await store.find_stock(tx, [variant.id for one in products for variant in one.variants])
    return await catalog.export_products(
        tx, shop_id, {VariantId(id_): one.on_hand for id_, one in stock.items()}
    )


def _with_stock(row: ImportRow, stock: Stock | None) -> ImportRow:
    """Refuse a count below what is held; a count that differs makes the row a change."""
    if row.stock is None:
        return row
    held, on_hand = (stock.held, stock.on_hand) if stock else (0, 0)
    if row.stock < held:
        return replace(row, problems=(*row.problems, FieldProblem("stock", "less_than_held", held)))
    if row.change is Change.SAME and row.stock != on_hand:
        return replace(row, change=Change.CHANGED)
    return row
