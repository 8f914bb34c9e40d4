"""The one door by which stock changes outside the desk: lock, decide, serve the line, write, report.

Whatever sets units free comes through here, so what comes back is held for who is next in line in the same
transaction. Who would go around it is refused by the database: `stock_serves_the_line_first`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from etalase.commerce import catalog
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import _model as model
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._events import StockChanged, TurnGiven
from etalase.commerce.inventory._model import Movement, MovementKind, Stock, Turn, apply_movements
from etalase.platform import outbox
from etalase.platform.db import Tx
from etalase.platform.observing import request_of


async def move(tx: Tx, movements: Sequence[Movement]) -> dict[UUID, Stock]:
    """Write the movements and return the stock after them, or raise `StockTooLow`.

    The variants' stock rows must exist.
    """
    if not movements:
        return {}
    before = await store.lock_stock(tx, {movement.variant_id for movement in movements})
    return await settle(tx, before, apply_movements(before, movements), movements)


async def settle(
    tx: Tx,
    before: Mapping[UUID, Stock],
    after: Mapping[UUID, Stock],
    movements: Sequence[Movement],
    *,
    skipping: UUID | None = None,
) -> dict[UUID, Stock]:
    """Write what locked stock is after the movements; what is free then is held for those who wait.

    One `StockChanged` for each variant with other free units than before, one `TurnGiven` for each who got
    some. The place `skipping` lets all others go first.
    """
    await _take_from_allotments(tx, movements)
    turns = await _give_turns(tx, after, skipping)
    await _take_from_allotments(tx, [turn.movement for turn in turns])
    made = [*movements, *(turn.movement for turn in turns)]
    final = model.take_turns(after, turns)
    await store.save_movements(tx, final.values(), made)
    await store.save_turns(tx, turns)
    last = {movement.variant_id: movement for movement in made}
    changed = [
        _stock_changed(variant_id, stock, last.get(variant_id))
        for variant_id, stock in final.items()
        if stock.available != before[variant_id].available
    ]
    await outbox.publish(tx, *changed, *(_turn_given(final, turn) for turn in turns))
    return final


def _stock_changed(variant_id: UUID, stock: Stock, last: Movement | None) -> outbox.Caused:
    event = StockChanged(
        shop_id=stock.shop_id,
        product_id=stock.product_id,
        variant_id=variant_id,
        available=stock.available,
        cause=last.kind if last else MovementKind.HELD,
    )
    return outbox.Caused(event, request_of(last.order_id if last else None))


async def leave(tx: Tx, place_ids: Sequence[UUID], variant_ids: Sequence[UUID]) -> None:
    """End those of these places in the lines of these variants that still wait."""
    before = await store.lock_stock(tx, variant_ids)
    left = await store.save_left(tx, place_ids)
    after = {
        variant_id: replace(stock, waiting=stock.waiting - left.get(variant_id, 0))
        for variant_id, stock in before.items()
        if variant_id in left
    }
    await settle(tx, before, after, [])


async def _give_turns(tx: Tx, after: Mapping[UUID, Stock], skipping: UUID | None) -> list[Turn]:
    """Decide whose turn it is. Each takes a unit at least, so no more are read than there are units."""
    free = {variant_id: stock.for_the_line for variant_id, stock in after.items() if stock.for_the_line}
    lines = await store.list_first_waiting(
        tx, {variant_id: units + (skipping is not None) for variant_id, units in free.items()}
    )
    now = tx.clock.now()
    variants = await catalog.get_variants(tx, map(VariantId, lines)) if lines else {}
    turns = [
        turn
        for variant_id, line in lines.items()
        for turn in model.serve(
            free[variant_id],
            model.let_others_first(line, skipping),
            variants[VariantId(variant_id)].price,
            now,
        )
    ]
    return await _at_deal_prices(tx, turns, {after[turn.hold.variant_id].product_id for turn in turns})


async def _at_deal_prices(tx: Tx, turns: list[Turn], product_ids: Collection[UUID]) -> list[Turn]:
    """Let the deals that run on these products lower the turns' prices, as for buyers who ask now."""
    now = tx.clock.now()
    known = await store.list_allotments(tx, product_ids, now) if turns else []
    running = await store.lock_allotments(tx, [one.id for one in known if one.starts_at <= now])
    if not running:
        return turns
    had = await store.count_taken(tx, running, {turn.hold.holder for turn in turns})
    return model.take_deals(turns, list(running.values()), had)


def _turn_given(stock: Mapping[UUID, Stock], turn: Turn) -> TurnGiven:
    hold, its = turn.hold, stock[turn.hold.variant_id]
    return TurnGiven(
        shop_id=its.shop_id,
        product_id=its.product_id,
        variant_id=hold.variant_id,
        hold_id=hold.id,
        holder=hold.holder,
        quantity=hold.quantity,
        expires_at=hold.expires_at,
        locale=turn.place.locale,
    )


async def _take_from_allotments(tx: Tx, movements: Sequence[Movement]) -> None:
    """Count what the movements take from allotments and give back to them. Raises SoldOut."""
    changes = Counter[UUID]()
    for movement in movements:
        if movement.allotment_id is not None and movement.taken_change:
            changes[movement.allotment_id] += movement.taken_change
    if changes:
        locked = await store.lock_allotments(tx, changes)
        await store.save_taken(tx, [locked[id_].after(change) for id_, change in changes.items()])
