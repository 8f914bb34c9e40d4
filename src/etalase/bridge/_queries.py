"""What a shop's window shows of it, read on the commerce plane."""

from uuid import UUID

from etalase.commerce import catalog, inventory, shops
from etalase.platform.db import Tx
from etalase.social.rooms import OfferCard, OfferVariant

MAX_OFFERS = 500


async def list_offer_cards(tx: Tx, shop_id: UUID, shop_url: str) -> tuple[OfferCard, ...]:
    """Return a card for each product that the shop offers; none for a shop that is not there.

    `shop_url` is the public address of the commerce plane, empty when both planes share one.
    """
    try:
        shop = await shops.get_shop(tx, shops.ShopId(shop_id))
    except shops.ShopUnknown:
        return ()
    products = await catalog.list_products(tx, shop_id, limit=MAX_OFFERS)
    variant_ids = [variant.id for product in products for variant in product.variants]
    stock = await inventory.available(tx, variant_ids)
    return tuple(
        OfferCard(
            product_id=product.id,
            shop_slug=shop.slug,
            title=product.title,
            code=product.code,
            photo_url=f"{shop_url}/files/{product.photos[0].key}" if product.photos else None,
            url=f"{shop_url}/shop/{shop.slug}/p/{product.id}",
            variants=tuple(
                OfferVariant(variant.id, variant.label, variant.price.minor, stock.get(variant.id, 0))
                for variant in product.variants
                if variant.for_sale
            ),
        )
        for product in products
    )
