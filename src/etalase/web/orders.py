"""Orders: the buyer's page by a secret link, and the seller's desk from today's work to the parcel."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream, Template

from etalase.commerce import orders, payments, shipping, shops
from etalase.commerce.orders import Order, OrderState, OrderUnknown
from etalase.commerce.shops import PACKERS, Role
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.kernel.spreadsheets import MEDIA_TYPE
from etalase.kernel.zones import day_began, day_of
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.policy import Law
from etalase.web import _order_papers as papers
from etalase.web._cart import buyer_of, is_embedded, venue_of
from etalase.web._confirming import Unconfirmed, in_words, require_confirmed
from etalase.web._desk import DeskShop, desk_router
from etalase.web._desk_orders import (
    NOT_REFUSED,
    PAGE_SIZE,
    RefusedForm,
    csv_lines,
    filter_chips,
    read_filter,
    read_ids,
    read_part,
    search_address,
)
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._order_words import WORDS
from etalase.web._pages import HtmlPage, page

NO_INDEX = {"x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


@get("/order/{token:str}", include_in_schema=False)
async def show_order(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    db: NamedDependency[Database],
    law: NamedDependency[Law],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Template:
    """Show the buyer how the order stands and what to do now; whoever has the link may look."""
    async with db.begin() as tx:
        order = await orders.get_order_by_token(tx, token)
        parcel = await orders.get_parcel(tx, order)
        values: dict[str, Any] = {
            "shop": await shops.get_shop(tx, shops.ShopId(order.shop_id)),
            "payment": await payments.find_payment_of_order(tx, order.id),
            "refunds": await list_refunds(tx, order),
            "siblings": [
                one for one in await orders.find_orders_of_checkout(tx, order) if one.id != order.id
            ],
            "mates": [one for one in parcel if one.id != order.id],
            "may_cancel": orders.may_cancel(order, orders.Actor.BUYER),
            "carries_others": orders.carries_others(order, parcel),
            "kept": law.keeps_order_until(order.placed_at, db.clock.now()),
            "methods": [
                method
                for method in await payments.offered_methods(tx, order.shop_id, payment_settings)
                if not method.on_delivery and str(method) != order.method
            ],
        }
    return page(
        "orders/order.html", headers=NO_INDEX, order=order, embed=is_embedded(request), words=WORDS, **values
    )


@get("/order/{token:str}/state/{known:str}", include_in_schema=False)
async def watch_order(
    token: FromPath[str], known: FromPath[str], db: NamedDependency[Database]
) -> Response[None]:
    """Tell a waiting page to load itself anew once the order is no longer in that state."""
    async with db.begin() as tx:
        order = await orders.get_order_by_token(tx, token)
    if order.state.value == known:
        return Response(None, status_code=204)
    return Response(None, status_code=200, headers={"hx-refresh": "true"})


@post("/order/{token:str}/cancel", include_in_schema=False)
async def cancel_as_buyer(
    request: Request[Any, Any, Any], token: FromPath[str], db: NamedDependency[Database]
) -> Response[Any]:
    """Cancel while no money came."""
    form = await request.form()
    async with db.begin() as tx:
        await orders.cancel_by_buyer(tx, token, text_of(form, "reason")[:200])
    return redirect(request, order_path(request, token), _("Your order is cancelled."))


@post("/order/{token:str}/pay", include_in_schema=False)
async def pay_in_another_way(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    db: NamedDependency[Database],
    law: NamedDependency[Law],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Let the buyer pay in another way than the one chosen at first."""
    chosen = payment_settings.require(text_of(await request.form(), "method"))
    async with db.begin() as tx:
        await orders.pay_again(tx, token, chosen, order_settings, law=law, venue=venue_of(request))
    return redirect(request, order_path(request, token))


@get("/orders", include_in_schema=False)
async def list_my_orders(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Template:
    """List the orders of this account, or of this browser."""
    async with db.begin() as tx:
        found = await orders.list_orders_of(tx, buyer_of(request).holders)
    return page("orders/mine.html", orders=found, words=WORDS)


def amount_owed(order: Order, refunds: list[payments.Refund]) -> Money:
    """Return what is still to be sent back: what came in, with the rupiah that told whose money it was."""
    waiting = [refund.amount for refund in refunds if refund.sent_at is None]
    return sum(waiting[1:], waiting[0]) if waiting else order.refund_amount


async def list_refunds(tx: Tx, order: Order) -> list[payments.Refund]:
    """Return the money that goes or went back to the order's buyer, oldest first."""
    return await payments.list_refunds(tx, order.payment_id) if order.paid and order.payment_id else []


def order_path(request: Request[Any, Any, Any], token: str) -> str:
    """Return the buyer's page of an order, in the sheet or out of it."""
    return f"/order/{token}" + ("?embed=1" if is_embedded(request) else "")


@get("/")
async def show_today(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show what waits for the seller, and what was sold today."""
    async with desk_shop.show() as (tx, desk):
        shop = desk.shop
        today = await orders.get_today(tx, shop.id, day_began(tx.clock.now(), shop.zone))
        waiting = orders.Filter(
            states=(OrderState.PAID.value, OrderState.CONFIRMED.value, OrderState.PACKED.value)
        )
        listed = await orders.list_orders(tx, shop.id, waiting, limit=8)
        waiting_parcels = await orders.find_waiting_parcels(tx, listed.orders)
        rates_unset = not await shipping.list_rates(tx, shop.id)
    return desk.page(
        "orders/today.html",
        "today",
        today=today,
        orders=listed.orders if desk.role in PACKERS else (),
        waiting_parcels=waiting_parcels,
        rates_unset=rates_unset,
        counts={"orders": today.to_pack + today.to_ship + today.to_refund},
        words=WORDS,
    )


@get("/orders")
async def list_orders(request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """List the shop's orders: which of them is said in the address."""
    wanted, cursor = read_filter(request.query_params)
    async with desk_shop.show(*PACKERS) as (tx, desk):
        shop = desk.shop
        listed = await orders.list_orders(tx, shop.id, wanted.filter, cursor=cursor, limit=PAGE_SIZE)
        waiting_parcels = await orders.find_waiting_parcels(tx, listed.orders)
        today = await orders.get_today(tx, shop.id, day_began(tx.clock.now(), shop.zone))
    return desk.page(
        "orders/list.html",
        "orders",
        listed=listed,
        waiting_parcels=waiting_parcels,
        wanted=wanted,
        chips=filter_chips(wanted, today),
        next_url=search_address(wanted, listed.next_cursor) if listed.next_cursor else None,
        first_url=search_address(wanted) if cursor else None,
        counts={"orders": today.to_pack + today.to_ship + today.to_refund},
        words=WORDS,
    )


@get("/orders.csv")
async def export_orders(
    request: Request[Any, Any, Any], db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]
) -> Stream:
    """Export the orders of the same list as CSV, a line for each article."""
    wanted, _cursor = read_filter(request.query_params)
    shop = (await desk_shop.require(*PACKERS)).shop
    name = f"{shop.slug}-orders-{day_of(db.clock.now(), shop.zone)}.csv"
    return Stream(
        csv_lines(db, shop, wanted.filter),
        media_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@post("/orders/pack")
async def pack_many(request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Mark the chosen orders packed: all of them or none."""
    form = await request.form()
    ids = read_ids(form.getall("order", []))
    async with desk_shop.open(*PACKERS) as (tx, shop):
        packed = await orders.pack_orders(tx, shop.id, ids)
    count = len({order.id for order in packed})
    words = _("%(count)s orders packed.", count=count)
    return redirect(request, f"{desk_shop.base}/orders?state=packed", words)


@get("/orders/{number:str}")
async def show_order_at_desk(desk_shop: NamedDependency[DeskShop], number: FromPath[str]) -> HtmlPage:
    """Show an order to the seller with what can be done."""
    return await desk_page(desk_shop, number)


@post("/orders/{number:str}/{step:str}")
async def take_step(
    request: Request[Any, Any, Any],
    desk_shop: NamedDependency[DeskShop],
    number: FromPath[str],
    step: FromPath[str],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Take a step with an order: pack, ship, deliver, undo; for the owner also paid, cancel, refund, part."""
    form = await request.form()
    roles = PACKERS if step in {"pack", "ship", "deliver", "undo"} else (Role.OWNER,)
    try:
        async with desk_shop.open(*roles) as (tx, shop):
            order = await orders.get_order_of_shop(tx, shop.id, number)
            sent_back = await money_sent_back(tx, step, order, form)
            require_confirmed(form, payment_settings.confirm_above_rupiah, sent_back)
            await act(tx, step, order, form, order_settings)
    except Unconfirmed as question:
        return await desk_page(desk_shop, number, RefusedForm(step, typed=form, question=question))
    except Invalid as invalid:
        return await desk_page(desk_shop, number, RefusedForm(step, form_errors(invalid), form))
    there = f"{desk_shop.base}/orders/{number}"
    undo = f"{there}/undo" if step in {"pack", "ship"} else None
    return redirect(request, there, Flash(DONE[step](), undo=undo))


async def money_sent_back(tx: Tx, step: str, order: Order, form: Mapping[str, Any]) -> Money:
    """Return what the step gives back to the buyer. Raises Invalid."""
    if not order.paid or step not in {"cancel", "refund", "part"}:
        return Money(0)
    rest = await orders.get_refundable(tx, order)
    if step != "part":
        return rest
    part, fields = read_part(order, form)
    fields.settle()
    return orders.amount_of(order, part, rest)


async def act(
    tx: Tx, step: str, order: Order, form: Mapping[str, Any], settings: orders.OrderSettings
) -> None:
    """Take the step. Raises OrderUnknown for a step that there is not."""
    match step:
        case "paid" if order.payment_id and order.state is OrderState.AWAITING_PAYMENT:
            payment = await payments.get_payment(tx, order.payment_id)
            await payments.confirm_by_seller(tx, payment.id, payment.due)
        case "pack":
            await orders.pack_orders(tx, order.shop_id, [order.id])
        case "ship":
            await orders.ship_order(
                tx,
                order.shop_id,
                order.id,
                carrier=text_of(form, "carrier"),
                tracking_number=text_of(form, "tracking_number"),
            )
        case "deliver":
            await orders.deliver_order(tx, order.shop_id, order.id, settings)
        case "undo":
            await orders.undo_step(tx, order.shop_id, order.id)
        case "cancel":
            await orders.cancel_by_seller(tx, order.shop_id, order.id, text_of(form, "reason"))
        case "refund":
            returned = bool(text_of(form, "goods_returned"))
            await orders.refund_order(
                tx, order.shop_id, order.id, text_of(form, "reason"), goods_returned=returned
            )
        case "part":
            await refund_part(tx, order, form)
        case _:
            raise OrderUnknown


async def refund_part(tx: Tx, order: Order, form: Mapping[str, Any]) -> None:
    """Promise what the form names back: units of lines, an amount besides. Raises Invalid."""
    returned = bool(text_of(form, "goods_returned"))
    part, fields = read_part(order, form)
    fields.settle()
    await orders.refund_part(
        tx, order.shop_id, order.id, part, text_of(form, "reason"), goods_returned=returned
    )


DONE = {
    "paid": lambda: _("The money is confirmed. The order moves on in a moment."),
    "pack": lambda: _("Packed."),
    "ship": lambda: _("Shipped. The buyer has been told."),
    "deliver": lambda: _("Delivered."),
    "undo": lambda: _("Taken back."),
    "cancel": lambda: _("Cancelled. The buyer has been told."),
    "refund": lambda: _("The refund is promised. The buyer has been told."),
    "part": lambda: _("The refund is promised. The buyer has been told."),
}


async def desk_page(desk_shop: DeskShop, number: str, refused: RefusedForm = NOT_REFUSED) -> HtmlPage:
    """Return the seller's page of an order, with the form that was just refused as it was sent."""
    async with desk_shop.show(*PACKERS) as (tx, desk):
        order = await orders.get_order_of_shop(tx, desk.shop.id, number)
        mates = [one for one in await orders.get_parcel(tx, order) if one.id != order.id]
        payment = await payments.find_payment_of_order(tx, order.id)
        refunds = await list_refunds(tx, order)
        steps = await orders.list_steps(tx, order.id)
    return desk.page(
        "orders/desk_order.html",
        "orders",
        status=422 if refused.errors else 200,
        order=order,
        mates=mates,
        payment=payment,
        refunds=refunds,
        owed=amount_owed(order, refunds),
        steps=steps,
        refused=refused,
        in_words=in_words,
        may_cancel=orders.may_cancel(order, orders.Actor.SELLER),
        may_undo=orders.may_undo(order),
        may_refund_part=orders.may_refund_part(order),
        words=WORDS,
    )


ROUTES: list[Any] = [
    show_order,
    watch_order,
    cancel_as_buyer,
    pay_in_another_way,
    list_my_orders,
    desk_router(
        [
            show_today,
            list_orders,
            export_orders,
            pack_many,
            show_order_at_desk,
            *papers.ROUTES,
            take_step,
        ]
    ),
]
