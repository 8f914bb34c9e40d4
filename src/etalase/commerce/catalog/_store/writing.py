"""Writes products, variants and photos; the product's row is locked before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from etalase.commerce.catalog._model import Photo, ProductDetails, ProductId, VariantDetails
from etalase.commerce.catalog._store.prices import note_prices
from etalase.commerce.catalog._store.tables import photos, products, variants
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx


async def add_product(tx: Tx, product_id: ProductId, shop_id: UUID, details: ProductDetails) -> None:
    """Insert the product behind the shop's others."""
    last = select(func.coalesce(func.max(products.c.position), 0) + 1).where(products.c.shop_id == shop_id)
    await tx.execute(
        insert(products).values(position=last.scalar_subquery()),
        {
            "id": product_id,
            "shop_id": shop_id,
            "title": details.title,
            "description": details.description,
            "code": details.code,
            "created_at": tx.clock.now(),
        },
    )
    await save_variants(tx, product_id, details.variants)


async def save_product(tx: Tx, product_id: ProductId, details: ProductDetails) -> None:
    """Write the product's words and variants."""
    await tx.execute(
        update(products)
        .where(products.c.id == product_id)
        .values(title=details.title, description=details.description, code=details.code)
    )
    await save_variants(tx, product_id, details.variants)


async def save_variants(tx: Tx, product_id: ProductId, wanted: Sequence[VariantDetails]) -> None:
    """Make the product's living variants those wanted.

    All are archived first, so that two can swap sizes; one archived earlier comes back to life when its
    option is wanted again, and keeps its stock.
    """
    query = select(variants).where(variants.c.product_id == product_id)
    rows = (await tx.execute(query.order_by(variants.c.archived_at.desc().nulls_last()))).all()
    ids = {(row.size.casefold(), row.colour.casefold()): row.id for row in rows}
    await tx.execute(
        update(variants)
        .where(variants.c.product_id == product_id, variants.c.archived_at.is_(None))
        .values(archived_at=tx.clock.now())
    )
    taken = {variant.id for variant in wanted if variant.id}
    written = []
    for position, variant in enumerate(wanted, start=1):
        known = variant.id or ids.get(variant.option)
        if known is None or (known in taken and variant.id is None):
            written.append(id_ := new_id())
            await tx.execute(
                insert(variants),
                {"id": id_, "product_id": product_id, **columns_of(variant), "position": position},
            )
        else:
            taken.add(known)
            written.append(known)
            await tx.execute(
                update(variants).where(variants.c.id == known),
                {**columns_of(variant), "position": position, "archived_at": None},
            )
    await note_prices(tx, written)


async def set_archived(tx: Tx, product_id: ProductId, moment: datetime | None) -> None:
    """Archive the product, or with None bring it back."""
    await tx.execute(update(products).where(products.c.id == product_id).values(archived_at=moment))


async def place_products(tx: Tx, shop_id: UUID, ids: Sequence[UUID]) -> None:
    """Give these products of the shop the positions that they hold between them, in the given order."""
    taken = select(products.c.position).where(products.c.shop_id == shop_id, products.c.id.in_(ids))
    positions = sorted((await tx.execute(taken.with_for_update())).scalars())
    for product_id, position in zip(ids, positions, strict=True):
        await tx.execute(update(products).where(products.c.id == product_id).values(position=position))


async def add_photo(tx: Tx, product_id: ProductId, photo: Photo) -> None:
    """Insert the photo behind the product's others."""
    last = select(func.coalesce(func.max(photos.c.position), 0) + 1).where(photos.c.product_id == product_id)
    await tx.execute(
        insert(photos).values(position=last.scalar_subquery()),
        {
            "id": photo.id,
            "product_id": product_id,
            "key": photo.key,
            "width": photo.width,
            "height": photo.height,
            "placeholder": photo.placeholder,
            "alt": photo.alt,
        },
    )


async def remove_photo(tx: Tx, photo_id: UUID) -> None:
    """Delete the photo's row."""
    await tx.execute(delete(photos).where(photos.c.id == photo_id))


async def move_photo_first(tx: Tx, product_id: ProductId, photo_id: UUID) -> None:
    """Put the photo before the product's others."""
    first = select(func.min(photos.c.position) - 1).where(photos.c.product_id == product_id)
    await tx.execute(update(photos).where(photos.c.id == photo_id).values(position=first.scalar_subquery()))


def columns_of(variant: VariantDetails) -> dict[str, str | int]:
    """Return the details as columns of `variants`."""
    return {
        "size": variant.size,
        "colour": variant.colour,
        "sku": variant.sku,
        "price_minor": variant.price.minor,
        "currency": variant.price.currency,
        "weight_grams": variant.weight_grams,
    }
