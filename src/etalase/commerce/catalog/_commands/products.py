"""What is done to products. Who may do it, the caller asks the shops."""

from collections.abc import Sequence
from uuid import UUID

from etalase.commerce.catalog import _store as store
from etalase.commerce.catalog._errors import PhotoUnknown, ProductUnknown, TooManyPhotos
from etalase.commerce.catalog._events import ProductArchived, ProductChanged, ProductRestored
from etalase.commerce.catalog._model import (
    MAX_PHOTOS,
    MAX_TITLE_LENGTH,
    Photo,
    ProductDetails,
    ProductDraft,
    ProductId,
    ProductView,
    check_product,
)
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.platform import outbox
from etalase.platform.db import Tx
from etalase.platform.images import StoredPicture


async def create_product(tx: Tx, shop_id: UUID, draft: ProductDraft) -> ProductView:
    """Offer something new, behind the shop's other products."""
    taken = await store.lock_codes(tx, shop_id)
    return await _create(tx, shop_id, check_product(draft, taken_codes=taken))


async def update_product(tx: Tx, shop_id: UUID, product_id: ProductId, draft: ProductDraft) -> ProductView:
    """Replace the product's details; variants that the draft leaves out are archived."""
    taken = await store.lock_codes(tx, shop_id)
    product = await _lock(tx, shop_id, product_id)
    others = {code for code, owner in taken.items() if owner != product_id}
    given = draft.code.strip() or product.code
    details = check_product(
        ProductDraft(draft.title, draft.description, given, draft.variants), taken_codes=others
    )
    known = {variant.id for variant in product.variants}
    strangers = [n for n, variant in enumerate(details.variants) if variant.id and variant.id not in known]
    if strangers:
        raise Invalid(*(FieldProblem(f"variants.{number}.id", "unknown") for number in strangers))
    return await _save(tx, product, details)


async def archive_product(tx: Tx, shop_id: UUID, product_id: ProductId) -> ProductView:
    """Offer the product no more; its code is free for another. Twice is once."""
    product = await _lock(tx, shop_id, product_id)
    if product.archived_at is None:
        await store.set_archived(tx, product_id, tx.clock.now())
        await outbox.publish(tx, ProductArchived(shop_id=shop_id, product_id=product_id))
    return product


async def restore_product(tx: Tx, shop_id: UUID, product_id: ProductId) -> ProductView:
    """Offer an archived product again; refuse while another has taken its code."""
    taken = await store.lock_codes(tx, shop_id)
    product = await _lock(tx, shop_id, product_id)
    if product.archived_at is not None:
        if product.code in taken:
            raise Invalid(FieldProblem("code", "taken"))
        await store.set_archived(tx, product_id, None)
        await outbox.publish(tx, ProductRestored(shop_id=shop_id, product_id=product_id))
    return product


async def reorder_products(tx: Tx, shop_id: UUID, ids: Sequence[ProductId]) -> None:
    """Show these products in this order, in the places that they hold between them."""
    if len(set(ids)) != len(ids):
        raise Invalid(FieldProblem("products", "doubled"))
    known = await store.get_products(tx, ids)
    if any(id_ not in known or known[id_].shop_id != shop_id for id_ in ids):
        raise ProductUnknown
    await store.place_products(tx, shop_id, ids)
    await outbox.publish(tx, *(ProductChanged(shop_id=shop_id, product_id=id_) for id_ in ids))


async def add_photo(
    tx: Tx, shop_id: UUID, product_id: ProductId, picture: StoredPicture, alt: str = ""
) -> Photo:
    """Show a stored picture behind the product's other photos. The caller forgets its files when refused."""
    product = await _lock(tx, shop_id, product_id)
    if len(product.photos) >= MAX_PHOTOS:
        raise TooManyPhotos(limit=MAX_PHOTOS)
    fields = Fields()
    words = fields.line("alt", alt, max_length=MAX_TITLE_LENGTH, required=False)
    fields.settle()
    photo = Photo(
        new_id(), picture.key, picture.width, picture.height, picture.placeholder, words or product.title
    )
    await store.add_photo(tx, product_id, photo)
    await _publish_changed(tx, product)
    return photo


async def remove_photo(tx: Tx, shop_id: UUID, product_id: ProductId, photo_id: UUID) -> Photo:
    """Take the photo off the product and return it; the caller deletes its files after the commit."""
    product = await _lock(tx, shop_id, product_id)
    photo = next((photo for photo in product.photos if photo.id == photo_id), None)
    if photo is None:
        raise PhotoUnknown
    await store.remove_photo(tx, photo_id)
    await _publish_changed(tx, product)
    return photo


async def lead_with_photo(tx: Tx, shop_id: UUID, product_id: ProductId, photo_id: UUID) -> None:
    """Show this photo first."""
    product = await _lock(tx, shop_id, product_id)
    if photo_id not in {photo.id for photo in product.photos}:
        raise PhotoUnknown
    await store.move_photo_first(tx, product_id, photo_id)
    await _publish_changed(tx, product)


async def _create(tx: Tx, shop_id: UUID, details: ProductDetails) -> ProductView:
    product_id = ProductId(new_id())
    await store.add_product(tx, product_id, shop_id, details)
    return (await store.get_products(tx, [product_id]))[product_id]


async def _save(tx: Tx, product: ProductView, details: ProductDetails) -> ProductView:
    await store.save_product(tx, product.id, details)
    await _publish_changed(tx, product)
    return (await store.get_products(tx, [product.id]))[product.id]


async def _lock(tx: Tx, shop_id: UUID, product_id: ProductId) -> ProductView:
    product = await store.lock_product(tx, product_id)
    if product is None or product.shop_id != shop_id:
        raise ProductUnknown
    return product


async def _publish_changed(tx: Tx, product: ProductView) -> None:
    await outbox.publish(tx, ProductChanged(shop_id=product.shop_id, product_id=product.id))
