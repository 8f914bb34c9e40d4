"""What a shop does with its deals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductId, VariantUnknown
from etalase.commerce.deals import _store as store
from etalase.commerce.deals._events import DealChanged
from etalase.commerce.deals._model import Deal, DealDraft, check_deal, extended, stopped
from etalase.commerce.deals._queries import find_lowest_prices, get_deal_of
from etalase.commerce.inventory import Allotment
from etalase.kernel.money import Money
from etalase.platform import outbox
from etalase.platform.db import Tx
from etalase.policy import Action, DiscountFacts, Facts, Law


async def start_deal(tx: Tx, law: Law, shop_id: UUID, draft: DealDraft, *, actor_id: UUID) -> Deal:
    """Make a deal, which starts now or later by itself.

    Raises `Invalid`, ProductUnknown, VariantUnknown, DealsOverlap where a variant has another deal then, and
    LawRefusal where the discount may not be claimed.
    """
    now = tx.clock.now()
    prices = await _list_prices(tx, shop_id, draft)
    available = sum((await inventory.available(tx, prices)).values())
    deal = check_deal(draft, prices, shop_id=shop_id, actor_id=actor_id, available=available, now=now)
    await _require_claim(tx, law, deal, prices)
    await inventory.allot(tx, _allotment(deal))
    await store.add_deal(
        tx, store.DealRow(deal.id, shop_id, deal.product_id, deal.variant_id, actor_id, deal.created_at)
    )
    await _publish_changed(tx, deal)
    return deal


async def extend_deal(tx: Tx, shop_id: UUID, deal_id: UUID, seconds: str | int | None) -> Deal:
    """Let the deal last longer. Raises `Invalid`, DealUnknown, DealOver, DealTooLong, DealsOverlap."""
    deal = await get_deal_of(tx, shop_id, deal_id)
    ends_at = extended(deal, seconds, tx.clock.now())
    return await _retime(tx, deal, ends_at)


async def stop_deal(tx: Tx, shop_id: UUID, deal_id: UUID) -> Deal:
    """End the deal now; who holds units at its price keeps them. Twice is once. Raises DealUnknown."""
    deal = await get_deal_of(tx, shop_id, deal_id)
    if deal.is_over(tx.clock.now()):
        return deal
    return await _retime(tx, deal, stopped(deal, tx.clock.now()))


async def _list_prices(tx: Tx, shop_id: UUID, draft: DealDraft) -> Mapping[UUID, Money]:
    """Return the list prices of the variants that the deal is for."""
    product = await catalog.get_product_of(tx, shop_id, ProductId(draft.product_id))
    wanted = [
        variant for variant in product.variants if variant.for_sale and draft.variant_id in {None, variant.id}
    ]
    if not wanted:
        raise VariantUnknown
    return {variant.id: variant.price for variant in wanted}


async def _require_claim(tx: Tx, law: Law, deal: Deal, prices: Mapping[UUID, Money]) -> None:
    """Ask the law of the moment when the deal starts whether each variant may be said to cost less."""
    lowest = await find_lowest_prices(tx, list(deal.prices), tx.clock.now())
    for variant_id, price in deal.prices.items():
        claimed = DiscountFacts(
            price_before=prices[variant_id].minor,
            price_now=price.minor,
            lowest_price_30_days=lowest[variant_id].minor if variant_id in lowest else None,
        )
        law.require(Action.CLAIM_DISCOUNT, Facts(deal.starts_at, claimed))


async def _retime(tx: Tx, deal: Deal, ends_at: datetime) -> Deal:
    allotment = await inventory.retime(tx, deal.id, deal.starts_at, ends_at)
    changed = replace(deal, ends_at=ends_at, taken=allotment.taken)
    await _publish_changed(tx, changed)
    return changed


def _allotment(deal: Deal) -> Allotment:
    return Allotment(
        id=deal.id,
        shop_id=deal.shop_id,
        product_id=deal.product_id,
        prices=deal.prices,
        quantity=deal.quantity,
        per_buyer=deal.per_buyer,
        starts_at=deal.starts_at,
        ends_at=deal.ends_at,
    )


async def _publish_changed(tx: Tx, deal: Deal) -> None:
    event = DealChanged(shop_id=deal.shop_id, product_id=deal.product_id, deal_id=deal.id)
    await outbox.publish(tx, event)
