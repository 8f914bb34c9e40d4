"""What a shop does with its bundles."""

from dataclasses import replace
from uuid import UUID

from etalase.commerce import catalog, shops
from etalase.commerce.bundles import _store as store
from etalase.commerce.bundles._model import Bundle, BundleDraft, check_bundle, stopped
from etalase.commerce.bundles._queries import get_bundle_of
from etalase.commerce.catalog import ProductId
from etalase.commerce.shops import ShopId
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Tx


async def make_bundle(tx: Tx, shop_id: UUID, draft: BundleDraft, *, actor_id: UUID) -> Bundle:
    """Make a bundle, which begins now or later. Raises `Invalid`, also for what the shop does not sell."""
    bundle = check_bundle(draft, shop_id=shop_id, actor_id=actor_id, now=tx.clock.now())
    await _require_products(tx, shop_id, draft)
    await shops.offer_bundles(tx, ShopId(shop_id))
    await store.add_bundle(tx, bundle)
    return bundle


async def stop_bundle(tx: Tx, shop_id: UUID, bundle_id: UUID) -> Bundle:
    """End the bundle now; orders that were placed keep it. Twice is once. Raises BundleUnknown."""
    bundle = await get_bundle_of(tx, shop_id, bundle_id)
    ends_at = stopped(bundle, tx.clock.now())
    await store.save_end(tx, bundle_id, ends_at)
    return replace(bundle, ends_at=ends_at)


async def _require_products(tx: Tx, shop_id: UUID, draft: BundleDraft) -> None:
    problems = []
    for place, item in enumerate(draft.items):
        try:
            product = await catalog.get_product_of(tx, shop_id, ProductId(item.product_id))
        except catalog.ProductUnknown:
            problems.append(FieldProblem(f"product-{place}", "unknown"))
            continue
        if product.archived_at is not None:
            problems.append(FieldProblem(f"product-{place}", "unknown"))
    if problems:
        raise Invalid(*problems)
