"""Many products at once, as a file has them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from etalase.commerce.catalog import _store as store
from etalase.commerce.catalog._errors import ImportRefused
from etalase.commerce.catalog._events import ProductChanged
from etalase.commerce.catalog._model import (
    MAX_PHOTOS,
    Imported,
    ImportPreview,
    ProductDetails,
    ProductId,
    ProductView,
    VariantId,
    details_of,
    plan,
)
from etalase.kernel.ids import new_id
from etalase.platform import jobs, outbox
from etalase.platform.db import Tx

PHOTO_JOB = "catalog.fetch_photos"
KEPT = timedelta(days=7)


class PhotoWork(msgspec.Struct, frozen=True):
    """The import whose photos are to be fetched."""

    import_id: UUID


async def import_products(
    tx: Tx, shop_id: UUID, checked: ImportPreview, *, import_id: UUID, max_photos: int
) -> Imported:
    """Do what the preview showed, or raise `ImportRefused` if a row is wrong or the shop changed since.

    Photos that the file names are fetched by a job afterwards, at most `most_photos`.
    """
    if not checked.can_be_imported:
        raise ImportRefused
    taken = await store.lock_codes(tx, shop_id)
    existing = await store.list_all_products(tx, shop_id)
    planned = plan(checked, existing)
    if any(taken.get(details.code) != product_id for product_id, details in planned.changed):
        raise ImportRefused
    added = [_with_ids(ProductId(new_id()), details) for details in planned.added]
    changed = [_with_ids(product_id, details) for product_id, details in planned.changed]
    await store.lock_products(tx, [product_id for product_id, _, _ in changed])
    await store.add_products(tx, shop_id, added)
    await store.change_products(tx, changed)
    await outbox.publish(
        tx,
        *(ProductChanged(shop_id=shop_id, product_id=product_id) for product_id, _, _ in changed),
    )
    imported = _imported([*added, *changed], existing)
    wanted = [
        (imported.products[row.code], address)
        for row in checked.rows
        for address in list(dict.fromkeys(row.photos))[:MAX_PHOTOS]
    ][:max_photos]
    if wanted:
        await store.add_downloads(tx, shop_id, import_id, wanted)
        await jobs.enqueue(tx, PHOTO_JOB, PhotoWork(import_id), key=f"photos/{import_id}")
    return imported


async def forget_downloads(tx: Tx) -> None:
    """Delete what is known of photos that were fetched a week ago."""
    await store.forget_downloads(tx, tx.clock.now() - KEPT)


def _with_ids(product_id: ProductId, details: ProductDetails) -> store.Writing:
    return product_id, details, [variant.id or VariantId(new_id()) for variant in details.variants]


def _imported(written: Sequence[store.Writing], existing: Sequence[ProductView]) -> Imported:
    """Return where everything is now, by code and option."""
    products = {product.code: product.id for product in existing}
    variants = {
        (product.code, details_of(variant).option): variant.id
        for product in existing
        for variant in product.variants
    }
    for product_id, details, ids in written:
        products[details.code] = product_id
        variants |= {
            (details.code, variant.option): id_ for variant, id_ in zip(details.variants, ids, strict=True)
        }
    return Imported(products, variants)
