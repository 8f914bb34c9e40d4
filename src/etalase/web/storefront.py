"""A shop's own site on the commerce plane: its window, its products, and a way to buy without any room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from etalase import bridge
from etalase.commerce import bundles, catalog, deals, inventory, orders, shops
from etalase.commerce.catalog import ProductView
from etalase.commerce.inventory import Allotment
from etalase.kernel.ids import new_code
from etalase.kernel.money import Money
from etalase.kernel.pay_first import PayFirst
from etalase.kernel.sources import Source
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.platform.read_cache import ReadCache
from etalase.web._bundle_words import bundle_terms, titles_of
from etalase.web._cart import Buyer, buyer_of
from etalase.web._hold_terms import kept_words, pay_first_words
from etalase.web._pages import HtmlPage, page
from etalase.web._preview import preview_product, preview_shop, preview_site
from etalase.web._public_pages import PublicPage, PublicView
from etalase.web._waiting import minutes_of
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


@dataclass(frozen=True, slots=True)
class OfferedBundles:
    """The bundles that have one of some products and run now; the moment at which that changes by itself."""

    running: Sequence[bundles.Bundle] = ()
    titles: Mapping[UUID, str] = field(default_factory=dict)
    until: datetime | None = None

    def words(self) -> list[str]:
        """Say each in the reader's language."""
        return [bundle_terms(one, self.titles) for one in self.running]


async def bundles_of(tx: Tx, shop: shops.ShopView, products: Iterable[ProductView]) -> OfferedBundles:
    """Return the bundles that have one of these products; a shop that never made one is not asked."""
    if not shop.offers_bundles:
        return OfferedBundles()
    ids, now = {product.id for product in products}, tx.clock.now()
    book = await bundles.open_book(tx, [shop.id])
    found = [one for one in book.running(shop.id, now) if any(item.product_id in ids for item in one.items)]
    return OfferedBundles(found, await titles_of(tx, found), book.next_turn(now))


def first_to_start(found: Iterable[Allotment]) -> Allotment | None:
    """Return the deal that a product's page tells of: the one that starts first."""
    return min(found, key=lambda one: one.starts_at, default=None)


def next_turn(found: Iterable[Allotment], moment: datetime) -> datetime | None:
    """Return when the first of these deals begins or ends after the moment."""
    turns = (turn for one in found for turn in (one.starts_at, one.ends_at) if turn > moment)
    return min(turns, default=None)


def earlier(*moments: datetime | None) -> datetime | None:
    """Return the first of the moments that there are."""
    return min((one for one in moments if one is not None), default=None)


@dataclass(eq=False, kw_only=True)
class ShopPageView(PublicView):
    """What a shop's page shows; `lows` and `left` are by product."""

    shop: shops.ShopView
    products: Sequence[ProductView]
    left: Mapping[UUID, int]
    lows: Mapping[UUID, Money | None]
    bundles: OfferedBundles


@dataclass(eq=False, kw_only=True)
class ProductPageView(PublicView):
    """What a product's page shows; figures are by variant."""

    shop: shops.ShopView
    product: ProductView
    stock: Mapping[UUID, inventory.Stock]
    offered: Mapping[UUID, OfferedPrice]
    deal: Allotment | None
    bundles: OfferedBundles
    read_at: datetime

    @property
    def available(self) -> dict[UUID, int]:
        """How many units of each variant can be held."""
        return {
            one.id: self.stock[one.id].available if one.id in self.stock else 0
            for one in self.product.variants
        }


@get("/shops", include_in_schema=False)
async def list_shops(db: NamedDependency[Database]) -> HtmlPage:
    """Show all shops of this market."""
    async with db.begin() as tx:
        found = await shops.list_shops(tx, limit=SHOPS_SHOWN)
    preview = preview_site(
        _("Shops"), _("Each sells from its own window, and ships from its own town."), "/shops"
    )
    return page("storefront/shops.html", shops=found, preview=preview)


async def _read_shop(slug: str, tx: Tx) -> ShopPageView:
    shop = await _shop(tx, slug)
    products = await catalog.list_products(tx, shop.id, limit=PRODUCTS_SHOWN)
    variants = [variant.id for product in products for variant in product.variants]
    stock = await inventory.available(tx, variants)
    deal_of = await deals.find_deals(tx, products)
    moment = tx.clock.now()
    offered = offered_prices(products, deal_of, moment)
    offered_bundles = await bundles_of(tx, shop, products)
    return ShopPageView(
        until=earlier(next_turn(deal_of.values(), moment), offered_bundles.until),
        bundles=offered_bundles,
        shop=shop,
        products=products,
        left={product.id: sum(stock.get(v.id, 0) for v in product.variants) for product in products},
        lows={
            product.id: min((offered[one.id].now for one in product.variants), default=None)
            for product in products
        },
    )


@get("/shop/{slug:str}", include_in_schema=False)
async def show_shop(reads: NamedDependency[ReadCache], slug: FromPath[str]) -> HtmlPage:
    """Show what a shop offers, with what is left of it."""
    view = await reads.get(("shop", slug), partial(_read_shop, slug))
    shown = {"shop": view.shop, "products": view.products, "left": view.left, "lows": view.lows}
    said = {"bundle_words": view.bundles.words(), "preview": preview_shop(view.shop)}
    return PublicPage("storefront/shop.html", view, {**shown, **said})


async def _read_offer(slug: str, product_id: UUID, tx: Tx) -> ProductPageView:
    shop = await _shop(tx, slug)
    product = await catalog.get_product(tx, catalog.ProductId(product_id))
    if product.shop_id != shop.id or product.archived_at is not None:
        raise NotFoundException
    deal_of = await deals.find_deals(tx, [product])
    offered_bundles = await bundles_of(tx, shop, [product])
    moment = tx.clock.now()
    return ProductPageView(
        until=earlier(next_turn(deal_of.values(), moment), offered_bundles.until),
        bundles=offered_bundles,
        shop=shop,
        product=product,
        stock=await inventory.stock_of(tx, [variant.id for variant in product.variants]),
        offered=offered_prices([product], deal_of, moment),
        deal=first_to_start(deal_of.values()),
        read_at=moment,
    )


@get("/shop/{slug:str}/p/{product_id:uuid}", include_in_schema=False)
async def show_product(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    reads: NamedDependency[ReadCache],
    bridge_key: NamedDependency[str],
    hold_settings: NamedDependency[inventory.InventorySettings],
    slug: FromPath[str],
    product_id: FromPath[UUID],
    ref: Annotated[str | None, QueryParameter(max_length=1000)] = None,
) -> HtmlPage:
    """Show one product and let it be held. `ref` says which show sent the viewer, believed when signed."""
    view = await reads.get(("product", slug, product_id), partial(_read_offer, slug, product_id))
    source = await _accept(db, bridge_key, ref) if ref else None
    shown = _shown_of(view, hold_settings)
    pay_first = await _pay_first(db, view.shop, buyer_of(request))
    if source is None and not pay_first:  # what is one buyer's alone stands on no page that others are given
        key = {"idempotency_key": new_code(20)}
        shared = {**shown, "pay_first": "", "ref": "", "show_code": ""}
        return PublicPage("storefront/product.html", view, shared, key)
    answer = page(
        "storefront/product.html",
        pay_first=pay_first,
        ref=ref if source else "",
        show_code=source.show if source else "",
        idempotency_key=new_code(20),
        **shown,
    )
    if source:
        answer.set_cookie(show_cookie(source.show, https=request.auth.public_url.startswith("https://")))
    return answer


async def _pay_first(db: Database, shop: shops.ShopView, buyer: Buyer) -> str:
    """Say why this buyer pays first; nothing where they need not, or where the shop asks nobody."""
    if shop.hold_rules.pay_first is PayFirst.NOBODY:
        return ""
    async with db.begin() as tx:
        first = (await orders.find_pay_first(tx, buyer.holders, [shop.id])).get(shop.id)
    return pay_first_words(first) if first else ""


async def _accept(db: Database, bridge_key: str, ref: str) -> Source | None:
    async with db.begin() as tx:
        return await bridge.accept_referral(tx, bridge_key, ref)


def _shown_of(view: ProductPageView, limits: inventory.InventorySettings) -> dict[str, Any]:
    product, stock = view.product, view.available
    hold_seconds = view.shop.hold_rules.hold_seconds(limits.hold_ttl_seconds)
    return {
        "shop": view.shop,
        "product": product,
        "bundle_words": view.bundles.words(),
        "stock": stock,
        "gone": [(one, view.stock.get(one.id)) for one in product.variants if not stock[one.id]],
        "all_held": {id_ for id_, one in view.stock.items() if one.on_hand and not one.available},
        "all_sold": all(one.is_gone for one in view.stock.values()),
        "offered": view.offered,
        "deal": view.deal,
        "now": view.read_at,
        "max_units": limits.max_units_per_variant,
        "hold_minutes": minutes_of(hold_seconds),
        "kept": kept_words(hold_seconds),
        "preview": preview_product(view.shop, product, stock),
    }


ROUTES: list[Any] = [list_shops, show_shop, show_product]
