"""The shop's flash deals: begun with two taps, made longer, stopped, and all of them in a list."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_204_NO_CONTENT

from etalase.commerce import catalog, deals
from etalase.commerce.catalog import ProductId, ProductView
from etalase.commerce.deals import Deal, DealDraft, DealState
from etalase.commerce.inventory import DealsOverlap
from etalase.commerce.shops import KEEPERS
from etalase.kernel.errors import FieldProblem, Invalid, Refusal
from etalase.platform.db import Tx
from etalase.platform.i18n import current_zone
from etalase.platform.i18n import gettext as _
from etalase.policy import Law, LawRefusal
from etalase.web._auth import PageRequest
from etalase.web._desk import Desk, DeskShop, desk_router
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import HtmlPage
from etalase.web._promotions import SHOWN, promotions_page, renamed
from etalase.web._refusals import say

MAX_CHOICES = 500
FORM_FIELDS = ("offer", "price", "percent", "quantity", "per_buyer", "countdown", "starts_at", "length")
FIELD_NAMES = {"countdown_seconds": "countdown", "length_seconds": "length"}


@dataclass(frozen=True, slots=True)
class DealLine:
    """A deal as the list shows it, with its product as it is now."""

    deal: Deal
    product: ProductView
    state: DealState

    @property
    def label(self) -> str:
        """Return the name of the variant that it is for; nothing where it is for all."""
        return next((one.label for one in self.product.variants if one.id == self.deal.variant_id), "")

    @property
    def list_low(self) -> Any:
        """Return the lowest price that the shop asks without the deal."""
        return min((one.price for one in self.product.variants if one.id in self.deal.prices), default=None)


@get("/deals")
async def show_deals(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the shop's deals, the newest first, with what can be done about those that have not ended."""
    async with desk_shop.show() as (tx, desk):
        lines = await _lines(tx, await deals.list_deals(tx, desk.shop.id, limit=SHOWN))
    return promotions_page(desk, "deals/deals.html", lines)


@get("/deals/new")
async def show_new_deal(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the form that starts a deal, with usual values."""
    form = dict.fromkeys(FORM_FIELDS, "") | {"percent": "20", "length": "600", "countdown": "0"}
    form["offer"] = request.query_params.get("offer", "")[:80]
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        return await _form(tx, desk, form)


@post("/deals/new")
async def start_deal(
    request: PageRequest, desk_shop: NamedDependency[DeskShop], law: NamedDependency[Law]
) -> Response[Any]:
    """Start a deal: from the form, or from the studio, which sends the offer alone."""
    posted = await request.form()
    form = {name: text_of(posted, name) for name in FORM_FIELDS}
    by_script = "json" in request.headers.get("accept", "")
    try:
        draft = _draft(form)
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            await deals.start_deal(tx, law, shop.id, draft, actor_id=desk_shop.account_id)
    except (Invalid, DealsOverlap, LawRefusal) as refusal:
        if by_script:
            raise
        errors = form_errors(refusal) if isinstance(refusal, Invalid) else {"offer": say(refusal).detail}
        return await _form_again(desk_shop, form, renamed(errors, FIELD_NAMES))
    if by_script:
        return Response(None, status_code=HTTP_204_NO_CONTENT)
    return redirect(request, f"{desk_shop.base}/deals", _("The deal is on its way."))


@post("/deals/{deal_id:uuid}/extend")
async def extend_deal(
    request: PageRequest, desk_shop: NamedDependency[DeskShop], deal_id: FromPath[UUID]
) -> Response[Any]:
    """Let a deal last longer."""
    seconds = text_of(await request.form(), "seconds")
    return await _change(request, desk_shop, deal_id, seconds)


@post("/deals/{deal_id:uuid}/stop")
async def stop_deal(
    request: PageRequest, desk_shop: NamedDependency[DeskShop], deal_id: FromPath[UUID]
) -> Response[Any]:
    """End a deal now."""
    return await _change(request, desk_shop, deal_id, None)


async def _change(
    request: PageRequest, desk_shop: DeskShop, deal_id: UUID, seconds: str | None
) -> Response[Any]:
    """Make the deal longer by so much, or with None end it; a script is told nothing but that it is done."""
    by_script = "json" in request.headers.get("accept", "")
    try:
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            if seconds is None:
                await deals.stop_deal(tx, shop.id, deal_id)
            else:
                await deals.extend_deal(tx, shop.id, deal_id, seconds)
    except (Invalid, deals.DealOver, deals.DealTooLong, DealsOverlap) as refusal:
        if by_script:
            raise
        return redirect(request, f"{desk_shop.base}/deals", _warning(refusal))
    if by_script:
        return Response(None, status_code=HTTP_204_NO_CONTENT)
    words = _("The deal has ended.") if seconds is None else _("The deal lasts longer now.")
    return redirect(request, f"{desk_shop.base}/deals", words)


def _warning(refusal: Refusal) -> Flash:
    return Flash(say(refusal).detail, "warning")


async def _lines(tx: Tx, found: list[Deal]) -> list[DealLine]:
    """Put each deal's product beside it."""
    now = tx.clock.now()
    products = {deal.product_id: None for deal in found}
    views = {product_id: await catalog.get_product(tx, ProductId(product_id)) for product_id in products}
    return [DealLine(deal, views[deal.product_id], deal.state(now)) for deal in found]


def _draft(form: dict[str, str]) -> DealDraft:
    """Return the deal as it was typed. Raises Invalid for an offer or a time that can't be read."""
    product, _dot, variant = form["offer"].partition(".")
    try:
        product_id, variant_id = UUID(product), UUID(variant) if variant else None
    except ValueError as error:
        raise Invalid(FieldProblem("offer", "unknown")) from error
    return DealDraft(
        product_id=product_id,
        variant_id=variant_id,
        price=form["price"].strip(),
        percent=form["percent"].strip(),
        quantity=form["quantity"].strip(),
        per_buyer=form["per_buyer"].strip(),
        countdown_seconds=form["countdown"],
        starts_at=form["starts_at"],
        zone=current_zone(),
        length_seconds=form["length"],
    )


async def _form_again(desk_shop: DeskShop, form: dict[str, str], errors: dict[str, str]) -> HtmlPage:
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        return await _form(tx, desk, form, errors)


async def _form(tx: Tx, desk: Desk, form: dict[str, str], errors: dict[str, str] | None = None) -> HtmlPage:
    """Return the form. Every product can be chosen, and each variant of one that has several."""
    products = await catalog.list_products(tx, desk.shop.id, limit=MAX_CHOICES)
    choices = [choice for product in products for choice in _choices(product)]
    return desk.page(
        "deals/new.html",
        "products",
        status=422 if errors else 200,
        form=form,
        errors=errors or {},
        choices=choices,
    )


def _choices(product: ProductView) -> list[tuple[str, str]]:
    name = f"{product.code} · {product.title}"
    several = product.variants if len(product.variants) > 1 else ()
    return [
        (str(product.id), name),
        *((f"{product.id}.{one.id}", f"{name} · {one.label}") for one in several),
    ]


ROUTES: list[Any] = [desk_router([show_deals, show_new_deal, start_deal, extend_deal, stop_deal])]
