"""Holding, and what is held."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._auth import caller, signed_in
from etalase.api.orders._shapes import (
    Cart,
    HoldBody,
    HoldItem,
    IdempotencyKey,
    PlaceItem,
    show_cart,
)
from etalase.commerce import inventory, orders, payments, shipping
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import HoldDesk, HoldRequest
from etalase.commerce.orders import ContactDraft
from etalase.platform.db import Database

PlaceQuery = Annotated[
    str | None,
    QueryParameter(name="place_code", max_length=6, description="Price shipping to this place."),
]
Words = Annotated[
    str,
    QueryParameter(
        name="q", max_length=100, description="Words or a postcode, such as `beji depok` or `16421`."
    ),
]


def holder_of(request: Request[Any, Any, Any]) -> str:
    """Return under which name units are held for the caller."""
    return orders.holder_of_account(caller(request).account_id)


@post(
    "/api/v1/holds",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=["Buying"],
    summary="Hold units",
)
async def hold_units(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    hold_desk: NamedDependency[HoldDesk],
    data: JSONBody[HoldBody],
    idempotency_key: IdempotencyKey,
) -> HoldItem:
    """Keep units for the account for some minutes, or be told that they are sold out."""
    held = await hold_desk.hold(
        HoldRequest(holder_of(request), VariantId(data.variant_id), data.quantity, idempotency_key)
    )
    if data.show:
        async with db.begin() as tx:
            await orders.note_show(tx, held.id, data.show)
    return HoldItem(held.id, held.variant_id, held.quantity, held.expires_at)


@delete(
    "/api/v1/holds/{hold_id:uuid}",
    guards=[signed_in],
    status_code=HTTP_204_NO_CONTENT,
    tags=["Buying"],
    summary="Release a hold",
)
async def release_hold(
    request: Request[Any, Any, Any], db: NamedDependency[Database], hold_id: FromPath[UUID]
) -> None:
    """Give held units back; a hold that is not the account's, or has ended, is left as it is."""
    async with db.begin() as tx:
        mine = {held.id for held in await inventory.list_holds(tx, holder_of(request))}
        await inventory.release(tx, mine & {hold_id})


@get("/api/v1/cart", guards=[signed_in], tags=["Buying"], summary="Show the cart")
async def read_cart(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_settings: NamedDependency[orders.Settings],
    payment_settings: NamedDependency[payments.Settings],
    place_code: PlaceQuery = None,
) -> Cart:
    """Show everything that is held for the account, what shipping to a place costs, and the ways to pay."""
    holders = [holder_of(request)]
    draft = ContactDraft(place=shipping.gazetteer().find_place(place_code) if place_code else None)
    async with db.begin() as tx:
        cart = await orders.get_cart(tx, holders)
        priced = await orders.price_checkout(tx, cart, holders, draft, [], order_settings)
        methods = {
            part.shop_id: [
                method.value for method in await payments.offered_methods(tx, part.shop_id, payment_settings)
            ]
            for part in cart.shops
        }
    return show_cart(cart, priced, methods)


@get("/api/v1/places", tags=["Buying"], summary="Find a place")
async def find_places(words: Words) -> list[PlaceItem]:
    """Find districts of Indonesia by words or postcode, best first; at most twelve. Needs no token."""
    return [
        PlaceItem(place.code, place.label, list(place.postcodes))
        for place in shipping.gazetteer().search(words)
    ]


ROUTES: list[Any] = [hold_units, release_hold, read_cart, find_places]
