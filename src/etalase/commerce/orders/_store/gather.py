"""A buyer's cart and its totals, read through the faces of inventory, catalog, shops and shipping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from etalase.commerce import catalog, inventory, shipping, shops
from etalase.commerce.catalog import VariantId, VariantView
from etalase.commerce.inventory import Hold
from etalase.commerce.orders._model import (
    CartLine,
    CartView,
    Choice,
    DeliveryAddress,
    DeliveryPlace,
    Order,
    OrderLine,
    ParcelCandidate,
    ShopCart,
    ShopTotal,
    extra_shipping,
    kept_shipping,
    open_parcel,
)
from etalase.commerce.orders._store.orders import select_by_holder
from etalase.commerce.shipping import Quote
from etalase.platform.db import Tx


@dataclass(frozen=True, slots=True)
class Priced:
    """A shop's cart with what it comes to, the services offered, and the parcel that it would join."""

    cart: ShopCart
    quotes: tuple[Quote, ...]
    service: str | None
    carriers: tuple[Order, ...]
    total: ShopTotal


async def read_cart(tx: Tx, holders: Sequence[str]) -> CartView:
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


async def price_cart(
    tx: Tx,
    cart: ShopCart,
    holders: Sequence[str],
    *,
    place: DeliveryPlace | None,
    address: DeliveryAddress | None,
    choice: Choice | None,
    window: timedelta,
) -> Priced:
    """Return what a shop's cart comes to; the service that was chosen, or else the cheapest."""
    quotes = tuple(await quote(tx, cart.shop_id, place, cart.weight_grams))
    service = next((quote.service for quote in quotes if choice and quote.service == choice.service), None)
    if service is None and quotes:
        service = quotes[0].service
    earlier: list[Order] = []
    carriers: tuple[Order, ...] = ()
    if place and address and service and cart.show_code:
        earlier = await select_by_holder(tx, cart.shop_id, holders, cart.show_code)
        newcomer = ParcelCandidate(cart.show_code, address, place.code, service)
        carriers = open_parcel(earlier, newcomer, tx.clock.now(), window)
    amount = next((quote.amount for quote in quotes if quote.service == service), None)
    if carriers and place:
        weight = cart.weight_grams + sum(order.weight_grams for order in carriers)
        whole = {one.service: one.amount for one in await quote(tx, cart.shop_id, place, weight)}
        parcel = [order for order in earlier if order.parcel_id == carriers[0].parcel_id]
        amount = extra_shipping(whole[service or ""], carriers, kept=kept_shipping(parcel))
    return Priced(
        cart, quotes, service, carriers, ShopTotal(cart.shop_id, cart.goods, amount, bool(carriers))
    )


async def quote(tx: Tx, shop_id: UUID, place: DeliveryPlace | None, weight_grams: int) -> list[Quote]:
    """Return what the shop asks for the way to the place; nothing while there is no place."""
    known = shipping.gazetteer().find_place(place.code) if place else None
    return await shipping.quote(tx, shop_id, known, weight_grams) if known else []


async def price_carts(
    tx: Tx,
    cart: CartView,
    holders: Sequence[str],
    *,
    place: DeliveryPlace | None,
    address: DeliveryAddress | None,
    choices: Mapping[UUID, Choice],
    window: timedelta,
) -> list[Priced]:
    """Return what each shop's cart comes to."""
    return [
        await price_cart(
            tx, part, holders, place=place, address=address, choice=choices.get(part.shop_id), window=window
        )
        for part in cart.shops
    ]
