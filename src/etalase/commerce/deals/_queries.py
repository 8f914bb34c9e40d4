"""What pages, rooms and the API ask about deals."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductView, VariantId
from etalase.commerce.deals import _store as store
from etalase.commerce.deals._errors import DealUnknown
from etalase.commerce.deals._model import Deal
from etalase.commerce.inventory import Allotment
from etalase.kernel.money import Money
from etalase.platform.db import Tx

LOOKED_BACK = timedelta(days=30)


async def get_deal_of(tx: Tx, shop_id: UUID, deal_id: UUID) -> Deal:
    """Return the deal if this shop has it, or raise DealUnknown."""
    row = (await store.get_deals(tx, [deal_id])).get(deal_id)
    if row is None or row.shop_id != shop_id:
        raise DealUnknown
    return (await _with_allotments(tx, [row]))[0]


async def list_deals(tx: Tx, shop_id: UUID, *, before: UUID | None = None, limit: int = 50) -> list[Deal]:
    """Return the shop's deals, the newest first, those before the id `before`."""
    return await _with_allotments(tx, await store.list_deals(tx, shop_id, before=before, limit=limit))


async def find_deals(tx: Tx, products: Sequence[ProductView]) -> dict[UUID, Allotment]:
    """Return by variant the deal that each of these products' variants has now or next.

    A deal that is not below its variant's list price is none: the list's is asked then.
    """
    listed = {variant.id: variant.price for product in products for variant in product.variants}
    found: dict[UUID, Allotment] = {}
    product_ids = [product.id for product in products]
    for allotment in await inventory.list_allotments(tx, product_ids, tx.clock.now()):
        for variant_id, price in allotment.prices.items():
            if (list_price := listed.get(VariantId(variant_id))) and price.minor < list_price.minor:
                found.setdefault(variant_id, allotment)
    return found


async def find_lowest_prices(tx: Tx, variant_ids: Sequence[UUID], before: datetime) -> dict[UUID, Money]:
    """Return the lowest price at which each variant was offered in the 30 days before a moment.

    Prices of deals count, as do those of the list. A claim of a discount is measured against it.
    """
    start = before - LOOKED_BACK
    listed = await catalog.find_lowest_prices(tx, variant_ids, start, before)
    lowest: dict[UUID, Money] = {variant_id: price for variant_id, price in listed.items()}  # noqa: C416
    for allotment in await inventory.list_allotments_between(tx, variant_ids, start, before):
        for variant_id in allotment.prices.keys() & lowest.keys():
            lowest[variant_id] = min(lowest[variant_id], allotment.prices[variant_id])
    return lowest


async def _with_allotments(tx: Tx, rows: Sequence[store.DealRow]) -> list[Deal]:
    allotments = await inventory.get_allotments(tx, [row.id for row in rows])
    return [_deal(row, allotments[row.id]) for row in rows]


def _deal(row: store.DealRow, allotment: Allotment) -> Deal:
    return Deal(
        id=row.id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        prices=allotment.prices,
        quantity=allotment.quantity,
        per_buyer=allotment.per_buyer,
        starts_at=allotment.starts_at,
        ends_at=allotment.ends_at,
        actor_id=row.actor_id,
        created_at=row.created_at,
        taken=allotment.taken,
    )
