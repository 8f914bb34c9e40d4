"""A room's tray, its stored copy and the shop's stock agree, whatever comes while one of them is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database, Tx
from etalase.social import rooms
from etalase.social.rooms import OfferCard, Participant, PinOffer, RoomService
from etalase.social.rooms._commands.room import Room
from tests.integration.social.rooms.test_room_service import HOST, SECRET, SHOP, admit, go_live
from tests.make import rooms as make
from tests.make.shopfronts import OpenWindow
from tests.make.waiting import until

BUNGA = Participant("bunga", "Bunga", is_host=True)


class CountingWindow(OpenWindow):
    """A window that knows how often somebody looked."""

    looks = 0

    async def list_offers(self, shop_id: UUID) -> tuple[OfferCard, ...]:
        self.looks += 1
        return await super().list_offers(shop_id)


@pytest.fixture
def window() -> CountingWindow:
    return CountingWindow(make.offer("Gaun"), make.offer("Celana"), make.offer("Topi"))


@pytest.fixture
async def service(
    social_db: Database, clock: FixedClock, window: CountingWindow
) -> AsyncIterator[RoomService]:
    await admit(social_db)
    service = RoomService(social_db, clock, window, secret=SECRET)
    await service.start()
    yield service
    await service.stop()


@asynccontextmanager
async def blocked(db: Database, statement: str) -> AsyncIterator[Tx]:
    """Keep others from what the statement locks."""
    async with db.begin() as tx:
        await tx.execute(text(statement))
        yield tx


async def is_waiting(db: Database, statement: str) -> bool:
    """Say whether somebody waits for a lock with a statement like this one."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE :like")
    async with db.begin() as tx:
        return bool((await tx.execute(query, {"like": f"%{statement}%"})).scalar_one())


def left(tray: tuple[OfferCard, ...], card: OfferCard) -> int:
    return next(found for found in tray if found.product_id == card.product_id).variants[0].available


async def stored_tray(db: Database, room: Room) -> tuple[OfferCard, ...]:
    async with db.begin() as tx:
        return (await rooms.get_show(tx, room.show.code)).tray


async def test_a_figure_that_comes_while_the_tray_is_stored_is_not_overwritten(
    service: RoomService, clock: FixedClock, window: CountingWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    first, second, third = window.offers
    chosen = (first.product_id, third.product_id)
    async with blocked(social_db, "LOCK TABLE show_offers IN SHARE MODE"):
        changing = asyncio.create_task(service.shows.set_tray(HOST, room.show.code, chosen))
        await until(lambda: is_waiting(social_db, "DELETE FROM show_offers"))
        await service.stock_changed(SHOP, first.product_id, first.variants[0].variant_id, 0)
        await service.stock_changed(SHOP, third.product_id, third.variants[0].variant_id, 1)
    message = await changing
    assert [left(message.tray, card) for card in (first, third)] == [0, 1]
    assert [left(room.state.tray, card) for card in (first, third)] == [0, 1]
    assert second.product_id not in {card.product_id for card in room.state.tray}
    await service.upkeep.save()
    assert [left(await stored_tray(social_db, room), card) for card in (first, third)] == [0, 1]


async def test_two_trays_are_told_in_the_order_in_which_they_were_stored(
    service: RoomService, clock: FixedClock, window: CountingWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    first, second, third = (card.product_id for card in window.offers)
    await service.perform(room, BUNGA, PinOffer(product_id=first))
    async with blocked(social_db, "LOCK TABLE room_events IN SHARE MODE"):
        without_pinned = asyncio.create_task(service.shows.set_tray(HOST, room.show.code, (second,)))
        await until(lambda: is_waiting(social_db, "INSERT INTO room_events"))
        later = asyncio.create_task(service.shows.set_tray(HOST, room.show.code, (first, third)))
        await asyncio.wait([later], timeout=1)  # it may wait its turn, or be through
    await asyncio.gather(without_pinned, later)
    assert [card.product_id for card in room.state.tray] == [first, third]
    assert await stored_tray(social_db, room) == room.state.tray


async def test_many_changes_in_a_row_are_asked_for_together_and_without_a_room_not_at_all(
    service: RoomService, clock: FixedClock, window: CountingWindow
) -> None:
    await service.offers_changed(SHOP)
    room = await go_live(service, clock, window)
    await until(lambda: window.looks == 2)  # the host's choice, and the room that opened
    window.offers = tuple(make.offer("Baru", product_id=card.product_id) for card in window.offers)
    for _ in range(50):
        await service.offers_changed(SHOP)
    await until(lambda: {card.title for card in room.state.tray} == {"Baru"})
    assert window.looks == 3


async def test_a_shop_that_is_away_is_asked_again(
    service: RoomService, clock: FixedClock, window: CountingWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etalase.social.rooms._commands.trays.RENEW_AGAIN_SECONDS", 0.05)
    room = await go_live(service, clock, window)
    window.offers = tuple(make.offer("Baru", product_id=card.product_id) for card in window.offers)
    window.is_reachable, window.looks = False, 0
    await service.offers_changed(SHOP)
    await until(lambda: window.looks >= 2)
    window.is_reachable = True
    await until(lambda: {card.title for card in room.state.tray} == {"Baru"})


async def test_a_stored_card_that_cannot_be_read_stops_nothing(
    service: RoomService,
    clock: FixedClock,
    window: CountingWindow,
    social_db: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("etalase.social.rooms._commands.upkeep.TICK_SECONDS", 0.01)
    room = await go_live(service, clock, window)
    first, second, _ = window.offers
    async with social_db.begin() as tx:
        spoil = text('UPDATE show_offers SET card = \'{"of": "another release"}\' WHERE product_id = :id')
        await tx.execute(spoil, {"id": first.product_id})
    for card in (second, first):
        await service.stock_changed(SHOP, card.product_id, card.variants[0].variant_id, 2)
    room.add_hearts(3)
    await until(lambda: has_stored(social_db, hearts=3, card=second, available=2))
    room.add_hearts(4)
    await until(lambda: has_stored(social_db, hearts=7, card=second, available=2))


async def has_stored(db: Database, *, hearts: int, card: OfferCard, available: int) -> bool:
    query = text(
        "SELECT hearts, card -> 'variants' -> 0 -> 'available' FROM show_offers"
        " JOIN shows ON shows.id = show_id WHERE product_id = :id"
    )
    async with db.begin() as tx:
        return tuple((await tx.execute(query, {"id": card.product_id})).one()) == (hearts, available)
