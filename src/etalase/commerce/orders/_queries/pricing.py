"""What a buyer's cart comes to: the services offered, and the parcel that an order would join."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from etalase.commerce import shipping
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import (
    CartView,
    Choice,
    ContactDraft,
    DeliveryAddress,
    DeliveryPlace,
    Order,
    OrderSettings,
    ParcelCandidate,
    ShopCart,
    ShopTotal,
    check_contact,
    extra_shipping,
    kept_shipping,
    open_parcel,
)
from etalase.commerce.shipping import Quote
from etalase.kernel.errors import Invalid
from etalase.platform.db import Tx


@dataclass(frozen=True, slots=True)
class Priced:
    """A shop's cart with what it comes to, the services offered, and the parcel that it would join."""

    cart: ShopCart
    quotes: tuple[Quote, ...]
    service: str | None
    carriers: tuple[Order, ...]
    total: ShopTotal


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
        earlier = await store.list_orders_in_show(tx, cart.shop_id, holders, cart.show_code)
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


async def price_checkout(
    tx: Tx,
    cart: CartView,
    holders: Sequence[str],
    draft: ContactDraft,
    choices: Sequence[Choice],
    settings: OrderSettings,
) -> list[Priced]:
    """Return what each shop's part comes to, as far as the place is known.

    A parcel is joined only once the whole address is there: it must be the same.
    """
    try:
        address = check_contact(draft).address
    except Invalid:
        address = None
    return await price_carts(
        tx,
        cart,
        holders,
        place=draft.place,
        address=address,
        choices={choice.shop_id: choice for choice in choices},
        window=settings.parcel_window,
    )
