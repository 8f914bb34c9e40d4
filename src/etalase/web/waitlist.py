"""The line: leaving it, letting the next go first, giving a turn back. A hold that would wait joins it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import inventory, orders
from etalase.commerce.inventory import HoldEnded, NobodyBehind
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.web._cart import Buyer, buyer_of, is_embedded, remember_cart
from etalase.web._flash import Flash, redirect
from etalase.web._hold_terms import shop_of_variant
from etalase.web._holds import HeldUnits, HoldList, LineSeen, TakenBackUnits
from etalase.web._refusals import say
from etalase.web._waiting import FAR_SECONDS, awaited, line_seen, seconds_until_asked


@get("/cart/waitlist/{variant_id:uuid}", include_in_schema=False)
async def show_line(
    variant_id: FromPath[UUID],
    db: NamedDependency[Database],
    hold_settings: NamedDependency[inventory.InventorySettings],
) -> Response[LineSeen]:
    """Tell a script how it stands with what no unit is free of."""
    async with db.begin() as tx:
        stock = (await inventory.stock_of(tx, [variant_id])).get(variant_id)
        rules = (await shop_of_variant(tx, variant_id)).hold_rules
    seen = line_seen(stock, rules.hold_seconds(hold_settings.hold_ttl_seconds))
    return Response(seen, headers={"cache-control": "no-store"})


@post("/cart/waitlist/{variant_id:uuid}/leave", include_in_schema=False)
async def leave_line(
    request: Request[Any, Any, Any], variant_id: FromPath[UUID], db: NamedDependency[Database]
) -> Response[Any]:
    """Give up a place in line: from the room's sheet as JSON, from the cart as a form."""
    buyer = buyer_of(request)
    async with db.begin() as tx:
        await inventory.leave_waitlist(tx, buyer.holders, variant_id)
        held = await hold_list(tx, buyer)
    return _answer(request, held, Flash(_("You have left the line.")))


@post("/cart/holds/{hold_id:uuid}/skip", include_in_schema=False)
async def skip_turn(
    request: Request[Any, Any, Any], hold_id: FromPath[UUID], db: NamedDependency[Database]
) -> Response[Any]:
    """Let the next in line have what is held for the buyer, who stays first for what comes after."""
    buyer = buyer_of(request)
    try:
        async with db.begin() as tx:
            await inventory.skip_turn(tx, buyer.holders, hold_id)
            held = await hold_list(tx, buyer)
            count = (await orders.get_cart(tx, buyer.holders)).count
    except (HoldEnded, NobodyBehind) as refusal:
        if by_script(request):
            raise
        said = say(refusal)
        return redirect(request, _cart(request), Flash(f"{said.title}. {said.detail}", "warning"))
    answer = _answer(request, held, Flash(_("The next in line has it now. You are first for the next one.")))
    return remember_cart(request, answer, buyer, count)


@post("/cart/holds/{hold_id:uuid}/release", include_in_schema=False)
async def release_hold(
    request: Request[Any, Any, Any], hold_id: FromPath[UUID], db: NamedDependency[Database]
) -> Response[Any]:
    """Give back what the buyer no longer wants; what is not theirs, or has ended, is left as it is."""
    buyer = buyer_of(request)
    with suppress(HoldEnded):  # ordered or swept since it was listed
        async with db.begin() as tx:
            mine = {line.hold_id for line in (await orders.get_cart(tx, buyer.holders)).lines}
            await inventory.shrink(tx, dict.fromkeys(mine & {hold_id}, 0))
    async with db.begin() as tx:
        held = await hold_list(tx, buyer)
        count = (await orders.get_cart(tx, buyer.holders)).count
    answer = _answer(request, held, Flash(_("You have let it go.")))
    return remember_cart(request, answer, buyer, count)


async def hold_list(tx: Tx, buyer: Buyer) -> HoldList:
    """Return what a script is told of holds and places."""
    cart = await orders.get_cart(tx, buyer.holders)
    turns = await inventory.list_places_of_holds(tx, [held.hold_id for held in cart.lines])
    lines = await orders.list_waiting_lines(tx, buyer.holders)
    return HoldList(
        [
            HeldUnits(
                held.hold_id,
                held.line.variant_id,
                ", ".join(filter(None, (held.line.title, held.line.label))),
                held.line.quantity,
                held.expires_at,
                turns[held.hold_id].quantity if held.hold_id in turns else 0,
            )
            for held in cart.lines
        ],
        [awaited(line.place, line.title) for line in lines],
        seconds_until_asked(lines) or (FAR_SECONDS if cart.lines else 0),
        await taken_back(tx, buyer),
    )


async def taken_back(tx: Tx, buyer: Buyer) -> list[TakenBackUnits]:
    """Return what shops have let go of late that was held for this buyer, in words."""
    lines = await orders.list_taken_back(tx, buyer.holders)
    return [
        TakenBackUnits(
            hold.id,
            _(
                "The shop has let go of what was held for you: %(units)s.",
                units=f"{hold.quantity} \u00d7 {title}",
            ),
        )
        for hold, title in lines
    ]


def by_script(request: Request[Any, Any, Any]) -> bool:
    """Tell whether a script sends this request, and not a form."""
    return "json" in request.headers.get("content-type", "")


def _answer(request: Request[Any, Any, Any], held: HoldList, flash: Flash) -> Response[Any]:
    if by_script(request):
        return Response(held, status_code=200)
    return redirect(request, _cart(request), flash)


def _cart(request: Request[Any, Any, Any]) -> str:
    return "/cart?embed=1" if is_embedded(request) else "/cart"


ROUTES: list[Any] = [show_line, leave_line, skip_turn, release_hold]
