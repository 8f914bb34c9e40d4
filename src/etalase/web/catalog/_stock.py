"""A product's stock: what is there, what moved and why, and the three ways in which a shop changes it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductId, ProductView
from etalase.commerce.inventory import MovementKind, StockTooLow
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.platform.db import Tx
from etalase.platform.i18n import Lazy, lazy
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect
from etalase.web._forms import form_errors
from etalase.web._pages import HtmlPage
from etalase.web.catalog._line import holder_rows

SHOWN = 50
KIND_WORDS: dict[MovementKind, tuple[Lazy, str]] = {
    MovementKind.RECEIVED: (lazy("Came in"), "good"),
    MovementKind.HELD: (lazy("Held for a buyer"), "info"),
    MovementKind.RELEASED: (lazy("Let go"), "neutral"),
    MovementKind.EXPIRED: (lazy("Hold ran out"), "neutral"),
    MovementKind.SOLD: (lazy("Sold"), "brand"),
    MovementKind.RETURNED: (lazy("Came back"), "good"),
    MovementKind.ADJUSTED: (lazy("Corrected"), "warn"),
}


@dataclass(frozen=True, slots=True)
class StockForm:
    """What somebody tells about a variant's units: some arrived, some are gone, or all were counted."""

    variant_id: str = ""
    deed: str = "arrived"
    quantity: str = ""
    reason: str = ""


@get("/products/{product_id:uuid}/stock")
async def show_stock(desk_shop: NamedDependency[DeskShop], product_id: FromPath[UUID]) -> HtmlPage:
    """Show the stock of each variant, and its latest movements."""
    return await _page(desk_shop, ProductId(product_id), StockForm())


@post("/products/{product_id:uuid}/stock")
async def move_stock(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
    data: URLEncodedBody[StockForm],
) -> Response[Any]:
    """Let units arrive, go, or be counted, with a reason."""
    try:
        async with desk_shop.open() as (tx, shop):
            product = await catalog.get_product_of(tx, shop.id, ProductId(product_id))
            await _move(tx, product, data, desk_shop.account_id)
    except Invalid as invalid:
        return await _page(desk_shop, ProductId(product_id), data, form_errors(invalid))
    except StockTooLow as refusal:
        words = _("%(held)s of them are held for buyers.", held=refusal.facts["held"])
        return await _page(desk_shop, ProductId(product_id), data, {"quantity": words})
    return redirect(request, f"{desk_shop.base}/products/{product_id}/stock", _("The stock is noted."))


async def _move(tx: Tx, product: ProductView, form: StockForm, actor_id: UUID) -> None:
    variant_ids = {str(variant.id): variant.id for variant in product.variants}
    fields = Fields()
    if form.variant_id not in variant_ids:
        fields.refuse("variant_id", "unknown")
    minimum = 0 if form.deed == "counted" else 1
    quantity = fields.count("quantity", form.quantity, minimum=minimum, maximum=1_000_000)
    if form.deed not in {"arrived", "gone", "counted"}:
        fields.refuse("deed", "unknown")
    if form.deed != "arrived" and not form.reason.strip():
        raise Invalid(*fields.problems, FieldProblem("reason", "required"))
    fields.settle()
    variant_id = variant_ids[form.variant_id]
    if form.deed == "arrived":
        await inventory.receive(tx, variant_id, quantity, actor_id=actor_id, reason=form.reason)
    elif form.deed == "gone":
        await inventory.adjust(tx, variant_id, -quantity, actor_id=actor_id, reason=form.reason)
    else:
        await inventory.count(tx, {variant_id: quantity}, actor_id=actor_id, reason=form.reason)


async def _page(
    desk_shop: DeskShop,
    product_id: ProductId,
    form: StockForm,
    errors: dict[str, str] | None = None,
) -> HtmlPage:
    async with desk_shop.show() as (tx, desk):
        product = await catalog.get_product_of(tx, desk.shop.id, product_id)
        ids = [variant.id for variant in product.variants]
        stock = await inventory.stock_of(tx, ids)
        movements = await inventory.list_movements(tx, ids, limit=SHOWN)
        freezes = await inventory.list_freezes(tx, ids)
        held, waiting = await holder_rows(tx, ids)
    return desk.page(
        "catalog/stock.html",
        "products",
        status=422 if errors else 200,
        product=product,
        stock=stock,
        movements=movements,
        freezes=freezes,
        held=held,
        waiting=waiting,
        labels={variant.id: variant.label or product.title for variant in product.variants},
        variant_options=[(str(variant.id), variant.label or product.title) for variant in product.variants],
        kind_words=KIND_WORDS,
        form=form,
        errors=errors or {},
    )
