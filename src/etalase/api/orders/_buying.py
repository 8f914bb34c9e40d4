"""Ordering, paying and following an order, as its buyer."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, cut_page, decode_cursor
from etalase.api.orders._cart import holder_of
from etalase.api.orders._shapes import (
    IdempotencyKey,
    OrderBody,
    OrderItem,
    PayBody,
    ReasonBody,
    show_order,
    total_of,
)
from etalase.commerce import orders, payments, shipping
from etalase.commerce.orders import Checkout, Choice, ContactDraft, Order, OrderUnknown, TotalChanged
from etalase.commerce.payments import Method, MethodNotOffered
from etalase.platform.db import Database, Tx


@post(
    "/api/v1/orders",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=["Buying"],
    summary="Order the cart",
)
async def place_orders(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_settings: NamedDependency[orders.Settings],
    data: JSONBody[OrderBody],
    idempotency_key: IdempotencyKey,
) -> list[OrderItem]:
    """Order everything that is held, one order a shop, all or none; the same key is the same order."""
    checkout = Checkout(
        holders=(holder_of(request),),
        account_id=caller(request).account_id,
        checkout_key=idempotency_key,
        locale=data.locale,
        contact=contact_of(data),
        choices=choices_of(data),
    )
    async with db.begin() as tx:
        await require_total(tx, checkout, data.expected_total, order_settings)
        placed = await orders.place_orders(tx, checkout, order_settings)
        return [await with_payment(tx, order) for order in placed]


@get("/api/v1/orders", guards=[signed_in], tags=["Buying"], summary="List my orders")
async def list_my_orders(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> Page[OrderItem]:
    """List the account's orders, newest first."""
    after = decode_cursor(cursor, UUID)
    async with db.begin() as tx:
        rows = await orders.list_orders_of(tx, [holder_of(request)], limit=limit + 1, before=after)
    return cut_page(rows, limit, lambda order: show_order(order, to_buyer=True), lambda order: order.id)


@get("/api/v1/orders/{order_id:uuid}", guards=[signed_in], tags=["Buying"], summary="Show my order")
async def read_my_order(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[UUID]
) -> OrderItem:
    """Show how an order of the account stands, and how it is paid."""
    async with db.begin() as tx:
        return await with_payment(tx, await my_order(tx, request, order_id))


@post(
    "/api/v1/orders/{order_id:uuid}/pay",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Buying"],
    summary="Pay in another way",
)
async def pay_in_another_way(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_settings: NamedDependency[orders.Settings],
    order_id: FromPath[UUID],
    data: JSONBody[PayBody],
) -> OrderItem:
    """Choose another way to pay for an order that awaits its payment."""
    if data.method not in {method.value for method in Method}:
        raise MethodNotOffered
    async with db.begin() as tx:
        order = await my_order(tx, request, order_id)
        return await with_payment(
            tx, await orders.pay_again(tx, order.token, Method(data.method), order_settings)
        )


@post(
    "/api/v1/orders/{order_id:uuid}/cancel",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Buying"],
    summary="Cancel my order",
)
async def cancel_my_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_id: FromPath[UUID],
    data: JSONBody[ReasonBody],
) -> OrderItem:
    """Cancel an order while no money came."""
    async with db.begin() as tx:
        order = await my_order(tx, request, order_id)
        return await with_payment(tx, await orders.cancel_by_buyer(tx, order.token, data.reason))


def contact_of(data: OrderBody) -> ContactDraft:
    """Return who orders and where to, as it was sent."""
    return ContactDraft(
        email=data.email,
        recipient=data.recipient,
        phone=data.phone,
        street=data.street,
        postcode=data.postcode,
        note=data.note,
        place=shipping.gazetteer().find_place(data.place_code),
    )


def choices_of(data: OrderBody) -> tuple[Choice, ...]:
    """Return how each shop's order is sent and paid."""
    return tuple(Choice(choice.shop_id, choice.service, choice.method) for choice in data.choices)


async def require_total(tx: Tx, checkout: Checkout, expected: int | None, settings: orders.Settings) -> None:
    """Refuse where the caller expects another total; a repeated wish finds its order, not a cart."""
    if expected is None or await orders.find_orders_by_key(tx, checkout.holders, checkout.checkout_key):
        return
    cart = await orders.get_cart(tx, checkout.holders)
    priced = await orders.price_checkout(
        tx, cart, checkout.holders, checkout.contact, checkout.choices, settings
    )
    if total_of(priced).minor != expected:
        raise TotalChanged(total=total_of(priced).minor)


async def my_order(tx: Tx, request: Request[Any, Any, Any], order_id: UUID) -> Order:
    """Return an order of the caller's. Raises OrderUnknown, also for somebody else's."""
    order = await orders.get_order(tx, order_id)
    if order.holder != holder_of(request):
        raise OrderUnknown
    return order


async def with_payment(tx: Tx, order: Order) -> OrderItem:
    """Return an order with its payment, for its buyer."""
    return show_order(order, await payments.find_payment_of_order(tx, order.id), to_buyer=True)


ROUTES: list[Any] = [place_orders, list_my_orders, read_my_order, pay_in_another_way, cancel_my_order]
