"""Who comes too late waits in line, and what comes back is theirs before anybody else can have it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductId
from etalase.commerce.inventory import (
    Hold,
    HoldEnded,
    HoldLimitReached,
    HoldQueue,
    HoldRequest,
    HoldState,
    IdempotencyKeyReused,
    InventorySettings,
    NetworkHoldsTooMuch,
    NobodyBehind,
    SoldOut,
    WaitlistPlace,
)
from etalase.commerce.shops import ShopId
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database, DatabaseBug, Tx
from etalase.platform.outbox import Relay
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

ANI, BUDI, CICI, DEWI = (f"cart:{name}" for name in ("ani", "budi", "cici", "dewi"))
SETTINGS = InventorySettings(hold_ttl_seconds=600, max_units_per_variant=4, max_holds_per_holder=3)


@pytest.fixture
async def queue(commerce_db: Database, clock: FixedClock) -> AsyncIterator[HoldQueue]:
    """Open a desk."""
    opened = HoldQueue(commerce_db, clock, SETTINGS, OPEN)
    yield opened
    await opened.close()


async def held_by(db: Database, holder: str) -> list[tuple[int, HoldState]]:
    """Return what the holder holds, after a recount that agrees."""
    async with db.begin() as tx:
        assert await inventory.recount(tx) == []
        return [(hold.quantity, hold.state) for hold in await inventory.list_holds(tx, holder)]


async def numbers(db: Database, *holders: str) -> list[int]:
    """Return the number that each of these has in their only line; 0 for who waits nowhere."""
    async with db.begin() as tx:
        places = [await inventory.list_waiting(tx, [holder]) for holder in holders]
    return [place[0].number if place else 0 for place in places]


async def do(db: Database, deed: Callable[[Tx], Awaitable[object]]) -> None:
    """Do something in a transaction of its own."""
    async with db.begin() as tx:
        await deed(tx)


async def line_of(queue: HoldQueue, variant_id: UUID, *holders: str, units: int = 1) -> list[WaitlistPlace]:
    """Let these join the line, in this order."""
    places = [await queue.hold_or_wait(hold_request(variant_id, units, holder=one)) for one in holders]
    return [place for place in places if isinstance(place, WaitlistPlace)]


@pytest.fixture
async def last(commerce_db: Database, queue: HoldQueue) -> Hold:
    """Let Ani hold the last unit of a variant."""
    return await queue.hold(hold_request(await make.stocked_variant(commerce_db, 1), holder=ANI))


async def test_who_comes_in_time_is_given_units_and_no_place(commerce_db: Database, queue: HoldQueue) -> None:
    variant_id = await make.stocked_variant(commerce_db, 3)
    assert isinstance(await queue.hold_or_wait(hold_request(variant_id, 2, holder=ANI)), Hold)
    with pytest.raises(SoldOut) as refused:
        await queue.hold_or_wait(hold_request(variant_id, 2, holder=BUDI))
    assert refused.value.facts == {"available": 1}
    assert await numbers(commerce_db, BUDI) == [0]


async def test_places_are_given_in_the_order_of_arrival(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    wanted = [hold_request(last.variant_id, holder=f"cart:{number:02}") for number in range(30)]
    places = await asyncio.gather(*map(queue.hold_or_wait, wanted))
    assert [place.number for place in places if isinstance(place, WaitlistPlace)] == list(range(1, 31))
    assert await numbers(commerce_db, "cart:00", "cart:17", "cart:29") == [1, 18, 30]


async def test_one_buyer_has_one_place_however_often_they_ask(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    (first,) = await line_of(queue, last.variant_id, BUDI)
    await line_of(queue, last.variant_id, CICI)
    (again,) = await line_of(queue, last.variant_id, BUDI, units=2)
    assert (again.id, again.number, again.quantity) == (first.id, 1, 1)
    assert await numbers(commerce_db, BUDI, CICI) == [1, 2]


async def test_a_request_repeated_under_its_key_gets_its_first_answer(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    asked = hold_request(last.variant_id, holder=BUDI, key="tap")
    place = await queue.hold_or_wait(asked)
    assert await queue.hold_or_wait(asked) == place
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    served = await queue.hold_or_wait(asked)
    assert isinstance(served, Hold)
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]
    with pytest.raises(IdempotencyKeyReused):
        await queue.hold_or_wait(hold_request(last.variant_id, 2, holder=BUDI, key="tap"))


async def test_places_and_holds_together_are_bounded(commerce_db: Database, queue: HoldQueue) -> None:
    gone = [await make.stocked_variant(commerce_db, 1) for _ in range(4)]
    for variant_id in gone:
        await queue.hold(hold_request(variant_id))
    await queue.hold(hold_request(await make.stocked_variant(commerce_db, 1), holder=ANI))
    await line_of(queue, gone[0], ANI)
    await line_of(queue, gone[1], ANI)
    with pytest.raises(HoldLimitReached):
        await line_of(queue, gone[2], ANI)


async def test_guests_of_one_network_take_only_so_many_places(
    commerce_db: Database, clock: FixedClock, last: Hold
) -> None:
    desk = HoldQueue(commerce_db, clock, InventorySettings(guest_units_in_any_case=3), OPEN)

    async def join(network: str) -> object:
        request = HoldRequest(f"cart:{new_id()}", last.variant_id, 1, "tap", Venue.SHOP, network=network)
        return await desk.hold_or_wait(request)

    for _ in range(3):
        assert isinstance(await join("203.0.113.7"), WaitlistPlace)
    with pytest.raises(NetworkHoldsTooMuch):
        await join("203.0.113.7")
    assert isinstance(await join("198.51.100.2"), WaitlistPlace)


async def test_a_line_forms_for_what_was_never_stocked(commerce_db: Database, queue: HoldQueue) -> None:
    async with commerce_db.begin() as tx:
        variant = (await make.stocked_product(tx, 0)).variants[0]
    (place,) = await line_of(queue, variant.id, ANI)
    assert place.number == 1
    await do(commerce_db, lambda tx: inventory.receive(tx, variant.id, 1))
    assert await held_by(commerce_db, ANI) == [(1, HoldState.ACTIVE)]


async def test_what_lapses_goes_to_the_next_with_a_timer_of_their_own(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock, last: Hold
) -> None:
    clock.advance(seconds=300)
    await line_of(queue, last.variant_id, BUDI, CICI)
    clock.advance(seconds=300)
    await inventory.expire_due(commerce_db)
    async with commerce_db.begin() as tx:
        (hold,) = await inventory.list_holds(tx, BUDI)
    assert hold.expires_at == clock.now() + timedelta(seconds=600)
    with pytest.raises(SoldOut):
        await queue.hold(hold_request(last.variant_id))
    clock.advance(seconds=600)
    await inventory.expire_due(commerce_db)
    assert await held_by(commerce_db, BUDI) == []
    assert await held_by(commerce_db, CICI) == [(1, HoldState.ACTIVE)]
    assert await numbers(commerce_db, BUDI, CICI) == [0, 0]


async def ways_back(db: Database, hold: Hold) -> dict[str, Callable[[Tx], Awaitable[object]]]:
    """Return each deed of the inventory after which one more unit of a hold's variant is free."""
    variant_id, order_id = hold.variant_id, new_id()
    async with db.begin() as tx:
        stock = (await inventory.stock_of(tx, [variant_id]))[variant_id]
    return {
        "release": lambda tx: inventory.release(tx, [hold.id]),
        "release by hand": lambda tx: inventory.release_by_seller(
            tx, stock.shop_id, hold.id, actor_id=new_id()
        ),
        "shrink": lambda tx: inventory.shrink(tx, {hold.id: 0}),
        "receive": lambda tx: inventory.receive(tx, variant_id, 1),
        "adjust": lambda tx: inventory.adjust(tx, variant_id, 1, actor_id=None, reason="hitung"),
        "count": lambda tx: inventory.count(tx, {variant_id: 2}, actor_id=None, reason="hitung"),
        "restock": lambda tx: inventory.restock(tx, [(variant_id, 1)], order_id, reason="retur"),
    }


@pytest.mark.parametrize(
    "way", ["release", "release by hand", "shrink", "receive", "adjust", "count", "restock"]
)
async def test_whatever_comes_back_is_held_for_the_next_at_once(
    commerce_db: Database, queue: HoldQueue, last: Hold, way: str
) -> None:
    await line_of(queue, last.variant_id, BUDI, CICI)
    deed = (await ways_back(commerce_db, last))[way]
    async with commerce_db.begin() as tx:
        await deed(tx)
        assert await inventory.available(tx, [last.variant_id]) == {last.variant_id: 0}
        assert [hold.quantity for hold in await inventory.list_holds(tx, BUDI)] == [1]
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]
    assert await numbers(commerce_db, BUDI, CICI) == [0, 1]


async def test_who_wants_two_takes_the_one_that_came_and_their_turn_is_over(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI, units=2)
    await line_of(queue, last.variant_id, CICI)
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    async with commerce_db.begin() as tx:
        (hold,) = await inventory.list_holds(tx, BUDI)
    assert (hold.quantity, hold.requested) == (1, 2)
    await do(commerce_db, lambda tx: inventory.receive(tx, last.variant_id, 3))
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]
    assert await held_by(commerce_db, CICI) == [(1, HoldState.ACTIVE)]
    async with commerce_db.begin() as tx:
        assert await inventory.available(tx, [last.variant_id]) == {last.variant_id: 2}


async def test_who_leaves_is_passed_over(commerce_db: Database, queue: HoldQueue, last: Hold) -> None:
    await line_of(queue, last.variant_id, BUDI, CICI)
    await do(commerce_db, lambda tx: inventory.leave_waitlist(tx, [BUDI], last.variant_id))
    await do(commerce_db, lambda tx: inventory.leave_waitlist(tx, [BUDI], last.variant_id))
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    assert await held_by(commerce_db, BUDI) == []
    assert await held_by(commerce_db, CICI) == [(1, HoldState.ACTIVE)]


async def test_who_skips_keeps_the_first_place_for_what_comes_next(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI, CICI, DEWI)
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    async with commerce_db.begin() as tx:
        (turn,) = await inventory.list_holds(tx, BUDI)
    with pytest.raises(HoldEnded):
        await do(commerce_db, lambda tx: inventory.skip_turn(tx, [DEWI], turn.id))
    await do(commerce_db, lambda tx: inventory.skip_turn(tx, [BUDI], turn.id))
    assert await held_by(commerce_db, BUDI) == []
    assert await held_by(commerce_db, CICI) == [(1, HoldState.ACTIVE)]
    assert await numbers(commerce_db, BUDI, DEWI) == [1, 2]
    await do(commerce_db, lambda tx: inventory.receive(tx, last.variant_id, 1))
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]


async def test_who_is_alone_in_line_has_nobody_to_let_go_first(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    async with commerce_db.begin() as tx:
        (turn,) = await inventory.list_holds(tx, BUDI)
    with pytest.raises(NobodyBehind):
        await do(commerce_db, lambda tx: inventory.skip_turn(tx, [BUDI], turn.id))
    with pytest.raises(HoldEnded):
        await do(commerce_db, lambda tx: inventory.skip_turn(tx, [ANI], last.id))
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]


async def test_who_pays_too_late_does_not_go_before_the_line(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    until = clock.now() + timedelta(seconds=60)
    with pytest.raises(SoldOut):
        await do(commerce_db, lambda tx: inventory.retake(tx, [last.id], until))
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]


async def test_the_line_of_an_archived_product_rests_and_is_served_when_it_is_restored(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    async with commerce_db.begin() as tx:
        stock = (await inventory.stock_of(tx, [last.variant_id]))[last.variant_id]
        shop_id, product_id = ShopId(stock.shop_id), ProductId(stock.product_id)
        await catalog.archive_product(tx, shop_id, product_id)
    relay = Relay(commerce_db, inventory.REACTIONS)
    await relay.drain()
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    assert await held_by(commerce_db, BUDI) == []
    async with commerce_db.begin() as tx:
        await catalog.restore_product(tx, shop_id, product_id)
    await relay.drain()
    assert await held_by(commerce_db, BUDI) == [(1, HoldState.ACTIVE)]


async def test_a_place_goes_along_when_a_guest_signs_in_and_the_earlier_of_two_is_kept(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    other = (await queue.hold(hold_request(await make.stocked_variant(commerce_db, 1)))).variant_id
    await line_of(queue, last.variant_id, BUDI, CICI, DEWI)
    await line_of(queue, other, BUDI)
    await do(commerce_db, lambda tx: inventory.hand_over(tx, BUDI, to=DEWI))
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []
        assert await inventory.list_waiting(tx, [BUDI]) == []
        theirs = await inventory.list_waiting(tx, [DEWI])
    assert {place.variant_id: place.number for place in theirs} == {last.variant_id: 1, other: 1}
    assert await numbers(commerce_db, CICI) == [2]


async def test_where_a_buyer_came_from_goes_with_the_turn(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock, last: Hold
) -> None:
    async with commerce_db.begin() as tx:
        shop_id = (await inventory.stock_of(tx, [last.variant_id]))[last.variant_id].shop_id
    own = Source("r-1", Venue.ROOM, shop_id, "K7M2QX9P", clock.now())
    foreign = Source("r-2", Venue.ROOM, new_id(), "K7M2QX9P", clock.now())
    for holder, source in ((BUDI, own), (CICI, own), (DEWI, foreign)):
        await queue.hold_or_wait(HoldRequest(holder, last.variant_id, 1, "tap", Venue.ROOM, source=source))
    await do(commerce_db, lambda tx: inventory.receive(tx, last.variant_id, 3))
    async with commerce_db.begin() as tx:
        sources = [(await inventory.list_holds(tx, one))[0].source for one in (BUDI, CICI, DEWI)]
        nulls = (await tx.execute(text("SELECT count(*) FROM holds WHERE source IS NULL"))).scalar_one()
    assert sources == [own, None, None]
    assert nulls == 3


async def test_a_place_that_nothing_came_back_for_ends_after_a_week(
    commerce_db: Database, queue: HoldQueue, clock: FixedClock, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    clock.advance(seconds=6 * 24 * 3600)
    await line_of(queue, last.variant_id, CICI)
    await do(commerce_db, inventory.forget_places)
    assert await numbers(commerce_db, BUDI, CICI) == [1, 2]
    clock.advance(seconds=2 * 24 * 3600)
    await do(commerce_db, inventory.forget_places)
    assert await numbers(commerce_db, BUDI, CICI) == [0, 1]
    async with commerce_db.begin() as tx:
        assert await inventory.recount(tx) == []


async def test_a_turn_is_told_once_and_only_if_it_is_durable(
    commerce_db: Database, queue: HoldQueue, last: Hold
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    with pytest.raises(ZeroDivisionError):
        async with commerce_db.begin() as tx:
            await inventory.release(tx, [last.id])
            raise ZeroDivisionError
    assert await turns(commerce_db) == []
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    await do(commerce_db, lambda tx: inventory.release(tx, [last.id]))
    assert await turns(commerce_db) == [BUDI]


@pytest.mark.parametrize(
    "around",
    [
        "UPDATE stock SET held = held - 1 WHERE variant_id = :its",
        "UPDATE stock SET on_hand = on_hand + 1 WHERE variant_id = :its",
    ],
)
async def test_the_database_refuses_a_unit_that_is_free_past_the_line(
    commerce_db: Database, queue: HoldQueue, last: Hold, around: str
) -> None:
    await line_of(queue, last.variant_id, BUDI)
    with pytest.raises(DatabaseBug):
        await do(commerce_db, lambda tx: tx.execute(text(around), {"its": last.variant_id}))


async def turns(db: Database) -> list[str]:
    """Return whose turn was published, in order."""
    query = "SELECT payload ->> 'holder' FROM outbox WHERE name = 'inventory.turn_given' ORDER BY id"
    async with db.begin() as tx:
        return list((await tx.execute(text(query))).scalars())
