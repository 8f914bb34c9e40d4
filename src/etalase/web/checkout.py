"""The checkout: one page with where to, how and pay; the total by the server, for whoever holds units."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from etalase.commerce import orders, payments
from etalase.commerce.inventory import HoldQueue
from etalase.commerce.vouchers import VoucherRefused
from etalase.kernel.errors import IdempotencyKeyReused, Invalid, Refusal
from etalase.kernel.ids import new_token
from etalase.platform.db import Database
from etalase.platform.i18n import gettext as _
from etalase.policy import Action, Law
from etalase.web._cart import Buyer, buyer_of, is_embedded, remember_cart, venue_of
from etalase.web._checkout import (
    CheckoutForm,
    CheckoutPart,
    CheckoutView,
    checkout_of,
    empty_form,
    hold_again,
    prepare,
    read_form,
    without_codes,
    without_lost,
)
from etalase.web._closed import closed_in_sheet
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._order_words import METHODS
from etalase.web._pages import page
from etalase.web._refusals import say

CONFLICT = 409
WITHOUT_CODES = "without "
"""Before the names of the fields whose codes are taken out."""


@get("/checkout", include_in_schema=False)
async def show_checkout(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    law: NamedDependency[Law],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Show the checkout, with the address that the buyer asked to be kept."""
    buyer = buyer_of(request)
    async with db.begin() as tx:
        form = empty_form(await orders.find_remembered_contact(tx, buyer.holders), buyer.email)
        view = await prepare(tx, buyer, form, order_settings, payment_settings)
    if not view.cart.shops:
        return redirect(request, cart_path(request))
    closed = pay_closed(request, law, db)
    return remember_cart(request, checkout_page(request, view, closed), buyer, view.cart.count)


@post("/checkout", include_in_schema=False)
async def place_order(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    hold_queue: NamedDependency[HoldQueue],
    order_queue: NamedDependency[orders.OrderQueue],
    law: NamedDependency[Law],
    order_settings: NamedDependency[orders.OrderSettings],
    payment_settings: NamedDependency[payments.PaymentSettings],
) -> Response[Any]:
    """Order what is held; whatever is refused, the page comes back with all that was typed."""
    buyer, form = buyer_of(request), await read_form(request)
    action = text_of(await request.form(), "action") or "place"
    refusal: Refusal | None = None
    try:
        if action == "place":
            payment_settings.require_served(*(choice.method for choice in form.choices))
            placed = await order_queue.place(checkout_of(form, buyer, venue_of(request)))
            hold_queue.ordered(buyer.hold_network, orders.units_of(placed))
            return remember_cart(request, to_order(request, placed[0]), buyer, 0)
        if action.startswith(WITHOUT_CODES):
            form = without_codes(form, action.split())
        if action == "again":
            async with db.begin() as tx:
                view = await prepare(tx, buyer, form, order_settings, payment_settings)
            await hold_again(db, hold_queue, buyer, view.lost, venue_of(request))
            form = without_lost(form)
    except IdempotencyKeyReused:
        return await ordered_already(request, db, law, form, order_settings, payment_settings)
    except Refusal as error:
        refusal = error
    async with db.begin() as tx:
        view = await prepare(tx, buyer, form, order_settings, payment_settings)
    if not view.cart.shops and not view.lost:
        return redirect(request, cart_path(request), Flash(_("Nothing is held for you any more."), "warning"))
    return checkout_page(request, view, pay_closed(request, law, db), refusal)


async def ordered_already(
    request: Request[Any, Any, Any],
    db: Database,
    law: Law,
    form: CheckoutForm,
    order_settings: orders.OrderSettings,
    payment_settings: payments.PaymentSettings,
) -> Response[Any]:
    """Say that this form has placed an order; offer to look at it, and to order anew as it reads now."""
    buyer = buyer_of(request)
    async with db.begin() as tx:
        earlier = await orders.find_orders_by_key(tx, buyer.holders, form.key)
        view = await prepare(tx, buyer, replace(form, key=new_token()), order_settings, payment_settings)
    if not view.cart.shops and not view.lost:
        words = _("You have ordered with this form already. This order stands as you first sent it.")
        return to_order(request, earlier[0], Flash(words, "warning"))
    closed = pay_closed(request, law, db)
    return checkout_page(request, view, closed, IdempotencyKeyReused(), earlier=earlier[0])


@post("/checkout/total", status_code=200, include_in_schema=False)
async def show_total(
    request: Request[Any, Any, Any], price_queue: NamedDependency[orders.PriceQueue]
) -> Response[Any]:
    """Work the total out anew for what has been typed so far: a part of the page."""
    return page("checkout/total.html", view=await read_part(request, price_queue), errors={})


@post("/checkout/vouchers", status_code=200, include_in_schema=False)
async def show_vouchers(
    request: Request[Any, Any, Any], price_queue: NamedDependency[orders.PriceQueue]
) -> Response[Any]:
    """Say what the codes that were typed take off, or why nothing: a part of the page."""
    return page("checkout/vouchers.html", view=await read_part(request, price_queue))


@post("/checkout/delivery", status_code=200, include_in_schema=False)
async def show_delivery(
    request: Request[Any, Any, Any], price_queue: NamedDependency[orders.PriceQueue]
) -> Response[Any]:
    """Offer the services to the place that was typed, or ask which place is meant: a part of the page."""
    return page("checkout/delivery.html", view=await read_part(request, price_queue), errors={})


@post("/checkout/forget", include_in_schema=False)
async def forget_address(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Forget the address that was kept for this buyer."""
    buyer = buyer_of(request)
    async with db.begin() as tx:
        await orders.forget_contact(tx, buyer.holders)
    path = "/checkout?embed=1" if is_embedded(request) else "/checkout"
    return redirect(request, path, _("Your address is forgotten."))


async def read_part(request: Request[Any, Any, Any], price_queue: orders.PriceQueue) -> CheckoutPart:
    """Return what a part of the page shows for the form as it stands."""
    buyer: Buyer = buyer_of(request)
    form: CheckoutForm = await read_form(request)
    found = await price_queue.price(orders.PriceRequest(buyer.holders, form.contact, form.choices))
    return CheckoutPart(form, found.cart, found.priced)


def pay_closed(request: Request[Any, Any, Any], law: Law, db: Database) -> str:
    """Say why nothing can be ordered where this page stands; nothing where it can."""
    return closed_in_sheet(request, law, db.clock.now(), Action.PAY_IN_ROOM)


def checkout_page(
    request: Request[Any, Any, Any],
    view: CheckoutView,
    closed: str,
    refusal: Refusal | None = None,
    earlier: orders.Order | None = None,
) -> Response[Any]:
    """Return the page; what was refused stands beside its field, or above all.

    `closed` stands where the button to order would be, `earlier` is the order that the same form has placed.
    """
    errors: dict[str, str] = {}
    notice, status = None, 200
    headers: Mapping[str, str] = {}
    if isinstance(refusal, Invalid):
        errors, status = form_errors(refusal) | unpaid_shops(refusal, view), 422
    elif isinstance(refusal, orders.NotShippedThere):
        errors, status = {"place": say(refusal).detail}, CONFLICT
    elif isinstance(refusal, payments.MethodNotOffered):
        errors, status = {f"method-{shop_id}": say(refusal).detail for shop_id in view.methods}, CONFLICT
    elif isinstance(refusal, orders.MustPayFirst):
        errors, status = {f"method-{shop_id}": say(refusal).detail for shop_id in view.pay_first}, CONFLICT
    elif isinstance(refusal, VoucherRefused) and view.code_errors:
        errors, status = view.code_errors, CONFLICT
    elif refusal is not None and not earlier and not (isinstance(refusal, orders.HoldRanOut) and view.lost):
        said = say(refusal)
        notice, status, headers = (said.title, said.detail), said.status, said.headers
    if view.lost or earlier:
        status = CONFLICT
    return page(
        "checkout/checkout.html",
        status=status,
        headers=headers,
        view=view,
        errors=errors,
        notice=notice,
        embed=is_embedded(request),
        pay_closed=closed,
        earlier=earlier,
        method_words=METHODS,
    )


def unpaid_shops(invalid: Invalid, view: CheckoutView) -> dict[str, str]:
    """Say of each shop without a way to pay that this is missing, by its name where there are several."""
    wrong = {problem.field for problem in invalid.problems}
    names = {f"method-{part.shop_id}": part.shop_name for part in view.cart.shops}
    if len(names) == 1:
        return {name: _("Please choose how to pay.") for name in names if name in wrong}
    return {
        name: _("Please choose how to pay %(shop)s.", shop=names[name]) for name in names if name in wrong
    }


def to_order(request: Request[Any, Any, Any], order: orders.Order, *messages: Flash) -> Response[Any]:
    """Lead to the buyer's page of the order."""
    suffix = "?embed=1" if is_embedded(request) else ""
    return redirect(request, f"/order/{order.token}{suffix}", *messages)


def cart_path(request: Request[Any, Any, Any]) -> str:
    """Return where the cart is, in the sheet or out of it."""
    return "/cart?embed=1" if is_embedded(request) else "/cart"


ROUTES: list[Any] = [show_checkout, place_order, show_total, show_vouchers, show_delivery, forget_address]
