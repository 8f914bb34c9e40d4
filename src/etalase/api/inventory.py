"""Stock for programs: a variant's movements, and the three that a shop makes itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED

from etalase.api._fields import named
from etalase.api._idempotency import OptionalIdempotencyKey
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._workplace import shop_router
from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import VariantId, VariantUnknown
from etalase.commerce.inventory import MovementKind, MovementView
from etalase.commerce.shops import Workplace
from etalase.platform.db import Tx


@dataclass(frozen=True, slots=True)
class VariantStock:
    """The variant that an address names, for the staff of its shop."""

    workplace: Workplace
    variant_id: UUID

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Tx]:
        """Begin a transaction for anybody of the staff. Raises NotYourShop and VariantUnknown."""
        async with self.workplace.open() as (tx, shop):
            variant = await catalog.get_variant(tx, VariantId(self.variant_id))
            if variant.shop_id != shop.id:
                raise VariantUnknown
            yield tx


async def find_variant_stock(
    workplace: NamedDependency[Workplace], variant_id: FromPath[UUID]
) -> VariantStock:
    """Return what handlers of a variant are given as `variant_stock`."""
    return VariantStock(workplace, variant_id)


class MovementFields(msgspec.Struct, frozen=True):
    """Units `received` are added; `adjusted` adds or takes; `counted` says how many there are in all."""

    kind: Literal["received", "adjusted", "counted"]
    quantity: Annotated[int, msgspec.Meta(examples=[12])]
    reason: Annotated[
        str, msgspec.Meta(description="Needed unless units were received.", examples=["Kiriman Senin"])
    ] = ""


class StockItem(msgspec.Struct, frozen=True):
    """How many units there are: `available` is what is on hand and not held for a buyer."""

    variant_id: UUID
    on_hand: Annotated[int, msgspec.Meta(examples=[12])]
    held: Annotated[int, msgspec.Meta(examples=[2])]
    available: Annotated[int, msgspec.Meta(examples=[10])]


class MovementItem(msgspec.Struct, frozen=True):
    """One line of the stock's ledger; the sums of its changes are the stock."""

    id: Annotated[int, msgspec.Meta(examples=[1041])]
    kind: MovementKind
    on_hand_change: Annotated[int, msgspec.Meta(examples=[0])]
    held_change: Annotated[int, msgspec.Meta(examples=[1])]
    order_id: UUID | None
    reason: str
    happened_at: datetime


class _By(TypedDict):
    """Who moves stock, why, and under which key."""

    actor_id: UUID
    reason: str
    key: str | None


@get("/stock", summary="Show stock")
async def show_stock(variant_stock: NamedDependency[VariantStock]) -> StockItem:
    """Show what is on hand, held and available. For the shop's staff."""
    async with variant_stock.open() as tx:
        return await _stock(tx, variant_stock.variant_id)


@get("/movements", summary="List stock movements")
async def list_movements(
    variant_stock: NamedDependency[VariantStock], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[MovementItem]:
    """List what moved, the newest first. For the shop's staff."""
    before = decode_cursor(cursor, int)
    async with variant_stock.open() as tx:
        rows = await inventory.list_movements(tx, [variant_stock.variant_id], before=before, limit=limit + 1)
    return cut_page(rows, limit, _movement, lambda row: row.id)


@post("/movements", status_code=HTTP_201_CREATED, summary="Move stock")
async def move_stock(
    variant_stock: NamedDependency[VariantStock],
    data: JSONBody[MovementFields],
    idempotency_key: OptionalIdempotencyKey = None,
) -> StockItem:
    """Let units arrive, be corrected or be counted; never below what is held for buyers.

    With an `Idempotency-Key`, a repeated request moves nothing a second time.
    """
    variant_id = variant_stock.variant_id
    by: _By = {"actor_id": variant_stock.workplace.account_id, "reason": data.reason, "key": idempotency_key}
    with named(lambda field: "quantity" if field in {"change", "stock"} else field):
        async with variant_stock.open() as tx:
            if data.kind == "received":
                await inventory.receive(tx, variant_id, data.quantity, **by)
            elif data.kind == "adjusted":
                await inventory.adjust(tx, variant_id, data.quantity, **by)
            else:
                await inventory.count(tx, {variant_id: data.quantity}, **by)
            return await _stock(tx, variant_id)


async def _stock(tx: Tx, variant_id: UUID) -> StockItem:
    found = (await inventory.stock_of(tx, [variant_id])).get(variant_id)
    if found is None:
        return StockItem(variant_id, 0, 0, 0)
    return StockItem(variant_id, found.on_hand, found.held, found.available)


def _movement(row: MovementView) -> MovementItem:
    return MovementItem(
        id=row.id,
        kind=row.kind,
        on_hand_change=row.on_hand_change,
        held_change=row.held_change,
        order_id=row.order_id,
        reason=row.reason,
        happened_at=row.happened_at,
    )


@delete("/holds/{hold_id:uuid}", summary="Let a buyer's hold go")
async def release_hold(workplace: NamedDependency[Workplace], hold_id: FromPath[UUID]) -> None:
    """Take from a buyer what they hold and have not ordered: the next in line gets it. The buyer is told."""
    async with workplace.open() as (tx, shop):
        await inventory.release_by_seller(tx, shop.id, hold_id, actor_id=workplace.account_id)


ROUTES: list[Any] = [
    shop_router("Stock", [release_hold]),
    shop_router(
        "Stock",
        [show_stock, list_movements, move_stock],
        "/variants/{variant_id:uuid}",
        {"variant_stock": Provide(find_variant_stock)},
    ),
]
