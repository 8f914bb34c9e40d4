"""Stock for programs: a variant's movements, and the three that a shop makes itself."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, cut_page, decode_cursor
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import VariantId, VariantUnknown
from etalase.commerce.inventory import MovementKind, MovementView
from etalase.platform.db import Database, Tx

TAGS = ["Stock"]


class MovementFields(msgspec.Struct, frozen=True):
    """Units `received` are added; `adjusted` adds or takes; `counted` says how many there are in all."""

    kind: Literal["received", "adjusted", "counted"]
    quantity: Annotated[int, msgspec.Meta(examples=[12])]
    reason: Annotated[
        str, msgspec.Meta(description="Needed unless units were received.", examples=["Kiriman Senin"])
    ] = ""


class Stock(msgspec.Struct, frozen=True):
    """How many units there are: `available` is what is on hand and not held for a buyer."""

    variant_id: UUID
    on_hand: Annotated[int, msgspec.Meta(examples=[12])]
    held: Annotated[int, msgspec.Meta(examples=[2])]
    available: Annotated[int, msgspec.Meta(examples=[10])]


class Movement(msgspec.Struct, frozen=True):
    """One line of the stock's ledger; the sums of its changes are the stock."""

    id: Annotated[int, msgspec.Meta(examples=[1041])]
    kind: MovementKind
    on_hand_change: Annotated[int, msgspec.Meta(examples=[0])]
    held_change: Annotated[int, msgspec.Meta(examples=[1])]
    order_id: UUID | None
    reason: str
    happened_at: datetime


@get(
    "/api/v1/shops/{slug:str}/variants/{variant_id:uuid}/stock",
    guards=[signed_in],
    tags=TAGS,
    summary="Show stock",
)
async def show_stock(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    variant_id: FromPath[UUID],
) -> Stock:
    """Show what is on hand, held and available. For the shop's staff."""
    async with db.begin() as tx:
        await _require_staff(tx, request, slug, variant_id)
        return await _stock(tx, variant_id)


@get(
    "/api/v1/shops/{slug:str}/variants/{variant_id:uuid}/movements",
    guards=[signed_in],
    tags=TAGS,
    summary="List stock movements",
)
async def list_movements(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    variant_id: FromPath[UUID],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Movement]:
    """List what moved, the newest first. For the shop's staff."""
    before = decode_cursor(cursor, int)
    async with db.begin() as tx:
        await _require_staff(tx, request, slug, variant_id)
        rows = await inventory.list_movements(tx, [variant_id], before=before, limit=limit + 1)
    return cut_page(rows, limit, _movement, lambda row: row.id)


@post(
    "/api/v1/shops/{slug:str}/variants/{variant_id:uuid}/movements",
    guards=[signed_in],
    status_code=HTTP_201_CREATED,
    tags=TAGS,
    summary="Move stock",
)
async def move_stock(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    variant_id: FromPath[UUID],
    data: JSONBody[MovementFields],
) -> Stock:
    """Let units arrive, be corrected or be counted; never below what is held for buyers."""
    actor_id = caller(request).account_id
    async with db.begin() as tx:
        await _require_staff(tx, request, slug, variant_id)
        if data.kind == "received":
            await inventory.receive(tx, variant_id, data.quantity, actor_id=actor_id, reason=data.reason)
        elif data.kind == "adjusted":
            await inventory.adjust(tx, variant_id, data.quantity, actor_id=actor_id, reason=data.reason)
        else:
            await inventory.count(tx, {variant_id: data.quantity}, actor_id=actor_id, reason=data.reason)
        return await _stock(tx, variant_id)


async def _require_staff(tx: Tx, request: Request[Any, Any, Any], slug: str, variant_id: UUID) -> None:
    """Refuse who does not work in the shop, and a variant that is not the shop's."""
    found = await shops.require_membership(tx, caller(request).account_id, slug)
    variant = await catalog.get_variant(tx, VariantId(variant_id))
    if variant.shop_id != found.shop.id:
        raise VariantUnknown


async def _stock(tx: Tx, variant_id: UUID) -> Stock:
    found = (await inventory.stock_of(tx, [variant_id])).get(variant_id)
    if found is None:
        return Stock(variant_id, 0, 0, 0)
    return Stock(variant_id, found.on_hand, found.held, found.available)


def _movement(row: MovementView) -> Movement:
    return Movement(
        id=row.id,
        kind=row.kind,
        on_hand_change=row.on_hand_change,
        held_change=row.held_change,
        order_id=row.order_id,
        reason=row.reason,
        happened_at=row.happened_at,
    )


ROUTES: list[Any] = [show_stock, list_movements, move_stock]
