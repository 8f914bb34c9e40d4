"""How holds end or live on. Each locks the holds first, then their stock; call them late in a transaction.

The stock row of a hot variant is what all its buyers wait for: between these and the commit, no mail is sent
and no gateway is asked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce.inventory import _model as model
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.moving import move
from etalase.commerce.inventory._commands.waiting import hand_over_places
from etalase.commerce.inventory._errors import HoldEnded, SoldOut, StockTooLow
from etalase.commerce.inventory._events import HoldTakenBack, UnitsSold
from etalase.commerce.inventory._model import Hold, HoldState, Movement, MovementKind, Stock, movement_ending
from etalase.platform import outbox
from etalase.platform.db import Database, Tx
from etalase.platform.observing import request_of

_SWEPT_AT_ONCE = 500
HOLDS_KEPT = timedelta(days=7)
"""How long the key of a request that led to nothing still gets its old answer."""


async def release(tx: Tx, hold_ids: Iterable[UUID]) -> None:
    """Give held units back to the shelf. Holds that have ended are left as they are."""
    await _end(tx, await store.lock_holds(tx, hold_ids), HoldState.RELEASED)


async def release_by_seller(tx: Tx, shop_id: UUID, hold_id: UUID, *, actor_id: UUID) -> Hold:
    """Take from a buyer what they hold and have not ordered; the next in line gets it.

    The buyer finds it in their cart, and by mail. Raises `HoldEnded`.
    """
    hold = next(iter(await store.lock_holds(tx, [hold_id])), None)
    if hold is None or not hold.is_in_cart:
        raise HoldEnded
    stock = await store.lock_stock(tx, [hold.variant_id])
    if stock[hold.variant_id].shop_id != shop_id:
        raise HoldEnded
    await store.save_taken_back(tx, hold.id)
    await move(tx, [replace(movement_ending(hold, HoldState.RELEASED), actor_id=actor_id)])
    await outbox.publish(
        tx, HoldTakenBack(shop_id=shop_id, hold_id=hold.id, variant_id=hold.variant_id, holder=hold.holder)
    )
    return hold


async def shrink(tx: Tx, quantities: Mapping[UUID, int]) -> list[Hold]:
    """Keep only so many units of each hold, 0 for none, and give the others back: all of it or nothing.

    The units that are kept are never free in between, and done twice is done once. Raises `Invalid` for more
    units than a hold has, `HoldEnded` for one that has ended otherwise or belongs to an order.
    """
    holds = await store.lock_holds(tx, quantities)
    _require_all(holds, list(quantities))
    decided = [model.shrink(hold, quantities[hold.id]) for hold in holds]
    given_back = [movement for _, movement in decided if movement is not None]
    await store.save_shrunk(tx, [hold for hold, movement in decided if movement is not None])
    await move(tx, given_back)
    return [hold for hold, _ in decided]


async def hand_over(tx: Tx, holder: str, *, to: str) -> list[Hold]:
    """Let what one holder holds and has not ordered be another's, until the same moments; return it.

    Their places in line go with it. No limit stands in the way: nothing is lost, and who holds too much by
    then can only hold no more. Done twice is done once.
    """
    if holder == to:
        return []
    holds = await lock_carts(tx, [holder])
    lines = {place.variant_id for place in await store.list_places(tx, [holder])}
    if holds or lines:
        await store.lock_stock(
            tx, {hold.variant_id for hold in holds} | lines
        )  # the desk ends what it writes
    if holds:
        await store.save_holder(tx, [hold.id for hold in holds], to)
    await hand_over_places(tx, holder, lines, to=to)
    return [replace(hold, holder=to) for hold in holds]


async def extend(
    tx: Tx, hold_ids: Sequence[UUID], until: datetime, *, order_id: UUID | None = None
) -> list[Hold]:
    """Keep the units until a later moment, and for an order when one is named.

    Raises `HoldEnded`, also for units that another order keeps.
    """
    holds = await store.lock_holds(tx, hold_ids)
    _require_all(holds, hold_ids)
    _require_active(holds, order_id)
    await store.save_end(tx, hold_ids, until, order_id)
    return list((await store.get_holds(tx, hold_ids)).values())


async def retake(
    tx: Tx, hold_ids: Sequence[UUID], until: datetime, *, order_id: UUID | None = None
) -> list[Hold]:
    """Hold the units of ended holds once more, all of them, or raise `SoldOut`: for who paid too late.

    They keep their prices; those of an allotment must be left in it, though its time may be over.
    Holds that are still active are extended. Sold ones, and those of another order, can't come back:
    `HoldEnded`.
    """
    holds = await store.lock_holds(tx, hold_ids)
    _require_all(holds, hold_ids)
    if any(hold.state is HoldState.SOLD or hold.order_id not in {None, order_id} for hold in holds):
        raise HoldEnded
    ended = [hold for hold in holds if hold.state is not HoldState.ACTIVE]
    try:
        await move(
            tx,
            [
                Movement(
                    hold.variant_id,
                    MovementKind.HELD,
                    on_hand_change=0,
                    held_change=hold.quantity,
                    hold_id=hold.id,
                    order_id=order_id,
                    allotment_id=hold.allotment_id,
                )
                for hold in ended
            ],
        )
    except StockTooLow as too_low:
        raise SoldOut(available=too_low.facts["available"]) from too_low
    await store.save_state(tx, [hold.id for hold in ended], HoldState.ACTIVE)
    await store.save_end(tx, hold_ids, until, order_id)
    return list((await store.get_holds(tx, hold_ids)).values())


@dataclass(frozen=True, slots=True)
class HoldsOfOrder:
    """Holds, locked in this transaction by `lock_carts`, that become an order's.

    They keep their units `until` the money is due; without that they are sold at once.
    """

    order_id: UUID
    holds: tuple[Hold, ...]
    until: datetime | None


async def lock_carts(tx: Tx, holders: Collection[str]) -> list[Hold]:
    """Return what these holders hold and have not ordered, by id; until the end nobody else ends it."""
    return await store.list_carts(tx, holders, lock_them=True)


async def give_to_orders(tx: Tx, given: Sequence[HoldsOfOrder]) -> None:
    """Keep or sell the units of many new orders: all stock rows are locked once, last, by id."""
    rows = [(hold.id, one.order_id, one.until) for one in given for hold in one.holds]
    if not rows:
        return
    await store.save_ordered(tx, rows)
    sold = [one for one in given if one.until is None]
    movements = [
        movement_ending(hold, HoldState.SOLD, order_id=one.order_id) for one in sold for hold in one.holds
    ]
    after = await move(tx, movements)
    await outbox.publish(
        tx,
        *(
            outbox.Caused(event, request_of(one.order_id))
            for one in sold
            for event in _units_sold(one.order_id, one.holds, after)
        ),
    )


async def sell(tx: Tx, hold_ids: Sequence[UUID], order_id: UUID) -> None:
    """Take held units out of the stock for good. Twice for one order is once.

    Raises `HoldEnded`, also for units that another order keeps.
    """
    holds = await store.lock_holds(tx, hold_ids)
    _require_all(holds, hold_ids)
    unsold = [hold for hold in holds if (hold.state, hold.order_id) != (HoldState.SOLD, order_id)]
    _require_active(unsold, order_id)
    await _end(tx, unsold, HoldState.SOLD, order_id=order_id)


async def expire_due(db: Database) -> int:
    """End every hold whose time is over and tell the stock that came back; return how many there were."""
    total = 0
    while True:
        async with db.begin() as tx:
            due = await store.lock_due_holds(tx, tx.clock.now(), _SWEPT_AT_ONCE)
            await _end(tx, due, HoldState.EXPIRED)
        total += len(due)
        if len(due) < _SWEPT_AT_ONCE:
            return total


async def next_expiry(db: Database) -> datetime | None:
    """Return when the next hold's time is over; nothing where nobody holds anything."""
    async with db.begin() as tx:
        return await store.find_next_expiry(tx)


async def forget_holds(tx: Tx) -> None:
    """Forget what was held long ago and never ordered; movements tell of it still."""
    await store.forget_unordered(tx, tx.clock.now() - HOLDS_KEPT)


async def _end(tx: Tx, holds: Iterable[Hold], state: HoldState, *, order_id: UUID | None = None) -> None:
    """End those of the locked holds that are active, and tell what was sold."""
    active = [hold for hold in holds if hold.state is HoldState.ACTIVE]
    if not active:
        return
    await store.save_state(tx, [hold.id for hold in active], state, order_id)
    after = await move(tx, [movement_ending(hold, state, order_id=order_id) for hold in active])
    if state is HoldState.SOLD and order_id is not None:
        await outbox.publish(tx, *_units_sold(order_id, active, after))


def _units_sold(order_id: UUID, sold: Iterable[Hold], after: Mapping[UUID, Stock]) -> list[UnitsSold]:
    """Tell of each variant how many units of it an order has taken."""
    units = Counter[UUID]()
    for hold in sold:
        units[hold.variant_id] += hold.quantity
    return [
        UnitsSold(
            shop_id=after[variant_id].shop_id,
            product_id=after[variant_id].product_id,
            variant_id=variant_id,
            quantity=quantity,
            order_id=order_id,
        )
        for variant_id, quantity in sorted(units.items())
    ]


def _require_all(holds: Sequence[Hold], wanted: Sequence[UUID]) -> None:
    if {hold.id for hold in holds} != set(wanted):
        raise HoldEnded


def _require_active(holds: Iterable[Hold], order_id: UUID | None) -> None:
    if any(hold.state is not HoldState.ACTIVE or hold.order_id not in {None, order_id} for hold in holds):
        raise HoldEnded
