"""The shop's bundles: made, stopped, and all of them in a list."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import bundles, catalog
from etalase.commerce.bundles import Bundle, BundleDraft, BundleState, ItemDraft
from etalase.commerce.shops import KEEPERS
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.i18n import current_zone
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._bundle_words import bundle_terms, titles_of
from etalase.web._desk import DeskShop, desk_router
from etalase.web._flash import redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import HtmlPage
from etalase.web._promotions import SHOWN, promotions_page, renamed

MAX_CHOICES = 500
PLACES = range(3)
FREE_NAMES = {"free-1": "quantity-1", "free": "quantity-1", "price": "quantity-1"}
"""The form of free units has one number for them, and no price."""
FORM_FIELDS = (
    *(f"product-{place}" for place in PLACES), *(f"quantity-{place}" for place in PLACES),
    "price", "percent", "per_order", "starts_at", "ends_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle as the list shows it."""

    bundle: Bundle
    state: BundleState
    words: str


@get("/bundles")
async def show_bundles(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the shop's bundles, the newest first."""
    async with desk_shop.show() as (tx, desk):
        found = await bundles.list_bundles(tx, desk.shop.id, limit=SHOWN)
        titles, now = await titles_of(tx, found), tx.clock.now()
    lines = [BundleRow(one, one.state(now), bundle_terms(one, titles)) for one in found]
    return promotions_page(desk, "bundles/bundles.html", lines)


@get("/bundles/new")
async def show_new_bundle(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the form that makes a bundle of either kind."""
    kind = kind_of(request)
    form = dict.fromkeys(FORM_FIELDS, "") | {"quantity-0": "2" if kind == "free" else "1", "quantity-1": "1"}
    return await bundle_form(desk_shop, form | {"kind": kind})


@post("/bundles/new")
async def make_bundle(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Make a bundle, or show the form again with what is to be mended."""
    posted = await request.form()
    form = {name: text_of(posted, name) for name in FORM_FIELDS} | {"kind": kind_of(request)}
    try:
        draft = read_draft(form)
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            await bundles.make_bundle(tx, shop.id, draft, actor_id=desk_shop.account_id)
    except Invalid as invalid:
        names = FREE_NAMES if form["kind"] == "free" else {}
        return await bundle_form(desk_shop, form, renamed(form_errors(invalid), names))
    return redirect(request, f"{desk_shop.base}/bundles", _("The bundle is made."))


@post("/bundles/{bundle_id:uuid}/stop")
async def stop_bundle(
    request: PageRequest, desk_shop: NamedDependency[DeskShop], bundle_id: FromPath[UUID]
) -> Response[Any]:
    """End a bundle now."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        await bundles.stop_bundle(tx, shop.id, bundle_id)
    return redirect(request, f"{desk_shop.base}/bundles", _("The bundle has ended."))


def kind_of(request: PageRequest) -> str:
    """Return which form is meant."""
    return "together" if request.query_params.get("kind") == "together" else "free"


def read_draft(form: dict[str, str]) -> BundleDraft:
    """Return the bundle as it was typed. Raises Invalid for a product that can't be read."""
    is_free = form["kind"] == "free"
    chosen = [place for place in PLACES if place == 0 or form[f"product-{place}"]]
    items = [
        ItemDraft(
            read_product(form, place),
            form[f"quantity-{place}"],
            form[f"quantity-{place}"] if is_free and place else 0,
        )
        for place in (chosen[:2] if is_free else chosen)
    ]
    return BundleDraft(
        items=items,
        price=None if is_free else form["price"],
        percent=None if is_free else form["percent"],
        per_order=form["per_order"],
        starts_at=form["starts_at"],
        ends_at=form["ends_at"],
        zone=current_zone(),
    )


def read_product(form: dict[str, str], place: int) -> UUID:
    """Return which product was chosen. Raises Invalid."""
    try:
        return UUID(form[f"product-{place}"])
    except ValueError as error:
        raise Invalid(FieldProblem(f"product-{place}", "unknown")) from error


async def bundle_form(
    desk_shop: DeskShop, form: dict[str, str], errors: dict[str, str] | None = None
) -> HtmlPage:
    """Return the form; every product can be chosen."""
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        products = await catalog.list_products(tx, desk.shop.id, limit=MAX_CHOICES)
    return desk.page(
        "bundles/new.html",
        "products",
        status=422 if errors else 200,
        form=form,
        errors=errors or {},
        choices=[(str(product.id), f"{product.code} · {product.title}") for product in products],
    )


ROUTES: list[Any] = [desk_router([show_bundles, show_new_bundle, make_bundle, stop_bundle])]
