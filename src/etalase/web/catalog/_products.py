"""The shop's products: listed, added, changed, archived and brought back."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductId, ProductView
from etalase.commerce.shops import Role
from etalase.kernel.errors import Invalid, Refusal
from etalase.kernel.reading import read_number
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.platform.images import srcset
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import Flash, redirect
from etalase.web._pages import HtmlPage
from etalase.web._refusals import say
from etalase.web.catalog._forms import ProductForm, VariantRow, form_of, read_form
from etalase.web.catalog._uploads import MAX_UPLOAD_BYTES, keep_photos

SHOWN = 24
MAX_POSITION = 2**31
KEEPERS = (Role.OWNER, Role.HOST)


@get("/products")
async def list_products(
    request: PageRequest, db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]
) -> HtmlPage:
    """Show the shop's products in its order, or the archived ones."""
    search = request.query_params.get("q", "").strip()[:60]
    archived = request.query_params.get("archived") == "1"
    after = _read_position(request.query_params.get("after", ""))
    async with db.begin() as tx:
        found = await catalog.list_products(
            tx, desk_shop.shop.id, archived=archived, search=search, after=after, limit=SHOWN + 1
        )
        shown = found[:SHOWN]
        stock = await inventory.stock_of(tx, [one.id for product in shown for one in product.variants])
    left = {
        product.id: sum(stock[one.id].available for one in product.variants if one.id in stock)
        for product in shown
    }
    last = shown[-1] if len(found) > SHOWN else None
    return desk_shop.page(
        "catalog/products.html",
        "products",
        products=shown,
        left=left,
        search=search,
        archived=archived,
        next_after=f"{last.position}.{last.id}" if last else None,
        first_page=after is None,
        may_change=desk_shop.role in KEEPERS,
        srcset=srcset,
    )


@get("/products/new")
async def show_new_product(desk_shop: NamedDependency[DeskShop]) -> HtmlPage:
    """Show the form that adds a product."""
    desk_shop.require(*KEEPERS)
    return _page(desk_shop, ProductForm())


@post("/products/new")
async def add_product(
    request: PageRequest, db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop]
) -> Response[Any]:
    """Add a product with its first units, and go on to its photos."""
    desk_shop.require(*KEEPERS)
    posted = await request.form()
    form = read_form(posted)
    if "more" in posted:
        form.rows.append(VariantRow())
        return _page(desk_shop, form)
    try:
        async with db.begin() as tx:
            product = await catalog.create_product(tx, desk_shop.shop.id, form.draft())
            for place, units in form.new_units().items():
                if units:
                    variant_id = product.variants[place].id
                    await inventory.receive(tx, variant_id, units, actor_id=desk_shop.account_id)
    except Invalid as invalid:
        return _page(desk_shop, form, errors=form.errors(invalid))
    words = _("%(title)s is in the shop as %(code)s. Now its photos.", title=product.title, code=product.code)
    return redirect(request, f"{desk_shop.base}/products/{product.id}#photos", words)


@get("/products/{product_id:uuid}")
async def show_product(
    db: NamedDependency[Database], desk_shop: NamedDependency[DeskShop], product_id: FromPath[UUID]
) -> HtmlPage:
    """Show a product with its photos, variants and stock."""
    async with db.begin() as tx:
        product = await catalog.get_product_of(tx, desk_shop.shop.id, ProductId(product_id))
        stock = await inventory.stock_of(tx, [one.id for one in product.variants])
    return _page(desk_shop, form_of(product, stock), product)


@post("/products/{product_id:uuid}", request_max_body_size=MAX_UPLOAD_BYTES)
async def change_product(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Replace a product's words and variants, and take the photos in that were chosen along with them."""
    return await _save(request, db, files, desk_shop, ProductId(product_id))


@post("/products/{product_id:uuid}/photos", request_max_body_size=MAX_UPLOAD_BYTES)
async def add_photos(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Take photos in, and what else the form says if all of it was sent; come back to the photos."""
    return await _save(request, db, files, desk_shop, ProductId(product_id), "#photos")


async def _save(
    request: PageRequest,
    db: Database,
    files: FileStore,
    desk_shop: DeskShop,
    product_id: ProductId,
    part: str = "",
) -> Response[Any]:
    """Keep everything that was sent; what is refused is told, and the rest is kept all the same."""
    desk_shop.require(*KEEPERS)
    posted = await request.form()
    async with db.begin() as tx:
        before = await catalog.get_product_of(tx, desk_shop.shop.id, product_id)
    refused: Refusal | None = None
    try:
        added = await keep_photos(db, files, before, posted)
    except Refusal as refusal:
        refused, added = refusal, 1
    if "title" in posted:
        page = await _save_words(posted, db, desk_shop, product_id, refused)
        if page is not None:
            return page
    there = f"{desk_shop.base}/products/{product_id}{'#photos' if refused or added else part}"
    if refused is not None:
        return redirect(request, there, Flash(say(refused).detail, "danger"))
    return redirect(request, there, _("Saved.") if "title" in posted else _("The photos are in their place."))


async def _save_words(
    posted: FormMultiDict, db: Database, desk: DeskShop, product_id: ProductId, refused: Refusal | None
) -> HtmlPage | None:
    """Replace words and variants; return the form again where more is to be written or mended."""
    form = read_form(posted)
    errors = {"photos": say(refused).detail} if refused else {}
    more = "more" in posted
    if not more:
        try:
            async with db.begin() as tx:
                product = await catalog.update_product(tx, desk.shop.id, product_id, form.draft())
                for place, units in form.new_units().items():
                    if units:
                        variant_id = product.variants[place].id
                        await inventory.receive(tx, variant_id, units, actor_id=desk.account_id)
        except Invalid as invalid:
            errors |= form.errors(invalid)
        else:
            return None
    else:
        form.rows.append(VariantRow())
    async with db.begin() as tx:
        now = await catalog.get_product_of(tx, desk.shop.id, product_id)
    return _page(desk, form, now, errors=errors)


@post("/products/{product_id:uuid}/archive")
async def archive(
    request: PageRequest,
    db: NamedDependency[Database],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Offer the product no more; the message has the way back."""
    desk_shop.require(*KEEPERS)
    async with db.begin() as tx:
        product = await catalog.archive_product(tx, desk_shop.shop.id, ProductId(product_id))
    undo = f"{desk_shop.base}/products/{product_id}/restore"
    gone = Flash(_("%(title)s is archived.", title=product.title), undo=undo)
    return redirect(request, f"{desk_shop.base}/products", gone)


@post("/products/{product_id:uuid}/restore")
async def restore(
    request: PageRequest,
    db: NamedDependency[Database],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Offer an archived product again."""
    desk_shop.require(*KEEPERS)
    try:
        async with db.begin() as tx:
            product = await catalog.restore_product(tx, desk_shop.shop.id, ProductId(product_id))
    except Invalid:
        taken = Flash(_("Another product has its code now. Please change that one first."), "danger")
        return redirect(request, f"{desk_shop.base}/products?archived=1", taken)
    back = _("%(title)s is offered again.", title=product.title)
    return redirect(request, f"{desk_shop.base}/products", back)


@post("/products/{product_id:uuid}/move")
async def move_product(
    request: PageRequest,
    db: NamedDependency[Database],
    desk_shop: NamedDependency[DeskShop],
    product_id: FromPath[UUID],
) -> Response[Any]:
    """Change places with the product before or behind it."""
    desk_shop.require(*KEEPERS)
    step = -1 if (await request.form()).get("to") == "up" else 1
    async with db.begin() as tx:
        await catalog.get_product_of(tx, desk_shop.shop.id, ProductId(product_id))
        ids = [one.id for one in await catalog.list_products(tx, desk_shop.shop.id, limit=10_000)]
        if product_id in ids:  # an archived one has no place among them
            at = ids.index(ProductId(product_id))
            other = at + step
            if 0 <= other < len(ids):
                pair = [ids[at], ids[other]] if step < 0 else [ids[other], ids[at]]
                await catalog.reorder_products(tx, desk_shop.shop.id, pair)
    return redirect(request, f"{desk_shop.base}/products#p-{product_id}")


def _page(
    desk: DeskShop,
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
