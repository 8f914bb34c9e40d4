"""A shop's own site on the commerce plane: its window, its products, and a way to buy without any room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from etalase import bridge
from etalase.commerce import catalog, deals, inventory, shops
from etalase.commerce.catalog import ProductView
from etalase.commerce.inventory import Allotment
from etalase.kernel.ids import new_code
from etalase.kernel.money import Money
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


@dataclass(frozen=True, slots=True)
class OfferedPrice:
    """What a variant costs now, and by the shop's list."""

    now: Money
    was: Money


def offered_prices(
    products: Iterable[ProductView], deal_of: Mapping[UUID, Allotment], moment: datetime
) -> dict[UUID, OfferedPrice]:
    """Return what each variant costs at the moment: its deal's price while that runs and has units."""
    offered: dict[UUID, OfferedPrice] = {}
    for variant in (one for product in products for one in product.variants):
        deal = deal_of.get(variant.id)
        runs = deal is not None and deal.starts_at <= moment and deal.left > 0
        offered[variant.id] = OfferedPrice(
            deal.prices[variant.id] if deal and runs else variant.price, variant.price
        )
    return offered


def first_to_start(found: Iterable[Allotment]) -> Allotment | None:
    """Return the deal that a product's page tells of: the one that starts first."""
    return min(found, key=lambda one: one.starts_at, default=None)


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
        offered = offered_prices(products, await deals.find_deals(tx, products), tx.clock.now())
    left = {product.id: sum(stock.get(v.id, 0) for v in product.variants) for product in products}
    preview = preview_shop(shop)
    lows = {
        product.id: min((offered[one.id].now for one in product.variants), default=None)
        for product in products
    }
    return page("storefront/shop.html", shop=shop, products=products, left=left, lows=lows, preview=preview)


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
        deal_of = await deals.find_deals(tx, [product])
        offered = offered_prices([product], deal_of, tx.clock.now())
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
        all_held={variant_id for variant_id, one in known.items() if one.on_hand and not one.available},
        all_sold=all(one.is_gone for one in known.values()),
        offered=offered,
        deal=first_to_start(deal_of.values()),
        now=db.clock.now(),
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
