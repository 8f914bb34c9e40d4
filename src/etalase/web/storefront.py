"""A shop's own site on the commerce plane: its window, its products, and a way to buy without any room."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from etalase import bridge
from etalase.commerce import catalog, inventory, shops
from etalase.kernel.ids import new_code
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.web._pages import HtmlPage, page
from etalase.web._preview import preview_product, preview_shop, preview_site
from etalase.web._way_back import show_cookie

SHOPS_SHOWN = 60
PRODUCTS_SHOWN = 200


async def _shop(tx: Tx, slug: str) -> shops.ShopView:
    shop = await shops.find_shop_by_slug(tx, slug)
    if shop is None:
        raise NotFoundException
    return shop


@get("/shops", include_in_schema=False)
async def list_shops(db: NamedDependency[Database]) -> HtmlPage:
    """Show all shops of this market."""
    async with db.begin() as tx:
        found = await shops.list_shops(tx, limit=SHOPS_SHOWN)
    preview = preview_site(
        _("Shops"), _("Each sells from its own window, and ships from its own town."), "/shops"
    )
    return page("storefront/shops.html", shops=found, preview=preview)


@get("/shop/{slug:str}", include_in_schema=False)
async def show_shop(db: NamedDependency[Database], slug: FromPath[str]) -> HtmlPage:
    """Show what a shop offers, with what is left of it."""
    async with db.begin() as tx:
        shop = await _shop(tx, slug)
        products = await catalog.list_products(tx, shop.id, limit=PRODUCTS_SHOWN)
        variants = [variant.id for product in products for variant in product.variants]
        stock = await inventory.available(tx, variants)
    left = {product.id: sum(stock.get(v.id, 0) for v in product.variants) for product in products}
    preview = preview_shop(shop)
    return page("storefront/shop.html", shop=shop, products=products, left=left, preview=preview)


@get("/shop/{slug:str}/p/{product_id:uuid}", include_in_schema=False)
async def show_product(
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    public_url: NamedDependency[str],
    hold_settings: NamedDependency[inventory.InventorySettings],
    slug: FromPath[str],
    product_id: FromPath[UUID],
    ref: Annotated[str | None, QueryParameter(max_length=1000)] = None,
) -> HtmlPage:
    """Show one product and let it be held. `ref` says which show sent the viewer, believed when signed."""
    async with db.begin() as tx:
        shop = await _shop(tx, slug)
        product = await catalog.get_product(tx, catalog.ProductId(product_id))
        if product.shop_id != shop.id or product.archived_at is not None:
            raise NotFoundException
        known = await inventory.stock_of(tx, [variant.id for variant in product.variants])
        source = await bridge.accept_referral(tx, bridge_key, ref) if ref else None
    stock: dict[UUID, int] = {
        variant.id: known[variant.id].available if variant.id in known else 0 for variant in product.variants
    }
    answer = page(
        "storefront/product.html",
        shop=shop,
        product=product,
        stock=stock,
        gone=[(variant, known.get(variant.id)) for variant in product.variants if not stock[variant.id]],
        all_sold=all(one.is_gone for one in known.values()),
        max_units=hold_settings.max_units_per_variant,
        hold_minutes=max(1, hold_settings.hold_ttl_seconds // 60),
        ref=ref if source else "",
        show_code=source.show if source else "",
        idempotency_key=new_code(20),
        preview=preview_product(shop, product, stock),
    )
    if source:
        answer.set_cookie(show_cookie(source.show, https=public_url.startswith("https://")))
    return answer


ROUTES: list[Any] = [list_shops, show_shop, show_product]
