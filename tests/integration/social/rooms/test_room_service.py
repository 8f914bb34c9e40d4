"""Rooms against a real PostgreSQL: what is durable, what survives a restart, who may do what."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import IdempotencyKeyReused, Invalid, Refusal
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.social import rooms
from etalase.social.rooms import (
    BlockViewer,
    DeleteLine,
    GiveHearts,
    MuteViewer,
    OfferNotInTray,
    Participant,
    PinOffer,
    RoomService,
    Say,
    Show,
    ShowPlan,
    ShowState,
    UnblockViewer,
    UnpinOffer,
)
from etalase.social.rooms._commands.room import Room
from tests.make import rooms as make
from tests.make.rooms import admit_host
from tests.make.shopfronts import OpenWindow
from tests.make.waiting import until

HOST, SHOP = new_id(), new_id()
SECRET = b"a secret of these tests"
ANI, BUDI = Participant("ani", "Ani"), Participant("budi", "Budi")


@pytest.fixture
def window() -> OpenWindow:
    return OpenWindow(make.offer("Gaun"), make.offer("Celana"), make.offer("Topi"))


@pytest.fixture
async def service(social_db: Database, clock: FixedClock, window: OpenWindow) -> AsyncIterator[RoomService]:
    await admit(social_db)
    service = RoomService(social_db, clock, window, secret=SECRET)
    await service.start()
    yield service
    await service.stop()


async def admit(db: Database, account_id: UUID = HOST, shop_id: UUID = SHOP) -> None:
    async with db.begin() as tx:
        await admit_host(tx, account_id, shop_id)


async def plan(service: RoomService, clock: FixedClock) -> Show:
    later = clock.now() + timedelta(hours=1)
    return await service.shows.plan_show(HOST, SHOP, ShowPlan(title="Baju  anak", starts_at=later))


async def go_live(service: RoomService, clock: FixedClock, window: OpenWindow) -> Room:
    show = await plan(service, clock)
    products = tuple(offer.product_id for offer in window.offers[:2])
    await service.shows.set_tray(HOST, show.code, products)
    await service.shows.go_live(HOST, show.code)
    return await service.registry.open(show.code)


async def count_events(db: Database) -> int:
    async with db.begin() as tx:
        found = await tx.execute(text("SELECT count(*) FROM room_events"))
        return int(found.scalar_one())


async def restarted(db: Database, clock: FixedClock, window: OpenWindow, code: str) -> Room:
    again = RoomService(db, clock, window, secret=SECRET)
    await again.start()
    room = await again.registry.open(code)
    await again.stop()
    return room


async def test_a_planned_show_can_be_found_with_its_tray_in_order(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    show = await plan(service, clock)
    chosen = (window.offers[2].product_id, window.offers[0].product_id)
    await service.shows.set_tray(HOST, show.code, chosen)
    async with social_db.begin() as tx:
        found = await rooms.get_show(tx, show.code)
        coming = await rooms.list_coming(tx)
        hosted = await rooms.list_hosted_shows(tx, HOST)
    assert found.title == "Baju anak"
    assert found.state is ShowState.PLANNED
    assert tuple(card.product_id for card in found.tray) == chosen
    assert coming == hosted == (found,)


async def test_a_tray_takes_only_what_the_shop_offers(
    service: RoomService, clock: FixedClock, social_db: Database
) -> None:
    show = await plan(service, clock)
    with pytest.raises(Invalid):
        await service.shows.set_tray(HOST, show.code, (new_id(),))
    async with social_db.begin() as tx:
        assert (await rooms.get_show(tx, show.code)).tray == ()


@pytest.mark.parametrize("title", ["", "   ", "x" * 81])
async def test_a_show_needs_a_title_of_a_readable_length(
    service: RoomService, clock: FixedClock, social_db: Database, title: str
) -> None:
    with pytest.raises(Invalid):
        await service.shows.plan_show(HOST, SHOP, ShowPlan(title=title, starts_at=clock.now()))
    async with social_db.begin() as tx:
        assert await rooms.list_coming(tx) == ()


async def test_to_a_stranger_a_show_cannot_be_changed_because_it_does_not_exist(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    stranger = new_id()
    await admit(social_db, stranger, new_id())
    room = await go_live(service, clock, window)
    code, before = room.show.code, await count_events(social_db)
    attempts = [
        service.shows.edit_show(stranger, code, ShowPlan("Lain", clock.now())),
        service.shows.set_tray(stranger, code, ()),
        service.shows.end_show(stranger, code),
        service.perform_as_host(stranger, code, PinOffer(product_id=window.offers[0].product_id)),
    ]
    for attempt in attempts:
        with pytest.raises(rooms.NoSuchShow):
            await attempt
    assert room.state.show.state is ShowState.LIVE
    assert await count_events(social_db) == before


async def test_a_show_goes_from_planned_to_live_to_ended_and_never_back(
    service: RoomService, clock: FixedClock, window: OpenWindow
) -> None:
    show = await plan(service, clock)
    with pytest.raises(rooms.ShowNotLive):
        await service.shows.end_show(HOST, show.code)
    await service.shows.go_live(HOST, show.code)
    with pytest.raises(rooms.ShowNotPlanned):
        await service.shows.go_live(HOST, show.code)
    await service.shows.end_show(HOST, show.code)
    for attempt in (service.shows.go_live(HOST, show.code), service.shows.end_show(HOST, show.code)):
        with pytest.raises(Refusal):
            await attempt


async def test_what_is_said_is_durable_before_it_is_told(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    facts = await service.perform(room, ANI, Say(text=" Ada  ukuran 2? "))
    assert room.state.chat[-1].text == "Ada ukuran 2?"
    assert room.state.chat[-1].id == facts["line"]
    async with social_db.begin() as tx:
        stored = await tx.execute(text("SELECT body ->> 'text' FROM room_events WHERE type = 'chat.said'"))
        assert stored.scalars().all() == ["Ada ukuran 2?"]


async def test_a_restart_finds_the_room_as_it_was(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    code = room.show.code
    first, second = window.offers[:2]
    said = await service.perform(room, ANI, Say(text="satu"))
    await service.perform(room, BUDI, Say(text="dua"))
    await service.perform(room, ANI, Say(text="tiga"))
    await service.perform(room, ANI, DeleteLine(line=said["line"]))
    await service.perform_as_host(HOST, code, PinOffer(product_id=first.product_id))
    clock.advance(seconds=90)
    await service.perform_as_host(HOST, code, PinOffer(product_id=second.product_id))
    await service.perform_as_host(HOST, code, MuteViewer(viewer="ani", seconds=600))
    await service.perform_as_host(HOST, code, BlockViewer(viewer="budi"))
    await service.perform(room, Participant("citra"), GiveHearts(count=7))
    room.tick()
    variant = second.variants[0].variant_id
    await service.stock_changed(SHOP, second.product_id, variant, 1)
    await service.units_sold(SHOP, second.product_id, variant, 2)
    await service.upkeep.save()
    window.is_reachable = False
    again = await restarted(social_db, clock, window, code)
    assert again.state.epoch != room.state.epoch
    assert replace(again.state, epoch=room.state.epoch) == room.state
    assert again.moderation == room.moderation
    assert again.name_of("ani") == "Ani"


async def test_a_line_sent_again_after_a_restart_is_said_once(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    line = Say(text="halo", key="kunci-satu")
    first = await service.perform(room, ANI, line)
    await service.perform(room, BUDI, line)
    await service.stop()
    again = RoomService(social_db, clock, window, secret=SECRET)
    await again.start()
    reborn = await again.open_room(room.show.code)
    assert await again.perform(reborn, ANI, line) == first
    assert [said.name for said in reborn.state.chat] == ["Ani", "Budi"]
    await again.stop()


async def test_a_replay_knows_when_each_offer_was_shown(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    code = room.show.code
    first, second = (offer.product_id for offer in window.offers[:2])
    clock.advance(seconds=10)
    await service.perform_as_host(HOST, code, PinOffer(product_id=first))
    clock.advance(seconds=20)
    await service.perform_as_host(HOST, code, PinOffer(product_id=second))
    clock.advance(seconds=5)
    await service.perform_as_host(HOST, code, UnpinOffer())
    clock.advance(seconds=5)
    await service.perform_as_host(HOST, code, PinOffer(product_id=first))
    clock.advance(seconds=60)
    await service.shows.end_show(HOST, code)
    async with social_db.begin() as tx:
        pins = await rooms.list_pins(tx, await rooms.get_show(tx, code))
    spans = [(pin.product_id, pin.from_seconds, pin.to_seconds) for pin in pins]
    assert spans == [(first, 10, 30), (second, 30, 35), (first, 40, 100)]


async def test_only_an_offer_of_the_tray_can_be_pinned(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    before = await count_events(social_db)
    with pytest.raises(OfferNotInTray):
        await service.perform_as_host(HOST, room.show.code, PinOffer(product_id=window.offers[2].product_id))
    assert room.state.pinned is None
    assert await count_events(social_db) == before


async def test_an_offer_that_leaves_the_tray_is_unpinned_for_viewers_and_for_the_replay(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    first, second = (offer.product_id for offer in window.offers[:2])
    await service.perform_as_host(HOST, room.show.code, PinOffer(product_id=first))
    clock.advance(seconds=4)
    await service.shows.set_tray(HOST, room.show.code, (second,))
    assert room.state.pinned is None
    async with social_db.begin() as tx:
        pins = await rooms.list_pins(tx, room.show)
    assert [(pin.product_id, pin.to_seconds) for pin in pins] == [(first, 4)]


async def test_a_blocked_viewer_is_silent_in_all_rooms_of_the_shop(
    service: RoomService, clock: FixedClock, window: OpenWindow
) -> None:
    one = await go_live(service, clock, window)
    other = await go_live(service, clock, window)
    await service.perform(one, ANI, Say(text="promo di toko saya!"))
    await service.perform_as_host(HOST, one.show.code, BlockViewer(viewer="ani"))
    assert not one.state.chat
    for room in (one, other):
        with pytest.raises(rooms.Blocked):
            await service.perform(room, ANI, Say(text="lagi"))
    await service.perform_as_host(HOST, other.show.code, UnblockViewer(viewer="ani"))
    await service.perform(one, ANI, Say(text="maaf"))
    assert [line.text for line in one.state.chat] == ["maaf"]


async def test_offers_are_renewed_from_the_shop_and_stock_told_meanwhile_wins(
    service: RoomService, clock: FixedClock, window: OpenWindow
) -> None:
    room = await go_live(service, clock, window)
    first = window.offers[0]
    dearer = replace(first, variants=(replace(first.variants[0], price_minor=99_000, available=50),))
    variant = first.variants[0].variant_id

    class SlowWindow(OpenWindow):
        async def list_offers(self, shop_id: UUID) -> tuple[rooms.OfferCard, ...]:
            await service.stock_changed(shop_id, first.product_id, variant, 3)
            return (dearer, *window.offers[1:])

    service._trays.shopfront = SlowWindow()
    await service.offers_changed(SHOP)
    await until(lambda: room.state.tray[0].variants[0].price_minor == 99_000)
    shown = room.state.tray[0].variants[0]
    assert (shown.price_minor, shown.available) == (99_000, 3)


async def test_a_show_that_its_host_left_without_video_ends_by_itself(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    room.show_video(rooms.Video("/media/1.m3u8", "1"))
    clock.advance(seconds=10 * 3600)
    await service.upkeep.tidy()
    room.show_video(rooms.Video())
    clock.advance(seconds=3 * 3600)
    await service.upkeep.tidy()
    assert not await is_over(social_db, room)
    clock.advance(seconds=1)
    await service.upkeep.tidy()
    await until(lambda: room.state.show.state is ShowState.ENDED)
    assert await is_over(social_db, room)


async def is_over(db: Database, room: Room) -> bool:
    async with db.begin() as tx:
        return (await rooms.get_show(tx, room.show.code)).state is ShowState.ENDED


async def test_lines_of_many_viewers_keep_their_order_in_the_log_and_in_the_room(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    viewers = [Participant(f"viewer-{number}", f"Penonton {number}") for number in range(40)]
    await asyncio.gather(*(service.perform(room, viewer, Say(text="halo")) for viewer in viewers))
    async with social_db.begin() as tx:
        stored = await tx.execute(
            text("SELECT body ->> 'id' FROM room_events WHERE type = 'chat.said' ORDER BY position")
        )
        assert stored.scalars().all() == [line.id for line in room.state.chat]


async def test_another_line_under_a_key_is_refused(
    service: RoomService, clock: FixedClock, window: OpenWindow, social_db: Database
) -> None:
    room = await go_live(service, clock, window)
    said = await service.perform(room, ANI, Say(text="satu", key="kunci-satu"))
    assert await service.perform(room, ANI, Say(text=" satu ", key="kunci-satu")) == said
    reopened = await restarted(social_db, clock, window, room.show.code)
    for known, to in ((room, service), (reopened, service)):
        with pytest.raises(IdempotencyKeyReused):
            await to.perform(known, ANI, Say(text="dua", key="kunci-satu"))
    assert [line.text for line in room.state.chat] == ["satu"]


async def test_another_plan_under_a_forms_key_is_refused(service: RoomService, clock: FixedClock) -> None:
    later, show_id = clock.now() + timedelta(hours=1), new_id()
    first = await service.shows.plan_show(HOST, SHOP, ShowPlan("Baju", later), show_id=show_id)
    again = await service.shows.plan_show(HOST, SHOP, ShowPlan("Baju", later), show_id=show_id)
    assert again.code == first.code
    for title, starts_at in (("Celana", later), ("Baju", later + timedelta(hours=1))):
        with pytest.raises(IdempotencyKeyReused):
            await service.shows.plan_show(HOST, SHOP, ShowPlan(title, starts_at), show_id=show_id)
