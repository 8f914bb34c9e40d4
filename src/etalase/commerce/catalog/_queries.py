"""What pages, the API and other contexts ask about products."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from etalase.commerce.catalog import _store as store
from etalase.commerce.catalog._errors import ProductUnknown, VariantUnknown
from etalase.commerce.catalog._model import (
    ImportPreview,
    ProductId,
    ProductView,
    VariantId,
    VariantView,
    preview,
    read_sheet,
    write_sheet,
)
from etalase.platform.db import Tx


async def get_product(tx: Tx, product_id: ProductId) -> ProductView:
    """Return the product, archived or not, or raise `ProductUnknown`."""
    product = (await store.find_products(tx, [product_id])).get(product_id)
    if product is None:
        raise ProductUnknown
    return product


async def get_product_of(tx: Tx, shop_id: UUID, product_id: ProductId) -> ProductView:
    """Return the product if this shop has it, or raise `ProductUnknown`."""
    product = await get_product(tx, product_id)
    if product.shop_id != shop_id:
        raise ProductUnknown
    return product


async def get_products(tx: Tx, ids: Iterable[ProductId]) -> dict[ProductId, ProductView]:
    """Return those products that exist, archived or not."""
    return await store.find_products(tx, ids)


async def list_products(
    tx: Tx,
    shop_id: UUID,
    *,
    archived: bool = False,
    search: str = "",
    after: tuple[int, UUID] | None = None,
    limit: int = 50,
) -> list[ProductView]:
    """Return the shop's products in its order, those after the position and id of `after`."""
    return await store.list_products(tx, shop_id, archived=archived, search=search, after=after, limit=limit)


async def list_newest(tx: Tx, *, limit: int) -> list[tuple[UUID, ProductId]]:
    """Return the shop and the id of each product that is offered, the newest first."""
    return await store.list_newest(tx, limit)


async def get_variants(tx: Tx, ids: Iterable[VariantId]) -> dict[VariantId, VariantView]:
    """Return those variants that exist; `for_sale` tells which may still be bought."""
    return await store.find_variants(tx, ids)


async def get_variant(tx: Tx, variant_id: VariantId) -> VariantView:
    """Return the variant, archived or not, or raise `VariantUnknown`."""
    variant = (await store.find_variants(tx, [variant_id])).get(variant_id)
    if variant is None:
        raise VariantUnknown
    return variant


async def preview_import(tx: Tx, shop_id: UUID, content: bytes) -> ImportPreview:
    """Read a CSV file against the shop's products: what each row would do, or why it can't be taken."""
    return preview(read_sheet(content), await store.list_all_products(tx, shop_id))


async def export_products(tx: Tx, shop_id: UUID, stock: Mapping[VariantId, int]) -> bytes:
    """Return the shop's products as a CSV file that `preview_import` reads back as the same."""
    return write_sheet(
        {
            "code": product.code,
            "title": product.title,
            "description": product.description,
            "size": variant.size,
            "colour": variant.colour,
            "price": str(variant.price.minor),
            "weight_grams": str(variant.weight_grams),
            "sku": variant.sku,
            "stock": str(stock.get(variant.id, 0)),
        }
        for product in await store.list_all_products(tx, shop_id)
        for variant in product.variants
    )
