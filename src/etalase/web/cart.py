"""The cart: what is held for a buyer, for how long, and at which shops."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase import bridge
from etalase.commerce import bundles, inventory, orders
from etalase.commerce.inventory import (
    ByButtonOnly,
    ByCommentOnly,
    ClaimsClosed,
    DealLimitReached,
    DealSoldOut,
    Hold,
    HoldLimitReached,
    HoldQueue,
    HoldQueueFull,
    HoldRequest,
    Joining,
    NetworkHoldsTooMuch,
    NotForSale,
    PriceChanged,
    SoldOut,
    StockFrozen,
    WaitlistPlace,
)
from etalase.kernel import reading
from etalase.kernel.errors import FieldProblem, IdempotencyKeyReused, Invalid, Refusal
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_token
from etalase.kernel.money import Money
from etalase.kernel.reading import read_number
from etalase.kernel.sources import Source
from etalase.platform.db import Database
from etalase.platform.i18n import current_language
from etalase.platform.i18n import gettext as _
from etalase.policy import Action, Law, LawRefusal
from etalase.web._auth import page_before
from etalase.web._bundle_words import bundle_chances
from etalase.web._cart import (
    Buyer,
    buyer_of,
    counted,
    is_embedded,
    remember_cart,
    rows_of,
    set_quantity,
    sources_of,
    venue_of,
)
from etalase.web._closed import closed_in_sheet
from etalase.web._flash import Flash, redirect
from etalase.web._forms import text_of
from etalase.web._hold_terms import pay_first_words
from etalase.web._holds import GrantedUnits, HoldGranted, HoldList, HoldWanted, PlaceGiven
from etalase.web._own_path import own_path
from etalase.web._pages import page
from etalase.web._refusals import say
from etalase.web._waiting import awaited, seconds_until_asked, words_of
from etalase.web.waitlist import by_script, hold_list, taken_back

MAX_QUANTITY = 1000
NO_CONTACT = orders.ContactDraft()
HOLDS_PATH = "/cart/holds"
OUTCOME = "etalase_hold_outcome"
"""In the scope: with what a hold has ended that was asked for before the framework (`_hold_door`)."""
NOTHING_HELD = (
    SoldOut,
    StockFrozen,
    NotForSale,
    ClaimsClosed,
    ByCommentOnly,
    ByButtonOnly,
    HoldLimitReached,
    HoldQueueFull,
    NetworkHoldsTooMuch,
    LawRefusal,
    PriceChanged,
    DealSoldOut,
    DealLimitReached,
)
"""What a buyer meets in good faith; a form goes back to where it was, and says it there."""


@get("/cart", include_in_schema=False)
async def show_cart(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    law: NamedDependency[Law],
    order_settings: NamedDependency[orders.OrderSettings],
) -> Response[Any]:
    """Show everything that is held for the buyer, and what vouchers take off that need no code."""
    now = db.clock.now()
    buyer = buyer_of(request)
    async with db.begin() as tx:
        cart = await orders.get_cart(tx, buyer.holders)
        priced = await orders.price_checkout(tx, cart, buyer.holders, NO_CONTACT, [], order_settings)
        lines = await orders.list_waiting_lines(tx, buyer.holders)
        turns = await inventory.list_places_of_holds(tx, [held.hold_id for held in cart.lines])
        taken = await taken_back(tx, buyer)
        first = await orders.find_pay_first(tx, buyer.holders, [part.shop_id for part in cart.shops])
        book = await bundles.open_book(tx, {part.shop_id for part in cart.shops if part.offers_bundles})
        chances = await bundle_chances(tx, book, [part.cart for part in priced])
    shops = [(part.cart, rows_of(part.cart)) for part in priced]
    answer = page(
        "cart/cart.html",
        cart=cart,
        shops=shops,
        chances=chances,
        saved={part.cart.shop_id: part.total.discount for part in priced},
        total=sum((part.total.total for part in priced), Money(0)),
        waiting=[(line, words_of(line.place.number)) for line in lines],
        turns=[(held, turns[held.hold_id]) for held in cart.lines if held.hold_id in turns],
        ask_again=seconds_until_asked(lines),
        taken_back=taken,
        pay_first={shop_id: pay_first_words(terms) for shop_id, terms in first.items()},
        buyer_email=buyer.email,
        embed=is_embedded(request),
        key=new_token(),
        hold_closed=closed_in_sheet(request, law, now, Action.HOLD_IN_ROOM),
        pay_closed=closed_in_sheet(request, law, now, Action.PAY_IN_ROOM),
    )
    return remember_cart(request, answer, buyer, cart.count)


@get(HOLDS_PATH, include_in_schema=False)
async def list_holds(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[HoldList]:
    """Tell a script what is held for the buyer and what they wait for; the room's shelf follows it."""
    async with db.begin() as tx:
        held = await hold_list(tx, buyer_of(request))
    return Response(held, headers={"cache-control": "no-store"})


@post(HOLDS_PATH, status_code=201, include_in_schema=False)
async def hold_units(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    hold_queue: NamedDependency[HoldQueue],
) -> Response[Any]:
    """Hold units for the buyer: from the room's sheet as JSON, from a page or an undo as a form."""
    if isinstance(error := request.scope.get(OUTCOME), Exception):
        raise error
    is_script = by_script(request)
    asked = read_json(await request.body()) if is_script else await read_form(request)
    buyer = buyer_of(request)
    source = await find_source(db, bridge_key, buyer, asked)
    try:
        held = await _hold(
            hold_queue,
            buyer.hold_request(
                asked.variant_id,
                asked.quantity,
                asked.idempotency_key,
                venue_of(request),
                source,
                None if asked.price_minor is None else Money(asked.price_minor),
            ),
            may_wait=asked.wait,
        )
    except NOTHING_HELD as refusal:
        if is_script:
            raise
        return redirect(request, page_before(request) or "/cart", _flash_of(refusal))
    except IdempotencyKeyReused:
        if is_script:
            raise
        more = f"/cart/holds?variant_id={asked.variant_id}&quantity={asked.quantity}&key={new_token()}"
        return redirect(request, "/cart", held_otherwise(more))
    answer: Response[Any]
    if isinstance(held, WaitlistPlace):
        return remember_cart(request, _place_given(request, held), buyer, counted(request))
    if is_script:
        answer = Response(granted(held), status_code=201)
    else:
        answer = redirect(request, own_path(request.query_params.get("next", ""), "/cart"))
    return remember_cart(request, answer, buyer, counted(request) + held.quantity)


def granted(held: Hold) -> HoldGranted:
    """Return what a script is answered, by whichever way it asked."""
    units = GrantedUnits(held.id, held.variant_id, held.quantity, held.expires_at, held.claim)
    return HoldGranted(units)


async def _hold(queue: HoldQueue, asked: HoldRequest, *, may_wait: bool) -> Hold | WaitlistPlace:
    """Hold the units; give who may wait a place in line where none is free."""
    if not may_wait:
        return await queue.hold(asked)
    return await queue.hold_or_wait(replace(asked, joining=Joining(current_language())))


def _place_given(request: Request[Any, Any, Any], place: WaitlistPlace) -> Response[Any]:
    if by_script(request):
        return Response(PlaceGiven(awaited(place, "")), status_code=202)
    return redirect(request, "/cart", Flash(words_of(place.number), "info"))


@post("/cart/lines/{variant_id:uuid}", include_in_schema=False)
async def change_quantity(
    request: Request[Any, Any, Any],
    variant_id: FromPath[UUID],
    db: NamedDependency[Database],
    hold_queue: NamedDependency[HoldQueue],
) -> Response[Any]:
    """Hold more or fewer units of a variant, or none; what was taken out can be put back by an undo."""
    form = await request.form()
    buyer = buyer_of(request)
    quantity = read_quantity(text_of(form, "quantity"), minimum=0)
    async with db.begin() as tx:
        before = await orders.get_cart(tx, buyer.holders)
    key = text_of(form, "idempotency_key") or new_token()
    path = "/cart?embed=1" if is_embedded(request) else "/cart"
    try:
        cart = await set_quantity(db, hold_queue, buyer, variant_id, quantity, key, venue_of(request))
    except NOTHING_HELD as refusal:
        return redirect(request, path, _flash_of(refusal))
    except IdempotencyKeyReused:
        return redirect(request, path, held_otherwise())
    messages = []
    removed = [held for held in before.lines if held.line.variant_id == variant_id]
    if removed and quantity == 0:
        units = sum(held.line.quantity for held in removed)
        undo = f"/cart/holds?variant_id={variant_id}&quantity={units}&key={new_token()}"
        undo += f"&again={removed[-1].hold_id}"
        messages.append(Flash(_("%(title)s taken out.", title=removed[0].line.title), undo=undo))
    return remember_cart(request, redirect(request, path, *messages), buyer, cart.count)


def _flash_of(refusal: Refusal) -> Flash:
    said = say(refusal)
    return Flash(f"{said.title}. {said.detail}", "warning")


def held_otherwise(more: str | None = None) -> Flash:
    """Say why a page that was gone back to changed nothing, where it can be changed, what holds more."""
    words = _("This page has put something into your cart already. You can change it here.")
    return Flash(words, "warning", undo=more, action=_("Hold this too"))


async def find_source(db: Database, key: str, buyer: Buyer, asked: HoldWanted) -> Source | None:
    """Return where the buyer came from: by the referral that they bring, or with what they held before."""
    with suppress(ValueError):
        if isinstance(asked.again, str) and asked.again:
            hold_id = UUID(asked.again)
            async with db.begin() as tx:
                return (await sources_of(tx, buyer, [hold_id])).get(hold_id)
    return bridge.accept_source(key, asked.referral, db.clock.now())


def read_json(body: bytes) -> HoldWanted:
    """Read a request that a script sends. Raises Invalid."""
    try:
        return reading.read_json(body, HoldWanted)
    except reading.Unreadable as error:
        raise Invalid(FieldProblem("variant_id", "invalid")) from error


async def read_form(request: Request[Any, Any, Any]) -> HoldWanted:
    """Read a request that a form sends; an undo has it in its address. Raises Invalid."""
    form = {**request.query_params, **await request.form()}
    variant_id: UUID | None = None
    with suppress(ValueError):
        variant_id = UUID(text_of(form, "variant_id"))
    if variant_id is None:
        raise Invalid(FieldProblem("variant_id", "required"))
    key = text_of(form, "idempotency_key") or text_of(form, "key") or new_token()
    quantity = read_quantity(text_of(form, "quantity") or "1", minimum=1)
    wait = bool(text_of(form, "wait"))
    seen = read_number(text_of(form, f"price-{variant_id}"))
    return HoldWanted(variant_id, quantity, key, text_of(form, "ref"), text_of(form, "again"), wait, seen)


def read_quantity(text: str, *, minimum: int) -> int:
    """Read a number of units. Raises Invalid."""
    fields = Fields()
    quantity = fields.count("quantity", text, minimum=minimum, maximum=MAX_QUANTITY)
    fields.settle()
    return quantity


ROUTES: list[Any] = [show_cart, list_holds, hold_units, change_quantity]
