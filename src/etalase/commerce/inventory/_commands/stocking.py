"""How units come to the shelf, come back, and are counted again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.catalog import ImportPreview, ProductId, VariantId, VariantUnknown
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.moving import move, settle
from etalase.commerce.inventory._model import (
    MAX_UNITS,
    ClaimDoor,
    Movement,
    MovementKind,
    Stock,
    StockRule,
    movement_of,
)
from etalase.kernel.errors import FieldProblem, IdempotencyKeyReused, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx
from etalase.platform.keys import reserve_key

MAX_REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ImportedBy:
    """On whose account products are imported, and the reason that stands at their movements."""

    actor_id: UUID | None
    reason: str
    import_id: UUID = field(default_factory=new_id)
    max_photos: int = 0


async def receive(
    tx: Tx,
    variant_id: UUID,
    quantity: int,
    *,
    actor_id: UUID | None = None,
    reason: str = "",
    key: str | None = None,
) -> Stock:
    """Put new units on the shelf; with a `key`, once for each. Raises Invalid, IdempotencyKeyReused."""
    fields = Fields()
    fields.between("quantity", quantity, minimum=1, maximum=MAX_UNITS)
    words = fields.line("reason", reason, max_length=MAX_REASON_LENGTH, required=False)
    fields.settle()
    await open_stock(tx, [variant_id])
    received = Movement(
        variant_id, MovementKind.RECEIVED, quantity, 0, actor_id=actor_id, reason=words, idempotency_key=key
    )
    return await _move_once(tx, received)


async def adjust(
    tx: Tx, variant_id: UUID, change: int, *, actor_id: UUID | None, reason: str, key: str | None = None
) -> Stock:
    """Correct the units on hand up or down, with a reason; never below what is held for buyers.

    With a `key`, once for each. Raises Invalid, StockTooLow, IdempotencyKeyReused.
    """
    fields = Fields()
    words = fields.line("reason", reason, max_length=MAX_REASON_LENGTH)
    fields.between("change", change, minimum=-MAX_UNITS, maximum=MAX_UNITS)
    if not change:
        fields.refuse("change", "required")
    fields.settle()
    await open_stock(tx, [variant_id])
    adjusted = Movement(
        variant_id, MovementKind.ADJUSTED, change, 0, actor_id=actor_id, reason=words, idempotency_key=key
    )
    return await _move_once(tx, adjusted)


async def count(
    tx: Tx, counted: Mapping[UUID, int], *, actor_id: UUID | None, reason: str, key: str | None = None
) -> None:
    """Make the units on hand those that were counted; what is right already is not touched.

    With a `key`, what was counted under it before is not counted again: units may have been sold since.
    Raises Invalid, IdempotencyKeyReused.
    """
    fields = Fields()
    words = fields.line("reason", reason, max_length=MAX_REASON_LENGTH)
    for units in counted.values():
        fields.between("stock", units, minimum=0, maximum=MAX_UNITS)
    fields.settle()
    await open_stock(tx, [variant_id for variant_id, units in counted.items() if units])
    known = await store.lock_stock(tx, counted)
    again = [
        variant_id
        for variant_id, units in counted.items()
        if not await _is_new(tx, variant_id, key, ("counted", units, words))
    ]
    await move(
        tx,
        [
            Movement(
                variant_id,
                MovementKind.ADJUSTED,
                units - known[variant_id].on_hand,
                held_change=0,
                actor_id=actor_id,
                reason=words,
                idempotency_key=key,
            )
            for variant_id, units in counted.items()
            if variant_id in known
            and units != known[variant_id].on_hand
            and variant_id not in again
            and not (key and await store.find_keyed(tx, variant_id, key))
        ],
    )


async def restock(tx: Tx, lines: Sequence[tuple[UUID, int]], order_id: UUID, *, reason: str) -> None:
    """Put sold units of an order back on the shelf."""
    if any(quantity < 1 for _, quantity in lines):
        raise Invalid(FieldProblem("quantity", "too_low", 1))
    await move(
        tx,
        [
            Movement(
                variant_id,
                MovementKind.RETURNED,
                quantity,
                held_change=0,
                order_id=order_id,
                reason=reason,
            )
            for variant_id, quantity in lines
        ],
    )


async def import_products(
    tx: Tx, shop_id: UUID, checked: ImportPreview, rule: StockRule, by: ImportedBy
) -> None:
    """Do what `preview_import` showed: the products by the catalog, then their units by the rule.

    Raises ImportRefused, StockTooLow.
    """
    imported = await catalog.import_products(
        tx, shop_id, checked, import_id=by.import_id, max_photos=by.max_photos
    )
    counts = {
        imported.variants[row.code, row.variant.option]: row.stock
        for row in checked.rows
        if row.stock is not None
    }
    known = await store.with_movements(tx, (await store.lock_stock(tx, counts)).values(), rule.counted_at)
    await open_stock(tx, [id_ for id_, units in counts.items() if units and id_ not in known])
    moved = [movement_of(rule, units, id_, known.get(id_)) for id_, units in counts.items()]
    await move(tx, [replace(one, actor_id=by.actor_id, reason=by.reason) for one in moved if one])


async def follow_catalog(tx: Tx, product_id: ProductId) -> None:
    """Let only those variants of the product be held that the catalog offers."""
    stocked = await store.list_stocked_variants(tx, product_id)
    variants = await catalog.get_variants(tx, map(VariantId, stocked))
    before = await store.lock_stock(tx, variants)
    after = {id_: replace(stock, offered=variants[VariantId(id_)].for_sale) for id_, stock in before.items()}
    await settle(tx, before, after, [])


async def close_claims(
    tx: Tx,
    shop_id: UUID,
    show: str,
    product_id: UUID,
    *,
    closed: bool,
    doors: Iterable[ClaimDoor | None] = (None,),
) -> None:
    """Take no more claims of a show for a product of the shop, or take them again. Twice is once.

    With `doors`, those alone are closed or opened. Who was given units or a place before keeps them.
    """
    stocked = await store.list_stocked_variants(tx, product_id)
    locked = await store.lock_stock(tx, stocked)
    own = [variant_id for variant_id, its in locked.items() if its.shop_id == shop_id]
    for door in doors:
        await store.save_closed(tx, own, show, closed=closed, door=door)


async def _move_once(tx: Tx, requested: Movement) -> Stock:
    """Make the movement, unless its key has made it before; return the stock as it is then."""
    if requested.idempotency_key is not None:
        before = await store.lock_stock(tx, [requested.variant_id])
        asked = (requested.kind, requested.on_hand_change, requested.reason)
        if not await _is_new(tx, requested.variant_id, requested.idempotency_key, asked):
            return before[requested.variant_id]
        known = await store.find_keyed(tx, requested.variant_id, requested.idempotency_key)
        if known == (requested.kind, requested.on_hand_change):
            return before[requested.variant_id]
        if known is not None:
            raise IdempotencyKeyReused
    return (await move(tx, [requested]))[requested.variant_id]


async def _is_new(tx: Tx, variant_id: UUID, key: str | None, asked: tuple[object, ...]) -> bool:
    """Say whether this was not asked under the key before. Raises IdempotencyKeyReused."""
    return key is None or await reserve_key(tx, "stock", [str(variant_id)], key, asked)


async def open_stock(tx: Tx, variant_ids: Iterable[UUID]) -> None:
    """Make sure that each variant has a stock row; what the catalog does not offer cannot be held."""
    wanted = set(variant_ids)
    missing = wanted - (await store.stock_of(tx, wanted)).keys()
    if not missing:
        return
    variants = await catalog.get_variants(tx, map(VariantId, missing))
    if missing - variants.keys():
        raise VariantUnknown
    await store.open_stock(
        tx,
        {id_: Stock(id_, variant.product_id, variant.shop_id) for id_, variant in variants.items()},
        offered={id_ for id_, variant in variants.items() if variant.for_sale},
    )
