"""Builders of stock and of requests for it."""

from uuid import UUID

from etalase.commerce import inventory
from etalase.commerce.catalog import ProductView, VariantId
from etalase.commerce.inventory import HoldRequest
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.kernel.sources import Venue
from etalase.platform.db import Database, Tx
from tests.make import catalog as make_catalog
from tests.make import shops as make_shops


async def stocked_product(tx: Tx, units: int = 5, *, shop_id: UUID | None = None) -> ProductView:
    """Add a product, in a shop of its own unless one is named, with units of each variant."""
    owner_shop = shop_id or (await make_shops.shop(tx)).id
    product = await make_catalog.product(tx, owner_shop)
    for variant in product.variants:
        if units:
            await inventory.receive(tx, variant.id, units)
    return product


async def stocked_variant(db: Database, units: int = 5) -> VariantId:
    """Commit a product and return its first variant."""
    async with db.begin() as tx:
        return (await stocked_product(tx, units)).variants[0].id


def hold_request(
    variant_id: UUID,
    quantity: int = 1,
    *,
    holder: str | None = None,
    key: str | None = None,
    seen_price: int | None = None,
) -> HoldRequest:
    """Return a buyer's request; every one of another buyer unless one is named."""
    return HoldRequest(
        holder=holder or f"cart:{new_id()}",
        variant_id=VariantId(variant_id),
        quantity=quantity,
        idempotency_key=key or str(new_id()),
        venue=Venue.SHOP,
        seen_price=None if seen_price is None else Money(seen_price),
    )
