"""Builders of products."""

from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.catalog import ProductDraft, ProductView, VariantDraft
from etalase.platform.db import Tx

SIZES = ("2-3 th", "4-5 th")


def product_draft(
    title: str = "Gaun Bunga Matahari",
    *,
    code: str = "",
    price: str = "89.000",
    sizes: tuple[str, ...] = SIZES,
) -> ProductDraft:
    """Return a dress as a seller typed it, in two sizes."""
    variants = tuple(
        VariantDraft(size=size, colour="kuning", price=price, weight_grams="180") for size in sizes
    )
    return ProductDraft(title=title, description="Katun halus, adem.", code=code, variants=variants)


async def product(
    tx: Tx,
    shop_id: UUID,
    title: str = "Gaun Bunga Matahari",
    *,
    code: str = "",
    price: str = "89.000",
    sizes: tuple[str, ...] = SIZES,
) -> ProductView:
    """Add a dress to a shop."""
    return await catalog.create_product(
        tx, shop_id, product_draft(title, code=code, price=price, sizes=sizes)
    )
