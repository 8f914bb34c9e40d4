"""Flash deals for programs: units of an offer at a lower price, for a short while."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._fields import named
from etalase.api._money import Currency, Minor
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._workplace import shop_router
from etalase.commerce import deals
from etalase.commerce.deals import Deal, DealDraft, DealState
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.platform.db import Tx
from etalase.policy import Law

SENT_AS = {"price": "price_minor"}


class DealBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deal on a product, or on one variant of it. What is left out is usual.

    Without a `price_minor`, each variant costs `percent` less, 20 where that is left out too. Without a
    `quantity`, it has as many units as can be held now. It starts at once, after `countdown_seconds` (10 to
    300), or at `starts_at`; and lasts `length_seconds` (30 to 3600), 600 where it is left out.
    """

    product_id: UUID
    variant_id: UUID | None = None
    price_minor: Annotated[int | None, msgspec.Meta(examples=[69_000])] = None
    percent: Annotated[int | None, msgspec.Meta(examples=[20])] = None
    quantity: Annotated[int | None, msgspec.Meta(examples=[10])] = None
    per_buyer: Annotated[int | None, msgspec.Meta(examples=[2])] = None
    countdown_seconds: Annotated[int | None, msgspec.Meta(examples=[30])] = None
    starts_at: datetime | None = None
    length_seconds: Annotated[int | None, msgspec.Meta(examples=[600])] = None

    def draft(self) -> DealDraft:
        """Return it as a draft, not yet checked."""
        return DealDraft(
            product_id=self.product_id,
            variant_id=self.variant_id,
            price=self.price_minor,
            percent=self.percent,
            quantity=self.quantity,
            per_buyer=self.per_buyer,
            countdown_seconds=self.countdown_seconds,
            starts_at=self.starts_at,
            length_seconds=self.length_seconds,
        )


class LongerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how much a deal is made longer; it lasts an hour in all at most."""

    seconds: Annotated[int, msgspec.Meta(examples=[300])]


class DealPrice(msgspec.Struct, frozen=True):
    """What a variant costs in the deal, and the lowest it was offered for in the 30 days before it."""

    variant_id: UUID
    price_minor: Minor
    lowest_before_minor: Annotated[int | None, msgspec.Meta(examples=[89_000])]


class DealItem(msgspec.Struct, frozen=True):
    """A deal. `left` units can still be had at its price."""

    id: UUID
    product_id: UUID
    variant_id: UUID | None
    state: DealState
    prices: list[DealPrice]
    currency: Currency
    quantity: Annotated[int, msgspec.Meta(examples=[10])]
    left: Annotated[int, msgspec.Meta(examples=[7])]
    per_buyer: Annotated[int | None, msgspec.Meta(examples=[2])]
    starts_at: datetime
    ends_at: datetime
    created_at: datetime


@get("/deals", summary="List deals")
async def list_deals(
    workplace: NamedDependency[Workplace], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[DealItem]:
    """List the shop's deals, the newest first. For the shop's staff."""
    before = decode_cursor(cursor, UUID)
    async with workplace.open() as (tx, shop):
        rows = await deals.list_deals(tx, shop.id, before=before, limit=limit + 1)
        items = {row.id: await _show(tx, row) for row in rows}
    return cut_page(rows, limit, lambda row: items[row.id], lambda row: row.id)


@post("/deals", status_code=HTTP_201_CREATED, summary="Start a deal")
async def start_deal(
    workplace: NamedDependency[Workplace], law: NamedDependency[Law], data: JSONBody[DealBody]
) -> DealItem:
    """Start a deal now or later. For the shop's owners and hosts.

    Its price lies below the shop's. Units that are held at it keep it, also after it has ended. Refused (451)
    where a rulebook does not let the discount be claimed.
    """
    with named(lambda field: SENT_AS.get(field, field)):
        async with workplace.open(*KEEPERS) as (tx, shop):
            deal = await deals.start_deal(tx, law, shop.id, data.draft(), actor_id=workplace.account_id)
            return await _show(tx, deal)


@get("/deals/{deal_id:uuid}", summary="Show a deal")
async def show_deal(workplace: NamedDependency[Workplace], deal_id: FromPath[UUID]) -> DealItem:
    """Show a deal and how many units it has left. For the shop's staff."""
    async with workplace.open() as (tx, shop):
        return await _show(tx, await deals.get_deal_of(tx, shop.id, deal_id))


@post("/deals/{deal_id:uuid}/extend", status_code=HTTP_200_OK, summary="Make a deal longer")
async def extend_deal(
    workplace: NamedDependency[Workplace], deal_id: FromPath[UUID], data: JSONBody[LongerBody]
) -> DealItem:
    """Let a deal that has not ended last longer. For the shop's owners and hosts."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        return await _show(tx, await deals.extend_deal(tx, shop.id, deal_id, data.seconds))


@post("/deals/{deal_id:uuid}/stop", status_code=HTTP_200_OK, summary="Stop a deal")
async def stop_deal(workplace: NamedDependency[Workplace], deal_id: FromPath[UUID]) -> DealItem:
    """End a deal now, or call it off before it starts. For the shop's owners and hosts."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        return await _show(tx, await deals.stop_deal(tx, shop.id, deal_id))


async def _show(tx: Tx, deal: Deal) -> DealItem:
    lowest = await deals.find_lowest_prices(tx, list(deal.prices), deal.starts_at)
    return DealItem(
        id=deal.id,
        product_id=deal.product_id,
        variant_id=deal.variant_id,
        state=deal.state(tx.clock.now()),
        prices=[
            DealPrice(variant_id, price.minor, lowest[variant_id].minor if variant_id in lowest else None)
            for variant_id, price in deal.prices.items()
        ],
        currency=deal.low.currency,
        quantity=deal.quantity,
        left=deal.left,
        per_buyer=deal.per_buyer,
        starts_at=deal.starts_at,
        ends_at=deal.ends_at,
        created_at=deal.created_at,
    )


ROUTES: list[Any] = [shop_router("Deals", [list_deals, start_deal, show_deal, extend_deal, stop_deal])]
