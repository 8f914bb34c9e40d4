"""PostgreSQL goes away and comes back: the room goes on, nothing is lost, nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from etalase.platform.db import Database
from etalase.platform.postgres import EmbeddedPostgres
from etalase.social import rooms
from etalase.social.rooms import GiveHearts, LogUnavailable, Participant, RoomService, Say
from etalase.social.rooms._commands.room import Room
from tests.make.outages import Switch
from tests.make.waiting import until

ANI = Participant("ani", "Ani")


@pytest.fixture
async def switch(postgres: EmbeddedPostgres, social_db: Database) -> AsyncIterator[Switch]:
    switch = Switch(postgres, social_db)
    yield switch
    await switch.on()


async def stalled(service: RoomService) -> None:
    await until(lambda: service._writer.is_stalled)


async def test_a_room_outlives_its_database(
    service: RoomService, room: Room, switch: Switch, social_db: Database
) -> None:
    await service.perform(room, ANI, Say(text="sebelum"))
    await switch.off()
    on_its_way = asyncio.create_task(service.perform(room, ANI, Say(text="di tengah")))
    await stalled(service)
    number = room.feed.number
    with pytest.raises(LogUnavailable):
        await service.perform(room, ANI, Say(text="ditolak"))
    await service.perform(room, ANI, GiveHearts(count=3))
    room.tick()
    room.show_video(rooms.Video("/media/1.m3u8", "1"))
    assert room.feed.number == number + 2
    assert room.state.hearts == 3
    assert [line.text for line in room.state.chat] == ["sebelum"]
    await switch.on()
    await on_its_way
    await service.perform(room, ANI, Say(text="sesudah"))
    assert [line.text for line in room.state.chat] == ["sebelum", "di tengah", "sesudah"]
    async with social_db.begin() as tx:
        stored = await tx.execute(
            text("SELECT body ->> 'text' FROM room_events WHERE type = 'chat.said' ORDER BY position")
        )
        assert stored.scalars().all() == ["sebelum", "di tengah", "sesudah"]


async def test_a_line_sent_again_while_the_first_waits_is_said_once(
    service: RoomService, room: Room, switch: Switch
) -> None:
    line = Say(text="di tengah", key="kunci-satu")
    await switch.off()
    first = asyncio.create_task(service.perform(room, ANI, line))
    await stalled(service)
    again = asyncio.create_task(service.perform(room, ANI, line))
    await asyncio.sleep(0)
    assert not again.done()
    await switch.on()
    assert await first == await again
    assert [said.text for said in room.state.chat] == ["di tengah"]


async def test_counts_and_stock_that_could_not_be_saved_are_saved_later(
    service: RoomService, room: Room, switch: Switch, social_db: Database
) -> None:
    await switch.off()
    await service.perform(room, ANI, GiveHearts(count=5))
    with pytest.raises(Exception, match=r"."):
        await service.upkeep.save()
    await switch.on()
    await service.upkeep.save()
    async with social_db.begin() as tx:
        assert (await rooms.get_show(tx, room.show.code)).hearts == 5


async def test_a_service_that_stops_during_an_outage_refuses_what_still_waits(
    service: RoomService, room: Room, switch: Switch
) -> None:
    await switch.off()
    waiting = asyncio.create_task(service.perform(room, ANI, Say(text="terlambat")))
    await stalled(service)
    await service.stop()
    with pytest.raises(LogUnavailable):
        await waiting
