"""Holding, and what is held."""

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase import bridge
from etalase.api._idempotency import IdempotencyKey
from etalase.api.orders._buyer import ApiBuyer, buyer_router
from etalase.api.orders._cart_shapes import Cart, show_cart
from etalase.api.orders._shapes import HoldBody, HoldItem, ShrinkBody, show_hold
from etalase.commerce import inventory, orders, payments, shipping
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import HoldEnded, HoldQueue, HoldRequest
from etalase.commerce.orders import Choice, ContactDraft
from etalase.kernel.money import Money
from etalase.kernel.sources import Venue

PlaceQuery = Annotated[
    str | None,
    QueryParameter(name="place_code", max_length=6, description="Price shipping to this place."),
]

CodeQuery = Annotated[
    str, QueryParameter(name="voucher_code", max_length=40, description="What a voucher of this code saves.")
]


@post("/holds", status_code=HTTP_201_CREATED, summary="Hold units")
async def hold_units(
    buyer: NamedDependency[ApiBuyer],
    hold_queue: NamedDependency[HoldQueue],
    bridge_key: NamedDependency[str],
    data: JSONBody[HoldBody],
    idempotency_key: IdempotencyKey,
) -> HoldItem:
    """Keep units for the account for some minutes, or be told that they are sold out."""
    source = bridge.accept_source(bridge_key, data.referral, buyer.db.clock.now())
    venue = Venue.ROOM if source and source.venue is Venue.ROOM else data.venue
    held = await hold_queue.hold(
        HoldRequest(
            buyer.holder,
            VariantId(data.variant_id),
            data.quantity,
            idempotency_key,
            venue,
            source=source,
            seen_price=None if data.price_minor is None else Money(data.price_minor),
        )
    )
    return show_hold(held)


@patch("/holds/{hold_id:uuid}", summary="Shrink a hold")
async def shrink_hold(
    buyer: NamedDependency[ApiBuyer], hold_id: FromPath[UUID], data: JSONBody[ShrinkBody]
) -> HoldItem:
    """Keep only so many units and give the others back; what is kept is never free in between."""
    async with buyer.db.begin() as tx:
        if all(held.id != hold_id for held in await inventory.list_holds(tx, buyer.holder)):
            raise HoldEnded
        (held,) = await inventory.shrink(tx, {hold_id: data.quantity})
    return show_hold(held)


@delete("/holds/{hold_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Release a hold")
async def release_hold(buyer: NamedDependency[ApiBuyer], hold_id: FromPath[UUID]) -> None:
    """Give held units back; a hold that is not the account's, or has ended, is left as it is."""
    async with buyer.db.begin() as tx:
        mine = {held.id for held in await inventory.list_holds(tx, buyer.holder)}
        with suppress(HoldEnded):  # ordered or swept since it was listed
            await inventory.shrink(tx, dict.fromkeys(mine & {hold_id}, 0))


@get("/cart", summary="Show the cart")
async def read_cart(
    buyer: NamedDependency[ApiBuyer],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
    place_code: PlaceQuery = None,
    voucher_code: CodeQuery = "",
) -> Cart:
    """Show what is held for the account, what shipping to a place costs, its voucher, the ways to pay."""
    draft = ContactDraft(place=shipping.gazetteer().find_place(place_code) if place_code else None)
    async with buyer.db.begin() as tx:
        cart = await orders.get_cart(tx, [buyer.holder])
        choices = [Choice(part.shop_id, "", "", voucher_code) for part in cart.shops]
        priced = await orders.price_checkout(tx, cart, [buyer.holder], draft, choices, order_settings)
        pay_first = await orders.find_pay_first(tx, [buyer.holder], [part.shop_id for part in cart.shops])
        methods = {
            part.shop_id: [
                str(method)
                for method in await payments.offered_methods(tx, part.shop_id, payment_settings)
                if not (method.on_delivery and part.shop_id in pay_first)
            ]
            for part in cart.shops
        }
    return show_cart(priced, methods, pay_first)


ROUTES: list[Any] = [buyer_router("/api/v1", [hold_units, shrink_hold, release_hold, read_cart])]
