"""How a bundle is said, and which of them a cart has or could have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.bundles import Bundle, BundleBook
from etalase.commerce.orders import ShopCart
from etalase.kernel.discounts import DiscountKind
from etalase.platform.db import Tx
from etalase.platform.i18n import format_money
from etalase.platform.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class BundleChance:
    """A bundle of which something is in the cart, and whether it takes something off there."""

    words: str
    applies: bool


def bundle_terms(bundle: Bundle, titles: Mapping[UUID, str]) -> str:
    """Say what is to be bought, and what that gives."""
    paid = [(item.product_id, item.quantity - item.free) for item in bundle.items]
    free = [(item.product_id, item.free) for item in bundle.items]
    if bundle.price is not None:
        price = format_money(bundle.price)
        return _("%(things)s together for %(price)s", things=_things(paid, titles), price=price)
    if bundle.percent is not None:
        things = _things(paid, titles)
        return _("%(things)s together: %(percent)s%% less", things=things, percent=bundle.percent)
    return _("Buy %(things)s, get %(free)s free", things=_things(paid, titles), free=_things(free, titles))


async def titles_of(tx: Tx, found: Iterable[Bundle]) -> dict[UUID, str]:
    """Return how the products of these bundles are called; without bundles nothing is read."""
    ids = {item.product_id for bundle in found for item in bundle.items}
    products = await catalog.get_products(tx, ids) if ids else {}
    return {product.id: product.title for product in products.values()}


async def bundle_chances(
    tx: Tx, book: BundleBook, parts: Sequence[ShopCart]
) -> dict[UUID, list[BundleChance]]:
    """Return by shop the running bundles of which something is in its part of the cart."""
    now = tx.clock.now()
    found = {part.shop_id: _touched(book.running(part.shop_id, now), part) for part in parts}
    titles = await titles_of(tx, [bundle for some in found.values() for bundle in some])
    applied = {
        discount.reference
        for part in parts
        for held in part.lines
        for discount in held.line.discounts
        if discount.kind is DiscountKind.BUNDLE
    }
    return {
        shop_id: [BundleChance(bundle_terms(one, titles), one.id in applied) for one in some]
        for shop_id, some in found.items()
    }


def _touched(running: Iterable[Bundle], part: ShopCart) -> list[Bundle]:
    held = {line.line.product_id for line in part.lines}
    return [one for one in running if any(item.product_id in held for item in one.items)]


def _things(counts: Iterable[tuple[UUID, int]], titles: Mapping[UUID, str]) -> str:
    return " + ".join(f"{count} x {titles.get(product_id, '?')}" for product_id, count in counts if count)
