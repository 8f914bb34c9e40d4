"""The shop's products: listed, added, changed, archived and brought back."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductId, ProductView
from etalase.commerce.shops import KEEPERS
from etalase.kernel.errors import Invalid, Refusal
from etalase.kernel.reading import read_number
from etalase.platform.db import Tx
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.platform.images import srcset
from etalase.web._auth import PageRequest
from etalase.web._desk import Desk, DeskShop
from etalase.web._flash import Flash, redirect
from etalase.web._pages import HtmlPage
from etalase.web._refusals import say
from etalase.web.catalog._forms import ProductForm, VariantRow, form_of, read_form
from etalase.web.catalog._uploads import MAX_UPLOAD_BYTES, keep_photos

SHOWN = 24
MAX_POSITION = 2**31


@get("/products")
async def list_products(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the shop's products in its order, or the archived ones."""
    search = request.query_params.get("q", "").strip()[:60]
    archived = request.query_params.get("archived") == "1"
    after = _read_position(request.query_params.get("after", ""))
    async with desk_shop.show() as (tx, desk):
        found = await catalog.list_products(
            tx, desk.shop.id, archived=archived, search=search, after=after, limit=SHOWN + 1
        )
        shown = found[:SHOWN]
        stock = await inventory.stock_of(tx, [one.id for product in shown for one in product.variants])
    left = {
        product.id: sum(stock[one.id].available for one in product.variants if one.id in stock)
        for product in shown
    }
    last = shown[-1] if len(found) > SHOWN else None
    return desk.page(
        "catalog/products.html",
        "products",
        products=shown,
        left=left,
        search=search,
        archived=archived,
        next_after=f"{last.position}.{last.id}" if last else None,
        first_page=after is None,
        may_change=desk.role in KEEPERS,
        srcset=srcset,
    )


@get("/products/new")
async def show_new_product(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the form that adds a product."""
    async with desk_shop.show(*KEEPERS) as (_tx, desk):
        return _page(desk, ProductForm())


@post("/products/new")
async def add_product(request: PageRequest, desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Add a product with its first units, and go on to its photos."""
    posted = await request.form()
    form = read_form(posted)
    if "more" in posted:
        form.rows.append(VariantRow())
        return await _form_again(desk_shop, form)
    try:
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            product = await catalog.create_product(tx, shop.id, form.draft())
            await _receive_new_units(tx, product, form, desk_shop.account_id)
    except Invalid as invalid:
        return await _form_again(desk_shop, form, errors=form.errors(invalid))
    words = _("%(title)s is in the shop as %(code)s. Now its photos.", title=product.title, code=product.code)
    return redirect(request, f"{desk_shop.base}/products/{product.id}#photos", words)


@get("/products/{product_id:uuid}")
async def show_product(desk_shop: NamedDependency[DeskShop], product_id: FromPath[UUID]) -> HtmlPage:
    """Show a product with its photos, variants and stock."""
    async with desk_shop.show() as (tx, desk):
        product = await catalog.get_product_of(tx, desk.shop.id, ProductId(product_id))
        stock = await inventory.stock_of(tx, [one.id for one in product.variants])
    return _page(desk, form_of(product, stock), product)


@post("/products/{product_id:uuid}", request_max_body_size=MAX_UPLOAD_BYTES)
async def change_product(
    request: PageRequest,
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Replace a product's words and variants, and take the photos in that were chosen along with them."""
    return await _save(request, files, desk_shop, ProductId(product_id))


@post("/products/{product_id:uuid}/photos", request_max_body_size=MAX_UPLOAD_BYTES)
async def add_photos(
    request: PageRequest,
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Take photos in, and what else the form says if all of it was sent; come back to the photos."""
    return await _save(request, files, desk_shop, ProductId(product_id), "#photos")


async def _save(
    request: PageRequest,
    files: FileStore,
    desk_shop: DeskShop,
    product_id: ProductId,
    part: str = "",
) -> Response[Any]:
    """Keep everything that was sent; what is refused is told, and the rest is kept all the same."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):  # whoever may not, costs us no picture
        before = await catalog.get_product_of(tx, shop.id, product_id)
    posted = await request.form()
    refused: Refusal | None = None
    try:
        added = await keep_photos(desk_shop, files, before, posted)
    except Refusal as refusal:
        refused, added = refusal, 1
    if "title" in posted:
        page = await _save_words(posted, desk_shop, product_id, refused)
        if page is not None:
            return page
    there = f"{desk_shop.base}/products/{product_id}{'#photos' if refused or added else part}"
    if refused is not None:
        return redirect(request, there, Flash(say(refused).detail, "danger"))
    return redirect(request, there, _("Saved.") if "title" in posted else _("The photos are in their place."))


async def _save_words(
    posted: FormMultiDict, desk_shop: DeskShop, product_id: ProductId, refused: Refusal | None
) -> HtmlPage | None:
    """Replace words and variants; return the form again where more is to be written or mended."""
    form = read_form(posted)
    errors = {"photos": say(refused).detail} if refused else {}
    more = "more" in posted
    if not more:
        try:
            async with desk_shop.open(*KEEPERS) as (tx, shop):
                product = await catalog.update_product(tx, shop.id, product_id, form.draft())
                await _receive_new_units(tx, product, form, desk_shop.account_id)
        except Invalid as invalid:
            errors |= form.errors(invalid)
        else:
            return None
    else:
        form.rows.append(VariantRow())
    return await _form_again(desk_shop, form, product_id, errors)


async def _form_again(
    desk_shop: DeskShop,
    form: ProductForm,
    product_id: ProductId | None = None,
    errors: dict[str, str] | None = None,
) -> HtmlPage:
    """Return the form as it was sent, of a product that is there already or of a new one."""
    async with desk_shop.show(*KEEPERS) as (tx, desk):
        now = await catalog.get_product_of(tx, desk.shop.id, product_id) if product_id else None
    return _page(desk, form, now, errors=errors)


async def _receive_new_units(tx: Tx, product: ProductView, form: ProductForm, actor_id: UUID) -> None:
    """Let the units of the form's new variants arrive."""
    for place, units in form.new_units().items():
        if units:
            await inventory.receive(tx, product.variants[place].id, units, actor_id=actor_id)


@post("/products/{product_id:uuid}/archive")
async def archive(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Offer the product no more; the message has the way back."""
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        product = await catalog.archive_product(tx, shop.id, ProductId(product_id))
    undo = f"{desk_shop.base}/products/{product_id}/restore"
    gone = Flash(_("%(title)s is archived.", title=product.title), undo=undo)
    return redirect(request, f"{desk_shop.base}/products", gone)


@post("/products/{product_id:uuid}/restore")
async def restore(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Offer an archived product again."""
    try:
        async with desk_shop.open(*KEEPERS) as (tx, shop):
            product = await catalog.restore_product(tx, shop.id, ProductId(product_id))
    except Invalid:
        taken = Flash(_("Another product has its code now. Please change that one first."), "danger")
        return redirect(request, f"{desk_shop.base}/products?archived=1", taken)
    back = _("%(title)s is offered again.", title=product.title)
    return redirect(request, f"{desk_shop.base}/products", back)


@post("/products/{product_id:uuid}/move")
async def move_product(
    request: PageRequest,
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Change places with the product before or behind it."""
    step = -1 if (await request.form()).get("to") == "up" else 1
    async with desk_shop.open(*KEEPERS) as (tx, shop):
        await catalog.get_product_of(tx, shop.id, ProductId(product_id))
        ids = [one.id for one in await catalog.list_products(tx, shop.id, limit=10_000)]
        if product_id in ids:  # an archived one has no place among them
            at = ids.index(ProductId(product_id))
            other = at + step
            if 0 <= other < len(ids):
                pair = [ids[at], ids[other]] if step < 0 else [ids[other], ids[at]]
                await catalog.reorder_products(tx, shop.id, pair)
    return redirect(request, f"{desk_shop.base}/products#p-{product_id}")


def _page(
    desk: Desk,
    form: ProductForm,
    product: ProductView | None = None,
    errors: dict[str, str] | None = None,
) -> HtmlPage:
    return desk.page(
        "catalog/product.html",
        "products",
        status=422 if errors else 200,
        form=form,
        product=product,
        errors=errors or {},
        may_change=desk.role in KEEPERS,
        max_photos=catalog.MAX_PHOTOS,
        srcset=srcset,
    )


def _read_position(raw: str) -> tuple[int, UUID] | None:
    """Return the place behind which the list goes on; a broken one is the list's beginning."""
    position, _dot, product_id = raw.partition(".")
    number = read_number(position)
    try:
        return None if number is None or number >= MAX_POSITION else (number, UUID(product_id))
    except ValueError:
        return None
