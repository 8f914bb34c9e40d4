"""What a buyer is to know before a tap, and asking a shop not to have to pay first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from etalase.commerce import inventory, orders, shops
from etalase.commerce.orders import AppealDraft, AppealOpen, AppealTooSoon, NothingToAppeal
from etalase.commerce.shops import ShopView
from etalase.kernel.errors import Invalid, Refusal
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import current_language
from etalase.platform.i18n import gettext as _
from etalase.platform.ratelimit import Limit, TooManyTries, Try, spend
from etalase.web._cart import Buyer, buyer_of, is_embedded, remember_cart
from etalase.web._flash import redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._hold_terms import hold_terms, pay_first_words, shop_of_variant
from etalase.web._holds import HoldTerms
from etalase.web._pages import page
from etalase.web._refusals import say

APPEALS_BY_NETWORK = Limit("web.appeals_by_network", burst=10, every=timedelta(minutes=10))
"""Anybody is a new guest as often as they like; a shop reads only so much from behind one address."""
REFUSED = (Invalid, NothingToAppeal, AppealOpen, AppealTooSoon, TooManyTries)


@get("/cart/terms/{variant_id:uuid}", include_in_schema=False)
async def show_terms(
    request: Request[Any, Any, Any],
    variant_id: FromPath[UUID],
    db: NamedDependency[Database],
    hold_settings: NamedDependency[inventory.InventorySettings],
) -> Response[HoldTerms]:
    """Tell a script on which terms a unit is held for this buyer."""
    buyer = buyer_of(request)
    async with db.begin() as tx:
        terms = await hold_terms(tx, await shop_of_variant(tx, variant_id), buyer, hold_settings)
    return Response(terms, headers={"cache-control": "no-store"})


@get("/shop/{slug:str}/pay-first", include_in_schema=False)
async def show_pay_first(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database]
) -> Response[Any]:
    """Show a buyer why they pay first at this shop, their own record, and what became of an appeal."""
    return await _page(request, db, slug)


@post("/shop/{slug:str}/pay-first", include_in_schema=False)
async def send_appeal(
    request: Request[Any, Any, Any], slug: FromPath[str], db: NamedDependency[Database]
) -> Response[Any]:
    """Ask the shop, or show the form again with what is to be mended."""
    buyer = buyer_of(request)
    form = await request.form()
    draft = AppealDraft(text_of(form, "words"), text_of(form, "email"))
    try:
        if buyer.network:
            await spend(db, Try(APPEALS_BY_NETWORK, buyer.network))
        async with db.begin() as tx:
            shop = await _shop(tx, slug)
            await orders.ask_appeal(tx, buyer.holders, shop.id, draft, current_language())
    except REFUSED as refusal:
        return await _page(request, db, slug, draft, refusal)
    suffix = "?embed=1" if is_embedded(request) else ""
    return redirect(request, f"/shop/{slug}/pay-first{suffix}", _("The shop has your words and will answer."))


async def _page(
    request: Request[Any, Any, Any],
    db: Database,
    slug: str,
    draft: AppealDraft | None = None,
    refusal: Refusal | None = None,
) -> Response[Any]:
    buyer: Buyer = buyer_of(request)
    async with db.begin() as tx:
        shop = await _shop(tx, slug)
        terms = (await orders.find_pay_first(tx, buyer.holders, [shop.id])).get(shop.id)
        record = await orders.get_record(tx, buyer.holders)
        appeals = await orders.list_appeals_of_buyer(tx, shop.id, buyer.holders)
        count = (await orders.get_cart(tx, buyer.holders)).count
    said = say(refusal) if refusal and not isinstance(refusal, Invalid) else None
    answer = page(
        "storefront/pay_first.html",
        status=said.status if said else 422 if refusal else 200,
        shop=shop,
        terms=terms,
        words=pay_first_words(terms) if terms else "",
        record=record,
        appeals=appeals,
        form=draft or AppealDraft(email=buyer.email),
        errors=form_errors(refusal) if isinstance(refusal, Invalid) else {},
        notice=said,
        embed=is_embedded(request),
    )
    return remember_cart(request, answer, buyer, count)


async def _shop(tx: Tx, slug: str) -> ShopView:
    shop = await shops.find_shop_by_slug(tx, slug)
    if shop is None:
        raise NotFoundException
    return shop


ROUTES: list[Any] = [show_terms, show_pay_first, send_appeal]
