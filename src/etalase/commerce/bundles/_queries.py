"""What shops ask about their bundles, and which apply to carts."""

from collections.abc import Collection
from uuid import UUID

from etalase.commerce.bundles import _store as store
from etalase.commerce.bundles._errors import BundleUnknown
from etalase.commerce.bundles._model import Bundle, BundleBook
from etalase.platform.db import Tx


async def get_bundle_of(tx: Tx, shop_id: UUID, bundle_id: UUID) -> Bundle:
    """Return the bundle if this shop has it, or raise BundleUnknown."""
    found = (await store.get_bundles(tx, [bundle_id])).get(bundle_id)
    if found is None or found.shop_id != shop_id:
        raise BundleUnknown
    return found


async def open_book(tx: Tx, shop_ids: Collection[UUID]) -> BundleBook:
    """Read the bundles of all these shops at once; without shops nothing is read."""
    return BundleBook(await store.list_offered(tx, shop_ids) if shop_ids else ())
