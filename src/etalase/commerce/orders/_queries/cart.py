"""What a buyer holds, read through the faces of inventory, catalog, shops and shipping."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from etalase.commerce import catalog, inventory, shipping, shops
from etalase.commerce.catalog import VariantId, VariantView
from etalase.commerce.inventory import Hold
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import CartLine, CartView, ContactDraft, OrderLine, ShopCart
from etalase.commerce.shops import ShopView
from etalase.kernel.discounts import discounts_of_line
from etalase.platform.db import Tx


async def get_cart(tx: Tx, holders: Sequence[str]) -> CartView:
    """Return what is held for a buyer, by shop in the order of the first hold."""
    (cart,) = await get_carts(tx, [holders])
    return cart


async def get_carts(tx: Tx, buyers: Sequence[Sequence[str]]) -> list[CartView]:
    """Return what is held for each buyer, as `get_cart` does for one."""
    held = await inventory.list_carts(tx, {holder for holders in buyers for holder in holders})
    return await make_carts(tx, buyers, held)


async def make_carts(tx: Tx, buyers: Sequence[Sequence[str]], held: Sequence[Hold]) -> list[CartView]:
    """Return the carts of these buyers, made of what is held now: `held` has it all, by id."""
    now = tx.clock.now()
    live = [hold for hold in held if hold.expires_at > now]
    variants = await catalog.get_variants(tx, {VariantId(hold.variant_id) for hold in live}) if live else {}
    known = await shops.get_shops(tx, {variant.shop_id for variant in variants.values()})
    by_holder: dict[str, list[Hold]] = {}
    for hold in live:
        by_holder.setdefault(hold.holder, []).append(hold)
    carts = []
    for holders in buyers:
        theirs = [hold for holder in dict.fromkeys(holders) for hold in by_holder.get(holder, ())]
        carts.append(make_cart(sorted(theirs, key=lambda hold: hold.id), variants, known))
    return carts


def make_cart(
    holds: Sequence[Hold], variants: Mapping[VariantId, VariantView], known: Mapping[UUID, ShopView]
) -> CartView:
    """Put what is held under the shops that sell it."""
    by_shop: dict[UUID, list[CartLine]] = {}
    for hold in holds:
        variant = variants[VariantId(hold.variant_id)]
        line = CartLine(make_line(variant, hold), hold.expires_at, hold.source)
        by_shop.setdefault(variant.shop_id, []).append(line)
    return CartView(
        tuple(
            ShopCart(
                shop_id,
                known[shop_id].slug,
                known[shop_id].name,
                tuple(lines),
                known[shop_id].offers_vouchers,
                known[shop_id].shipping_discount,
                known[shop_id].offers_bundles,
            )
            for shop_id, lines in by_shop.items()
        )
    )


def make_line(variant: VariantView, hold: Hold) -> OrderLine:
    """Return an order's line: as the article is called now, at the price at which it was held."""
    return OrderLine(
        variant_id=variant.id,
        product_id=variant.product_id,
        hold_id=hold.id,
        title=variant.title,
        label=variant.label,
        code=variant.code,
        sku=variant.sku,
        unit_price=hold.unit_price,
        quantity=hold.quantity,
        weight_grams=variant.weight_grams,
        photo_key=variant.photo_key,
        discounts=discounts_of_line(hold.list_price, hold.unit_price, hold.quantity, hold.allotment_id),
    )


async def find_remembered_contact(tx: Tx, holders: Sequence[str]) -> ContactDraft | None:
    """Return the address that the buyer asked to be kept."""
    found = await store.find_remembered(tx, holders)
    if found is None:
        return None
    draft, place_code = found
    return replace(draft, place=shipping.gazetteer().find_place(place_code))
