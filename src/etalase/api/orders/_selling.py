"""A shop's orders, for its staff: list, pack, ship, deliver; for its owner also cancel and refund."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from etalase.api._fields import named
from etalase.api._paging import Cursor, Limit, PageOf, decode_cursor, encode_cursor
from etalase.api._workplace import shop_router
from etalase.api.orders._shapes import OrderItem, ReasonBody, RefundBody, ShipBody, show_order
from etalase.commerce import orders, payments
from etalase.commerce.orders import Filter, Order, OrderState
from etalase.commerce.shops import PACKERS, Role, Workplace
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Tx

StateQuery = Annotated[
    str | None,
    QueryParameter(name="state", max_length=20, description="awaiting_payment, confirmed, paid, packed, …"),
]
WordsQuery = Annotated[
    str, QueryParameter(name="q", max_length=80, description="Number, buyer, city, tracking number, code.")
]


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """The order that an address names, for the staff of its shop."""

    workplace: Workplace
    number: str

    @asynccontextmanager
    async def open(self, *allowed: Role) -> AsyncIterator[tuple[Tx, Order]]:
        """Begin a transaction for these roles. Raises NotYourShop and OrderUnknown."""
        async with self.workplace.open(*allowed) as (tx, shop):
            yield tx, await orders.get_order_of_shop(tx, shop.id, self.number)


async def find_shop_order(workplace: NamedDependency[Workplace], number: FromPath[str]) -> ShopOrder:
    """Return what handlers of one order are given as `shop_order`."""
    return ShopOrder(workplace, number)


@get("/orders", summary="List a shop's orders")
async def list_orders(
    workplace: NamedDependency[Workplace],
    limit: Limit = 50,
    cursor: Cursor = None,
    in_state: StateQuery = None,
    words: WordsQuery = "",
) -> PageOf[OrderItem]:
    """List the shop's orders, newest first."""
    if in_state is not None and in_state not in {known.value for known in OrderState}:
        raise Invalid(FieldProblem("state", "unknown"))
    after = decode_cursor(cursor, UUID)
    wanted = Filter(states=(in_state,) if in_state else (), words=words)
    async with workplace.open(*PACKERS) as (tx, shop):
        listed = await orders.list_orders(tx, shop.id, wanted, cursor=after, limit=limit)
    next_cursor = encode_cursor(listed.next_cursor) if listed.next_cursor else None
    return PageOf(shown(listed.orders), next_cursor)


@get("/", summary="Show an order")
async def read_order(shop_order: NamedDependency[ShopOrder]) -> OrderItem:
    """Show an order of the shop with its payment."""
    async with shop_order.open(*PACKERS) as (tx, order):
        return show_order(order, await payments.find_payment_of_order(tx, order.id))


@post("/pack", status_code=HTTP_200_OK, summary="Mark an order packed")
async def pack_order(shop_order: NamedDependency[ShopOrder]) -> list[OrderItem]:
    """Mark an order packed, with all that goes in its parcel."""
    async with shop_order.open(*PACKERS) as (tx, order):
        return shown(await orders.pack_orders(tx, order.shop_id, [order.id]))


@post("/ship", status_code=HTTP_200_OK, summary="Hand a parcel to its carrier")
async def ship_order(shop_order: NamedDependency[ShopOrder], data: JSONBody[ShipBody]) -> list[OrderItem]:
    """Say that the carrier has the parcel, or correct carrier and tracking number."""
    async with shop_order.open(*PACKERS) as (tx, order):
        shipped = await orders.ship_order(
            tx, order.shop_id, order.id, carrier=data.carrier, tracking_number=data.tracking_number
        )
        return shown(shipped)


@post("/deliver", status_code=HTTP_200_OK, summary="Mark a parcel delivered")
async def deliver_order(
    shop_order: NamedDependency[ShopOrder], order_settings: NamedDependency[orders.OrderSettings]
) -> list[OrderItem]:
    """Say that the parcel arrived, and with it the cash where it was to be paid then."""
    async with shop_order.open(*PACKERS) as (tx, order):
        return shown(await orders.deliver_order(tx, order.shop_id, order.id, order_settings))


@post("/undo", status_code=HTTP_200_OK, summary="Take the last step back")
async def undo_step(shop_order: NamedDependency[ShopOrder]) -> list[OrderItem]:
    """Take packing, shipping or delivering of a parcel back."""
    async with shop_order.open(*PACKERS) as (tx, order):
        return shown(await orders.undo_step(tx, order.shop_id, order.id))


@post("/cancel", status_code=HTTP_200_OK, summary="Cancel an order")
async def cancel_order(shop_order: NamedDependency[ShopOrder], data: JSONBody[ReasonBody]) -> OrderItem:
    """Cancel an order that is not sent yet; its stock is free again, its money goes back."""
    async with shop_order.open(Role.OWNER) as (tx, order):
        return show_order(await orders.cancel_by_seller(tx, order.shop_id, order.id, data.reason))


@post("/refund", status_code=HTTP_200_OK, summary="Give money of an order back")
async def refund_order(shop_order: NamedDependency[ShopOrder], data: JSONBody[RefundBody]) -> OrderItem:
    """Promise what is left of a sent order's money back, or a part of a paid order's, which goes on then.

    A gateway sends it, or the seller by hand.
    """
    with named(lambda field: "amount_minor" if field == "amount" else field.partition("-")[0]):
        async with shop_order.open(Role.OWNER) as (tx, order):
            of = (tx, order.shop_id, order.id)
            returned = data.goods_returned
            if data.units or data.amount_minor:
                part = part_of(data)
                return show_order(await orders.refund_part(*of, part, data.reason, goods_returned=returned))
            return show_order(await orders.refund_order(*of, data.reason, goods_returned=returned))


def part_of(data: RefundBody) -> orders.PartRefund:
    """Return what is to be paid back; a line named twice counts once for each."""
    units = Counter[int]()
    for back in data.units:
        units[back.line] += back.quantity
    return orders.PartRefund(units, Money(data.amount_minor))


def shown(several: Iterable[Order]) -> list[OrderItem]:
    """Return orders as the API tells them."""
    return [show_order(order) for order in several]


STEPS = [read_order, pack_order, ship_order, deliver_order, undo_step, cancel_order, refund_order]
ROUTES: list[Any] = [
    shop_router("Selling", [list_orders]),
    shop_router("Selling", STEPS, "/orders/{number:str}", {"shop_order": Provide(find_shop_order)}),
]
