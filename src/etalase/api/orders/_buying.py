"""Ordering, paying and following an order, as its buyer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._fields import named
from etalase.api._idempotency import IdempotencyKey
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api.orders._buyer import ApiBuyer, MyOrder, buyer_router, find_my_order
from etalase.api.orders._shapes import (
    OrderBody,
    OrderItem,
    PayBody,
    ReasonBody,
    show_order,
)
from etalase.commerce import orders, payments, shipping
from etalase.commerce.orders import Checkout, Choice, ContactDraft, Order
from etalase.platform.db import Tx
from etalase.platform.ratelimit import network_of
from etalase.policy import Law


@post("/orders", status_code=HTTP_201_CREATED, summary="Order the cart")
async def place_orders(
    request: Request[Any, Any, Any],
    buyer: NamedDependency[ApiBuyer],
    order_queue: NamedDependency[orders.OrderQueue],
    payment_settings: NamedDependency[payments.PaymentSettings],
    data: JSONBody[OrderBody],
    idempotency_key: IdempotencyKey,
) -> list[OrderItem]:
    """Order everything that is held, one order a shop, all or none; the same key is the same order."""
    checkout = Checkout(
        holders=(buyer.holder,),
        account_id=buyer.account_id,
        checkout_key=idempotency_key,
        locale=data.locale,
        contact=contact_of(data),
        choices=choices_of(data),
        venue=data.venue,
        expected_minor=data.expected_total_minor,
        network=network_of(request.client.host if request.client else "", request.auth.public_url),
    )
    payment_settings.require_served(*(choice.method for choice in checkout.choices))
    with named(names_of(data)):
        placed = await order_queue.place(checkout)
    async with buyer.db.begin() as tx:
        return [await with_payment(tx, order) for order in placed]


@get("/orders", summary="List my orders")
async def list_my_orders(
    buyer: NamedDependency[ApiBuyer], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[OrderItem]:
    """List the account's orders, newest first."""
    after = decode_cursor(cursor, UUID)
    async with buyer.db.begin() as tx:
        rows = await orders.list_orders_of(tx, [buyer.holder], limit=limit + 1, before=after)
    return cut_page(rows, limit, lambda order: show_order(order, to_buyer=True), lambda order: order.id)


@get("/", summary="Show my order")
async def read_my_order(my_order: NamedDependency[MyOrder]) -> OrderItem:
    """Show how an order of the account stands, and how it is paid."""
    async with my_order.open() as (tx, order):
        return await with_payment(tx, order)


@post("/pay", status_code=HTTP_200_OK, summary="Pay in another way")
async def pay_in_another_way(
    my_order: NamedDependency[MyOrder],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
    law: NamedDependency[Law],
    data: JSONBody[PayBody],
) -> OrderItem:
    """Choose another way to pay for an order that awaits its payment. `cod` is for ordering only."""
    method = payment_settings.require(data.method)
    async with my_order.open() as (tx, order):
        again = await orders.pay_again(tx, order.token, method, order_settings, law=law, venue=data.venue)
        return await with_payment(tx, again)


@post("/cancel", status_code=HTTP_200_OK, summary="Cancel my order")
async def cancel_my_order(my_order: NamedDependency[MyOrder], data: JSONBody[ReasonBody]) -> OrderItem:
    """Cancel an order while no money came."""
    async with my_order.open() as (tx, order):
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


def names_of(data: OrderBody) -> Callable[[str], str]:
    """Return how the API calls the fields of a checkout."""
    places = {
        f"method-{choice.shop_id}": f"choices.{number}.method" for number, choice in enumerate(data.choices)
    }
    known = {"place": "place_code"} | places

    def name_of(field: str) -> str:
        return known.get(field, "choices" if field.startswith("method-") else field)

    return name_of


def choices_of(data: OrderBody) -> tuple[Choice, ...]:
    """Return how each shop's order is sent and paid."""
    return tuple(
        Choice(choice.shop_id, choice.service, choice.method, choice.voucher_code) for choice in data.choices
    )


async def with_payment(tx: Tx, order: Order) -> OrderItem:
    """Return an order with its payment, for its buyer."""
    return show_order(order, await payments.find_payment_of_order(tx, order.id), to_buyer=True)


STEPS = [read_my_order, pay_in_another_way, cancel_my_order]
ROUTES: list[Any] = [
    buyer_router("/api/v1", [place_orders, list_my_orders]),
    buyer_router("/api/v1/orders/{order_id:uuid}", STEPS, {"my_order": Provide(find_my_order)}),
]
