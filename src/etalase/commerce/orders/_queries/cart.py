"""What a buyer holds, read through the faces of inventory, catalog, shops and shipping."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from etalase.commerce import catalog, inventory, shipping, shops
from etalase.commerce.catalog import VariantId, VariantView
from etalase.commerce.inventory import Hold
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import CartLine, CartView, ContactDraft, OrderLine, ShopCart
from etalase.platform.db import Tx


async def get_cart(tx: Tx, holders: Sequence[str]) -> CartView:
    """Return what is held for a buyer, by shop in the order of the first hold."""
    now = tx.clock.now()
    holds = [
        hold
        for holder in dict.fromkeys(holders)
        for hold in await inventory.list_holds(tx, holder)
        if hold.expires_at > now
    ]
    variants = await catalog.get_variants(tx, [VariantId(hold.variant_id) for hold in holds])
    by_shop: dict[UUID, list[CartLine]] = {}
    for hold in sorted(holds, key=lambda hold: hold.id):
        variant = variants[VariantId(hold.variant_id)]
        held = CartLine(make_line(variant, hold), hold.expires_at, hold.source)
        by_shop.setdefault(variant.shop_id, []).append(held)
    return CartView(tuple([await make_cart(tx, shop_id, lines) for shop_id, lines in by_shop.items()]))


async def make_cart(tx: Tx, shop_id: UUID, lines: Sequence[CartLine]) -> ShopCart:
    """Put a shop's name to what is held there."""
    shop = await shops.get_shop(tx, shops.ShopId(shop_id))
    return ShopCart(shop.id, shop.slug, shop.name, tuple(lines))


def make_line(variant: VariantView, hold: Hold) -> OrderLine:
    """Return an order's line as the article is called and priced now."""
    return OrderLine(
        variant_id=variant.id,
        product_id=variant.product_id,
        hold_id=hold.id,
        title=variant.title,
        label=variant.label,
        code=variant.code,
        sku=variant.sku,
        unit_price=variant.price,
        quantity=hold.quantity,
        weight_grams=variant.weight_grams,
        photo_key=variant.photo_key,
    )


async def find_remembered_contact(tx: Tx, holders: Sequence[str]) -> ContactDraft | None:
    """Return the address that the buyer asked to be kept."""
    found = await store.find_remembered(tx, holders)
    if found is None:
        return None
    draft, place_code = found
    return replace(draft, place=shipping.gazetteer().find_place(place_code))
