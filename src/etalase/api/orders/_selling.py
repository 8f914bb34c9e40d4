"""A shop's orders, for its staff: list, pack, ship, deliver; for its owner also cancel and refund."""

from collections import Counter
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from etalase.api.orders._shapes import OrderItem, ReasonBody, RefundBody, ShipBody, show_order
from etalase.commerce import orders, payments, shops
from etalase.commerce.orders import Filter, Order, State
from etalase.commerce.shops import Role
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx

PACKERS = (Role.OWNER, Role.PACKER)
BASE = "/api/v1/shops/{slug:str}/orders"
StateQuery = Annotated[
    str | None,
    QueryParameter(name="state", max_length=20, description="awaiting_payment, confirmed, paid, packed, …"),
]
WordsQuery = Annotated[
    str, QueryParameter(name="q", max_length=80, description="Number, buyer, city, tracking number, code.")
]


@get(BASE, guards=[signed_in], tags=["Selling"], summary="List a shop's orders")
async def list_orders(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    limit: Limit = 50,
    cursor: Cursor = None,
    in_state: StateQuery = None,
    words: WordsQuery = "",
) -> Page[OrderItem]:
    """List the shop's orders, newest first."""
    if in_state is not None and in_state not in {known.value for known in State}:
        raise Invalid(FieldProblem("state", "unknown"))
    after = decode_cursor(cursor, UUID)
    wanted = Filter(states=(in_state,) if in_state else (), words=words)
    async with db.begin() as tx:
        shop = await require_shop(tx, request, slug, *PACKERS)
        listed = await orders.list_orders(tx, shop, wanted, cursor=after, limit=limit)
    next_cursor = encode_cursor(listed.next_cursor) if listed.next_cursor else None
    return Page([show_order(order) for order in listed.orders], next_cursor)


@get(f"{BASE}/{{number:str}}", guards=[signed_in], tags=["Selling"], summary="Show an order")
async def read_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
) -> OrderItem:
    """Show an order of the shop with its payment."""
    async with db.begin() as tx:
        shop_id = await require_shop(tx, request, slug, *PACKERS)
        order = await orders.get_order_of_shop(tx, shop_id, number)
        return show_order(order, await payments.find_payment_of_order(tx, order.id))


@post(
    f"{BASE}/{{number:str}}/pack",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Mark an order packed",
)
async def pack_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
) -> list[OrderItem]:
    """Mark an order packed, with all that goes in its parcel."""
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, *PACKERS)
        return shown(await orders.pack_orders(tx, order.shop_id, [order.id]))


@post(
    f"{BASE}/{{number:str}}/ship",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Hand a parcel to its carrier",
)
async def ship_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
    data: JSONBody[ShipBody],
) -> list[OrderItem]:
    """Say that the carrier has the parcel, or correct carrier and tracking number."""
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, *PACKERS)
        shipped = await orders.ship_order(
            tx, order.shop_id, order.id, carrier=data.carrier, tracking_number=data.tracking_number
        )
        return shown(shipped)


@post(
    f"{BASE}/{{number:str}}/deliver",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Mark a parcel delivered",
)
async def deliver_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_settings: NamedDependency[orders.Settings],
    slug: FromPath[str],
    number: FromPath[str],
) -> list[OrderItem]:
    """Say that the parcel arrived, and with it the cash where it was to be paid then."""
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, *PACKERS)
        return shown(await orders.deliver_order(tx, order.shop_id, order.id, order_settings))


@post(
    f"{BASE}/{{number:str}}/undo",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Take the last step back",
)
async def undo_step(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
) -> list[OrderItem]:
    """Take packing, shipping or delivering of a parcel back."""
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, *PACKERS)
        return shown(await orders.undo_step(tx, order.shop_id, order.id))


@post(
    f"{BASE}/{{number:str}}/cancel",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Cancel an order",
)
async def cancel_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
    data: JSONBody[ReasonBody],
) -> OrderItem:
    """Cancel an order that is not sent yet; its stock is free again, its money goes back."""
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, Role.OWNER)
        return show_order(await orders.cancel_by_seller(tx, order.shop_id, order.id, data.reason))


@post(
    f"{BASE}/{{number:str}}/refund",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=["Selling"],
    summary="Give money of an order back",
)
async def refund_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    number: FromPath[str],
    data: JSONBody[RefundBody],
) -> OrderItem:
    """Promise what is left of a sent order's money back, or a part of a paid order's, which goes on then.

    A gateway sends it, or the seller by hand.
    """
    async with db.begin() as tx:
        order = await order_at(tx, request, slug, number, Role.OWNER)
        of = (tx, order.shop_id, order.id)
        if data.units or data.amount:
            part = part_of(data)
            refunded = await orders.refund_part(*of, part, data.reason, goods_returned=data.goods_returned)
        else:
            refunded = await orders.refund_order(*of, data.reason, goods_returned=data.goods_returned)
        return show_order(refunded)


def part_of(data: RefundBody) -> orders.Part:
    """Return what is to be paid back; a line named twice counts once for each."""
    units = Counter[int]()
    for back in data.units:
        units[back.line] += back.quantity
    return orders.Part(units, Money(data.amount))


async def require_shop(tx: Tx, request: Request[Any, Any, Any], slug: str, *allowed: Role) -> UUID:
    """Return the shop's id where the caller has one of the roles. Raises NotYourShop."""
    membership = await shops.require_membership(tx, caller(request).account_id, slug, *allowed)
    return membership.shop.id


async def order_at(tx: Tx, request: Request[Any, Any, Any], slug: str, number: str, *allowed: Role) -> Order:
    """Return an order of the shop where the caller has one of the roles."""
    return await orders.get_order_of_shop(tx, await require_shop(tx, request, slug, *allowed), number)


def shown(parcel: list[Order]) -> list[OrderItem]:
    """Return all orders that took a step together."""
    return [show_order(order) for order in parcel]


ROUTES: list[Any] = [
    list_orders,
    read_order,
    pack_order,
    ship_order,
    deliver_order,
    undo_step,
    cancel_order,
    refund_order,
]
