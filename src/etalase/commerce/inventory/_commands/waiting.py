"""Joining a line, leaving it, and letting the next go first. Stock rows are locked before places."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from uuid import UUID

from etalase.commerce import shops
from etalase.commerce.inventory import _model as model
from etalase.commerce.inventory import _store as store
from etalase.commerce.inventory._commands.moving import leave, settle
from etalase.commerce.inventory._errors import (
    HoldEnded,
    HoldLimitReached,
    NobodyBehind,
    NotForSale,
    SoldOut,
    StockFrozen,
)
from etalase.commerce.inventory._model import (
    PLACES_KEPT,
    Hold,
    HoldRequest,
    HoldState,
    InventorySettings,
    PlaceState,
    Stock,
    WaitlistPlace,
    apply_movements,
    movement_ending,
)
from etalase.kernel.errors import IdempotencyKeyReused, Refusal
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx

_ENDED_AT_ONCE = 500


class NeverStocked(SoldOut):
    """The variant has no stock row yet, and so no line; whoever asks opens one, and asks again."""


async def find_earlier_answers(
    tx: Tx, requests: Sequence[HoldRequest]
) -> dict[str, Hold | WaitlistPlace | Refusal]:
    """Return, by holder, what those were answered that joined a line under the same key before.

    Who got their turn since is answered with its hold.
    """
    asked = {(request.holder, request.idempotency_key): request for request in requests if request.joining}
    found = await store.find_keyed_places(tx, asked)
    if not found:
        return {}
    numbered = {place.id: place for place in await store.list_waiting(tx, [holder for holder, _ in found])}
    holds = await store.get_holds(tx, [place.hold_id for place in found.values() if place.hold_id])
    answers: dict[str, Hold | WaitlistPlace | Refusal] = {}
    for pair, place in found.items():
        if (place.variant_id, place.quantity) != (asked[pair].variant_id, asked[pair].quantity):
            answers[place.holder] = IdempotencyKeyReused()
        elif place.hold_id in holds:
            answers[place.holder] = holds[place.hold_id]
        else:
            answers[place.holder] = numbered.get(place.id, place)
    return answers


async def join_lines(
    tx: Tx, requests: Sequence[HoldRequest], settings: InventorySettings
) -> list[WaitlistPlace | Refusal]:
    """Give these requests, each of another holder, places at the end of their lines, in their order.

    Who waits in that line already keeps the place that they have. Refused are who may hold no more, and who
    would wait for what is not all held: the line is for those who can be given nothing.
    """
    stock = await store.lock_stock(tx, {request.variant_id for request in requests})
    holders = [request.holder for request in requests]
    standing: dict[str, dict[UUID, WaitlistPlace]] = {}
    for place in await store.list_waiting(tx, holders):
        standing.setdefault(place.holder, {})[place.variant_id] = place
    carts = await store.count_carts(tx, holders)
    known_shops = await shops.get_shops(tx, {one.shop_id for one in stock.values()})
    came = [request.source.referral for request in requests if request.source]
    users = await store.list_users_of_referrals(tx, came)
    after = dict(stock)
    answers: list[WaitlistPlace | Refusal] = []
    joined = []
    for request in requests:
        own = standing.get(request.holder, {})
        known, its = own.get(request.variant_id), after.get(request.variant_id)
        refusal = _refusal_of(request, its, own, carts, settings)
        if known or refusal or its is None:
            answers.append(known or refusal or NeverStocked(available=0))
            continue
        hold_seconds = known_shops[its.shop_id].hold_rules.hold_seconds(settings.hold_ttl_seconds)
        place = _new_place(tx, request, its, hold_seconds)
        if place.source and users.setdefault(place.source.referral, request.holder) != request.holder:
            place = replace(place, source=None)
        after[request.variant_id] = replace(its, waiting=its.waiting + 1)
        joined.append((place, request.idempotency_key))
        answers.append(place)
    if joined:
        await store.add_places(tx, joined)
        await store.save_movements(tx, [after[id_] for id_ in after if after[id_] != stock[id_]], [])
    return answers


async def leave_waitlist(tx: Tx, holders: Sequence[str], variant_id: UUID) -> None:
    """Give up the buyer's place in the line of a variant; to have none is nothing."""
    mine = [place.id for place in await store.list_places(tx, holders) if place.variant_id == variant_id]
    if mine:
        await leave(tx, mine, [variant_id])


async def skip_turn(tx: Tx, holders: Sequence[str], hold_id: UUID) -> None:
    """Let the next in line have what is held for the buyer, who keeps the first place for what comes next.

    Raises `HoldEnded` for what they don't hold, or not because it was their turn, and `NobodyBehind`.
    """
    hold = next(iter(await store.lock_holds(tx, [hold_id])), None)
    place = (await store.list_places_of_holds(tx, [hold_id])).get(hold_id)
    if hold is None or place is None or hold.holder not in holders or not hold.is_in_cart:
        raise HoldEnded
    before = await store.lock_stock(tx, [hold.variant_id])
    mine = await store.list_places(tx, holders)
    if before[hold.variant_id].waiting <= sum(one.variant_id == hold.variant_id for one in mine):
        raise NobodyBehind
    given_back = movement_ending(hold, HoldState.RELEASED)
    after = apply_movements(before, [given_back])
    await store.save_state(tx, [hold.id], HoldState.RELEASED)
    if not any(one.variant_id == hold.variant_id for one in mine):  # they may wait for more of it already
        its = after[hold.variant_id]
        after[hold.variant_id] = replace(its, waiting=its.waiting + 1)
        await store.save_places(tx, [replace(place, state=PlaceState.WAITING, hold_id=None)])
    await settle(tx, before, after, [given_back], skipping=place.id)


async def hand_over_places(tx: Tx, holder: str, lines: AbstractSet[UUID], *, to: str) -> None:
    """Let the places of one holder in these locked lines be another's; of two in one, the earlier is kept."""
    if not lines:
        return
    places = [place for place in await store.list_places(tx, [holder, to]) if place.variant_id in lines]
    moved, ended = model.merge_places(places, to)
    await leave(tx, [place.id for place in ended], list(lines))
    await store.save_place_holder(tx, [place.id for place in moved], to)


async def forget_places(tx: Tx) -> None:
    """End the places of those whom nothing came back for in a long time, and forget those that ended then."""
    before = tx.clock.now() - PLACES_KEPT
    while overdue := await store.list_overdue_places(tx, before, _ENDED_AT_ONCE):
        await leave(tx, [place.id for place in overdue], [place.variant_id for place in overdue])
    await store.forget_places(tx, before)


def _refusal_of(
    request: HoldRequest,
    stock: Stock | None,
    own: dict[UUID, WaitlistPlace],
    carts: dict[tuple[str, UUID], tuple[int, int]],
    settings: InventorySettings,
) -> Refusal | None:
    if stock is None:
        return NeverStocked(available=0)
    if stock.frozen:
        return StockFrozen()
    if stock.available:
        return SoldOut(available=stock.available)
    if not stock.offered:
        return NotForSale()
    held = sum(count for (holder, _), (count, _) in carts.items() if holder == request.holder)
    _, units = carts.get((request.holder, request.variant_id), (0, 0))
    too_many = held + len(own) >= settings.max_holds_per_holder
    if too_many or units + request.quantity > settings.max_units_per_variant:
        return HoldLimitReached(units=settings.max_units_per_variant, holds=settings.max_holds_per_holder)
    return None


def _new_place(tx: Tx, request: HoldRequest, stock: Stock, hold_seconds: int) -> WaitlistPlace:
    source = request.source
    return WaitlistPlace(
        new_id(),
        request.variant_id,
        request.holder,
        request.quantity,
        tx.clock.now(),
        hold_seconds,
        locale=request.joining.locale if request.joining else "",
        source=source if source and source.shop_id == stock.shop_id else None,
        number=min(stock.waiting, model.PLACES_COUNTED) + 1,
    )
