"""What pages, the API and other contexts ask about products."""

import asyncio
from collections.abc import Collection
from uuid import UUID

from etalase.commerce.catalog import _store as store
from etalase.commerce.catalog._errors import ProductUnknown, UnreadableSpreadsheet, VariantUnknown
from etalase.commerce.catalog._model import (
    CatalogSettings,
    ImportPreview,
    KeptSheet,
    ProductId,
    ProductView,
    Sheet,
    VariantId,
    VariantView,
    pack,
    preview,
    read_sheet,
    unpack,
    write_row,
)
from etalase.platform.db import Tx


async def get_product(tx: Tx, product_id: ProductId) -> ProductView:
    """Return the product, archived or not, or raise `ProductUnknown`."""
    product = (await store.get_products(tx, [product_id])).get(product_id)
    if product is None:
        raise ProductUnknown
    return product


async def get_product_of(tx: Tx, shop_id: UUID, product_id: ProductId) -> ProductView:
    """Return the product if this shop has it, or raise `ProductUnknown`."""
    product = await get_product(tx, product_id)
    if product.shop_id != shop_id:
        raise ProductUnknown
    return product


async def get_variant(tx: Tx, variant_id: VariantId) -> VariantView:
    """Return the variant, archived or not, or raise `VariantUnknown`."""
    variant = (await store.get_variants(tx, [variant_id])).get(variant_id)
    if variant is None:
        raise VariantUnknown
    return variant


async def preview_import(
    tx: Tx, shop_id: UUID, sheet: Sheet, confirmed: Collection[str] = ()
) -> ImportPreview:
    """Read a file against the shop's products: what each row would do, or why it can't be taken."""
    existing = await store.list_all_products(tx, shop_id)
    retired = await store.list_retired(tx, shop_id)
    return await asyncio.to_thread(preview, sheet, existing, retired, confirmed)


async def read_spreadsheet(content: bytes, settings: CatalogSettings) -> Sheet:
    """Return the rows of a CSV file, read beside the event loop. Raises UnreadableSpreadsheet."""
    if len(content) > settings.import_max_bytes:
        raise UnreadableSpreadsheet(reason="too_large", limit=settings.import_max_bytes // 1_000_000)
    return await asyncio.to_thread(read_sheet, content, max_rows=settings.import_max_rows)


async def keep_spreadsheet(sheet: Sheet) -> KeptSheet:
    """Return the sheet as it can be stored, until it is looked at again."""
    return await asyncio.to_thread(pack, sheet)


async def reopen_spreadsheet(kept: KeptSheet, settings: CatalogSettings) -> Sheet:
    """Return the sheet that was kept. Raises UnreadableSpreadsheet where another version kept it."""
    return await asyncio.to_thread(unpack, kept, max_rows=settings.import_max_rows)


def export_row(product: ProductView, variant: VariantView, units: int) -> str:
    """Return a variant's line of the file that `read_spreadsheet` reads back as the same."""
    return write_row(
        {
            "code": product.code,
            "title": product.title,
            "description": product.description,
            "size": variant.size,
            "colour": variant.colour,
            "price": str(variant.price.minor),
            "weight_grams": str(variant.weight_grams),
            "sku": variant.sku,
            "stock": str(units),
        }
    )
