"""Bundles for programs: units that cost less together, or some of them nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._fields import named
from etalase.api._money import Currency
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._workplace import shop_router
from etalase.commerce import bundles
from etalase.commerce.bundles import MAX_ITEMS, Bundle, BundleDraft, BundleState, ItemDraft
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.kernel.money import RUPIAH, minor_of

ITEM_FIELDS = {"product": "product_id", "quantity": "quantity", "free": "free"}


class BundleItemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a product, in any variant, of which `free` cost nothing."""

    product_id: UUID
    quantity: Annotated[int, msgspec.Meta(examples=[2])] = 1
    free: Annotated[int, msgspec.Meta(examples=[0])] = 0


class BundleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bundle: all its items together cost `price_minor`, or `percent` (1 to 90) less, or some are free.

    One of the three. An order has at most `per_order` sets of it; it runs from `starts_at`, or at once, until
    `ends_at`, or for a week.
    """

    items: Annotated[Sequence[BundleItemBody], msgspec.Meta(min_length=1, max_length=MAX_ITEMS)]
    price_minor: Annotated[int | None, msgspec.Meta(examples=[150_000])] = None
    percent: Annotated[int | None, msgspec.Meta(examples=[10])] = None
    per_order: Annotated[int | None, msgspec.Meta(examples=[2])] = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def draft(self) -> BundleDraft:
        """Return it as a draft, not yet checked."""
        return BundleDraft(
            items=[ItemDraft(one.product_id, one.quantity, one.free) for one in self.items],
            price=self.price_minor,
            percent=self.percent,
            per_order=self.per_order,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


class BundleShown(msgspec.Struct, frozen=True):
    """A bundle as it stands."""

    id: UUID
    state: BundleState
    items: list[BundleItemBody]
    price_minor: Annotated[int | None, msgspec.Meta(examples=[150_000])]
    percent: Annotated[int | None, msgspec.Meta(examples=[10])]
    per_order: Annotated[int | None, msgspec.Meta(examples=[2])]
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    currency: Currency = RUPIAH


@get("/bundles", summary="List bundles")
async def list_bundles(
    workplace: NamedDependency[Workplace], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[BundleShown]:
    """List the shop's bundles, the newest first. For the shop's staff."""
    before = decode_cursor(cursor, UUID)
    async with workplace.open() as (tx, shop):
        rows = await bundles.list_bundles(tx, shop.id, before=before, limit=limit + 1)
        now = tx.clock.now()
    return cut_page(rows, limit, lambda row: _show(row, now), lambda row: row.id)


@post("/bundles", status_code=HTTP_201_CREATED, summary="Make a bundle")
async def make_bundle(workplace: NamedDependency[Workplace], data: JSONBody[BundleBody]) -> BundleShown:
    """Make a bundle, which the shop pays for. For the shop's owners and hosts."""
    with named(_name_of):
        async with workplace.open(*KEEPERS) as (tx, shop):
            made = await bundles.make_bundle(tx, shop.id, data.draft(), actor_id=workplace.account_id)
            return _show(made, tx.clock.now())


@get("/bundles/{bundle_id:uuid}", summary="Show a bundle")
async def show_bundle(workplace: NamedDependency[Workplace], bundle_id: FromPath[UUID]) -> BundleShown:
    """Show a bundle. For the shop's staff."""
    async with workplace.open() as (tx, shop):
        return _show(await bundles.get_bundle_of(tx, shop.id, bundle_id), tx.clock.now())


@post("/bundles/{bundle_id:uuid}/stop", status_code=HTTP_200_OK, summary="Stop a bundle")
async def stop_bundle(workplace: NamedDependency[Workplace], bundle_id: FromPath[UUID]) -> BundleShown:
    """End a bundle now; orders that were placed keep it. For the shop's owners and hosts."""
    async with workplace.open(*KEEPERS) as (tx, shop):
        return _show(await bundles.stop_bundle(tx, shop.id, bundle_id), tx.clock.now())


def _name_of(field: str) -> str:
    """Return the API's name of a field; of an item's, with its place."""
    name, dash, place = field.partition("-")
    if dash:
        return f"items.{place}.{ITEM_FIELDS.get(name, name)}"
    return {"price": "price_minor", "free": "items"}.get(field, field)


def _show(bundle: Bundle, now: datetime) -> BundleShown:
    return BundleShown(
        id=bundle.id,
        state=bundle.state(now),
        items=[BundleItemBody(one.product_id, one.quantity, one.free) for one in bundle.items],
        price_minor=minor_of(bundle.price),
        percent=bundle.percent,
        per_order=bundle.per_order,
        starts_at=bundle.starts_at,
        ends_at=bundle.ends_at,
        created_at=bundle.created_at,
    )


ROUTES: list[Any] = [shop_router("Bundles", [list_bundles, make_bundle, show_bundle, stop_bundle])]
