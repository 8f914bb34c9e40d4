"""Places in the lines of variants. A line changes only while its stock row is locked.

Positions are given under that lock, so their order is the order in which buyers came. `stock.waiting` is how
many places wait, and a CHECK refuses units that are free past them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    Integer,
    Row,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    lateral,
    literal,
    select,
    text,
    true,
    union_all,
    update,
)

from etalase.commerce.inventory._model import (
    PLACES_COUNTED,
    PlaceState,
    Turn,
    WaitlistPlace,
)
from etalase.commerce.inventory._store.tables import IN_A_CART, holds, waitlist
from etalase.kernel.sources import Source
from etalase.platform.db import Tx

_WAITS = text("state = 'waiting'")
"""As the partial indexes say it."""
_THEIRS = waitlist.c.holder.in_(bindparam("holders", expanding=True))
_IN_ORDER = (waitlist.c.variant_id, waitlist.c.position)
_ASKED = (
    func.unnest(cast(bindparam("ids"), ARRAY(Uuid)), cast(bindparam("limits"), ARRAY(Integer)))
    .table_valued(column("variant_id", Uuid), column("places", Integer))
    .render_derived(name="asked")
)
_FIRST = lateral(
    select(waitlist)
    .where(waitlist.c.variant_id == _ASKED.c.variant_id, _WAITS)
    .order_by(waitlist.c.position)
    .limit(_ASKED.c.places)
).alias("first")
_LIST_FIRST = (
    select(_FIRST).select_from(_ASKED.join(_FIRST, true())).order_by(_FIRST.c.variant_id, _FIRST.c.position)
)
_LIST_WAITING = select(waitlist).where(_THEIRS, _WAITS).order_by(waitlist.c.position)
_BEFORE = waitlist.alias("before")
_COUNTED = (
    select(func.count())
    .select_from(
        select(literal(1))
        .where(
            _BEFORE.c.variant_id == waitlist.c.variant_id,
            _BEFORE.c.position < waitlist.c.position,
            text("before.state = 'waiting'"),
        )
        .correlate(waitlist)
        .limit(PLACES_COUNTED)
        .subquery()
    )
    .scalar_subquery()
)
_LIST_NUMBERED = (
    select(waitlist, (_COUNTED + 1).label("number"))
    .where(_THEIRS, text("waitlist.state = 'waiting'"))
    .order_by(waitlist.c.position)
)
_FIND_KEYED = (
    select(waitlist)
    .where(
        waitlist.c.holder == func.any(cast(bindparam("holders"), ARRAY(Text))),
        waitlist.c.idempotency_key == func.any(cast(bindparam("keys"), ARRAY(Text))),
    )
    .order_by(waitlist.c.id)
)
_LIST_BY_HOLD = select(waitlist).where(waitlist.c.hold_id.in_(bindparam("hold_ids", expanding=True)))
_COUNT_CARTS = (
    select(
        holds.c.holder,
        holds.c.variant_id,
        func.count().label("holds"),
        func.sum(holds.c.quantity).label("units"),
    )
    .where(holds.c.holder == func.any(cast(bindparam("holders"), ARRAY(Text))), text(IN_A_CART))
    .group_by(holds.c.holder, holds.c.variant_id)
)
_LIST_USERS = union_all(
    *(
        select(one.c.source["referral"].astext.label("referral"), one.c.holder).where(
            one.c.source.is_not(None),
            one.c.source["referral"].astext == func.any(cast(bindparam("referrals"), ARRAY(Text))),
        )
        for one in (holds, waitlist)
    )
)
_ADD = insert(waitlist)
_ADD_HOLDS = insert(holds)
_SAVE_ENDED = update(waitlist).where(waitlist.c.id == bindparam("its"))
_SAVE_LEFT = (
    update(waitlist)
    .where(waitlist.c.id == func.any(cast(bindparam("ids"), ARRAY(Uuid))), _WAITS)
    .values(state=literal(PlaceState.LEFT.value))
    .returning(waitlist.c.variant_id)
)
_LIST_OVERDUE = (
    select(waitlist)
    .where(waitlist.c.joined_at < bindparam("before"), waitlist.c.state == PlaceState.WAITING)
    .order_by(waitlist.c.joined_at)
    .limit(bindparam("maximum"))
)

_LIST_JOINED = (
    select(waitlist)
    .where(
        waitlist.c.variant_id == func.any(cast(bindparam("ids"), ARRAY(Uuid))),
        waitlist.c.joined_at >= bindparam("since"),
    )
    .order_by(waitlist.c.position.desc())
    .limit(bindparam("maximum"))
)


async def list_joined_since(
    tx: Tx, variant_ids: Collection[UUID], since: datetime, maximum: int
) -> list[WaitlistPlace]:
    """Return the places taken in these lines since then, whatever became of them: the last of very many."""
    asked = {"ids": list(variant_ids), "since": since, "maximum": maximum}
    return [_place(row) for row in reversed((await tx.execute(_LIST_JOINED, asked)).all())]


async def list_first_waiting(tx: Tx, counts: Mapping[UUID, int]) -> dict[UUID, list[WaitlistPlace]]:
    """Return the first so many places of each variant's line, in order."""
    found: dict[UUID, list[WaitlistPlace]] = {}
    if counts:
        asked = {"ids": list(counts), "limits": list(counts.values())}
        for row in await tx.execute(_LIST_FIRST, asked):
            found.setdefault(row.variant_id, []).append(_place(row))
    return found


async def list_waiting(tx: Tx, holders: Sequence[str]) -> list[WaitlistPlace]:
    """Return where a buyer waits, with the number of each place; the oldest place first."""
    rows = await tx.execute(_LIST_NUMBERED, {"holders": list(holders)})
    return [_place(row, number=row.number) for row in rows]


async def list_places(tx: Tx, holders: Iterable[str]) -> list[WaitlistPlace]:
    """Return where these holders wait, places uncounted; the oldest first."""
    return [_place(row) for row in await tx.execute(_LIST_WAITING, {"holders": list(holders)})]


async def list_places_of_holds(tx: Tx, hold_ids: Iterable[UUID]) -> dict[UUID, WaitlistPlace]:
    """Return, by hold, the places that got their turn with these holds."""
    rows = await tx.execute(_LIST_BY_HOLD, {"hold_ids": list(hold_ids)})
    return {row.hold_id: _place(row) for row in rows}


async def list_overdue_places(tx: Tx, before: datetime, maximum: int) -> list[WaitlistPlace]:
    """Return places that have waited since before that moment, the oldest first."""
    rows = await tx.execute(_LIST_OVERDUE, {"before": before, "maximum": maximum})
    return [_place(row) for row in rows]


async def find_keyed_places(
    tx: Tx, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], WaitlistPlace]:
    """Return the places that these holders asked for under these keys, whatever became of them."""
    pairs = set(wanted)
    if not pairs:
        return {}
    asked = {"holders": [holder for holder, _ in pairs], "keys": [key for _, key in pairs]}
    rows = await tx.execute(_FIND_KEYED, asked)
    found = {(row.holder, row.idempotency_key): _place(row) for row in rows}
    return {pair: place for pair, place in found.items() if pair in pairs}


async def count_carts(tx: Tx, holders: Iterable[str]) -> dict[tuple[str, UUID], tuple[int, int]]:
    """Return, by holder and variant, how many holds and units are in their carts."""
    rows = await tx.execute(_COUNT_CARTS, {"holders": list(holders)})
    return {(row.holder, row.variant_id): (row.holds, row.units) for row in rows}


async def list_users_of_referrals(tx: Tx, referrals: Iterable[str]) -> dict[str, str]:
    """Return who has held, or waits for, something with each of these referrals."""
    wanted = list(referrals)
    if not wanted:
        return {}
    rows = await tx.execute(_LIST_USERS, {"referrals": wanted})
    return {row.referral: row.holder for row in rows}


async def add_places(tx: Tx, joined: Sequence[tuple[WaitlistPlace, str]]) -> None:
    """Put new places, each with its key, at the end of their lines, in this order."""
    rows = [
        {
            "id": place.id,
            "variant_id": place.variant_id,
            "holder": place.holder,
            "idempotency_key": key,
            "quantity": place.quantity,
            "state": place.state,
            "hold_seconds": place.hold_seconds,
            "joined_at": place.joined_at,
            "locale": place.locale,
            "source": _source(place),
        }
        for place, key in joined
    ]
    if rows:
        await tx.execute(_ADD, rows)


async def save_turns(tx: Tx, turns: Sequence[Turn]) -> None:
    """Write the holds of those whose turn it is. Their keys are new: no request has ever had them."""
    if not turns:
        return
    await tx.execute(
        _ADD_HOLDS,
        [
            {
                "id": turn.hold.id,
                "variant_id": turn.hold.variant_id,
                "holder": turn.hold.holder,
                "idempotency_key": f"turn:{turn.hold.id}",
                "quantity": turn.hold.quantity,
                "state": turn.hold.state,
                "expires_at": turn.hold.expires_at,
                "requested": turn.hold.requested,
                "source": _source(turn.place),
                "list_price_minor": turn.hold.list_price.minor,
                "unit_price_minor": turn.hold.unit_price.minor,
                "allotment_id": turn.hold.allotment_id,
            }
            for turn in turns
        ],
    )
    await save_places(tx, [turn.place for turn in turns])


async def save_places(tx: Tx, places: Iterable[WaitlistPlace]) -> None:
    """Write what became of these places."""
    rows = [{"its": place.id, "state": place.state, "hold_id": place.hold_id} for place in places]
    if rows:
        await tx.execute(_SAVE_ENDED, rows)


async def save_left(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Write that those of these places that wait have left; return how many they were, by variant."""
    rows = await tx.execute(_SAVE_LEFT, {"ids": list(ids)})
    return dict(Counter(row.variant_id for row in rows))


async def save_place_holder(tx: Tx, ids: Sequence[UUID], holder: str) -> None:
    """Write whose these places are now. A key that the new holder has used before keeps its old answer."""
    theirs = waitlist.alias()
    is_used = exists().where(
        theirs.c.holder == holder, theirs.c.idempotency_key == waitlist.c.idempotency_key
    )
    key = case((is_used, cast(func.gen_random_uuid(), Text)), else_=waitlist.c.idempotency_key)
    if ids:
        await tx.execute(
            update(waitlist).where(waitlist.c.id.in_(ids)).values(holder=holder, idempotency_key=key)
        )


async def forget_places(tx: Tx, before: datetime) -> None:
    """Delete the places that were taken before that moment and wait no more."""
    await tx.execute(
        waitlist.delete().where(waitlist.c.joined_at < before, waitlist.c.state != PlaceState.WAITING)
    )


def _place(row: Row[Any], number: int = 0) -> WaitlistPlace:
    return WaitlistPlace(
        id=row.id,
        variant_id=row.variant_id,
        holder=row.holder,
        quantity=row.quantity,
        joined_at=row.joined_at,
        hold_seconds=row.hold_seconds,
        state=PlaceState(row.state),
        hold_id=row.hold_id,
        locale=row.locale,
        source=None if row.source is None else msgspec.convert(row.source, Source),
        number=number,
    )


def _source(place: WaitlistPlace) -> Any:
    return None if place.source is None else msgspec.to_builtins(place.source)
