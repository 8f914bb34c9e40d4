"""Whatever stands in any field of any command, it silences nobody: it is taken, or refused alone."""

import asyncio
import typing
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from sqlalchemy import text

from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.social.rooms import (
    Command,
    LogUnavailable,
    Participant,
    RoomService,
    Say,
    ShowPlan,
    read_command,
)
from etalase.social.rooms._commands.room import Room
from etalase.social.rooms._model.commands import MuteViewer
from etalase.social.rooms._model.log import ViewerMuted
from etalase.web.rooms_socket import carry_out
from tests.make import rooms as make
from tests.make.shopfronts import OpenWindow
from tests.make.waiting import PATIENCE_SECONDS, until

ANI = Participant("ani", "Ani")
BUNGA = Participant("bunga", "Bunga", is_host=True)
POISONS: dict[str, object] = {
    "zero": "abcdefgh\x00",
    "half a pair": "abcdefgh\ud800",
    "not a character": "abcdefgh\uffff",
    "controls": "\x01\x1b[2J\x9babcdefgh",
    "long": "x" * 7_000,
    "empty": "",
    "large": 10**40,
    "larger": 2**63,
    "negative": -(2**63) - 1,
    "below zero": -1,
    "list": ["abcdefgh\x00"],
    "none": None,
}


def fields() -> Iterator[tuple[type[msgspec.Struct], str]]:
    """Yield each field of each command there is."""
    for kind in get_args(Command):
        for field in msgspec.structs.fields(kind):
            yield kind, field.encode_name


def fine_value(kind: Any) -> object:
    """Return something that a field of this type takes."""
    kinds = get_args(kind) if typing.get_origin(kind) is not None else (kind,)
    if any(known is int for known in kinds):
        return 1
    return str(new_id()) if any(getattr(known, "__name__", "") == "UUID" for known in kinds) else "abcdefghij"


def message(kind: type[msgspec.Struct], poisoned: str, poison: object) -> bytes:
    """Write a command of which one field is poisoned."""
    hints = typing.get_type_hints(kind)
    body = {field.name: fine_value(hints[field.name]) for field in msgspec.structs.fields(kind)}
    body |= {"do": kind.__struct_config__.tag, poisoned: poison}
    return b"{" + b",".join(_member(name, value) for name, value in body.items()) + b"}"


def _member(name: str, value: object) -> bytes:
    import json  # noqa: PLC0415  only this one writes half a surrogate pair, as attackers do

    return f"{json.dumps(name)}:{json.dumps(value)}".encode()


async def test_poison_in_any_field_of_any_command_silences_nobody(service: RoomService, room: Room) -> None:
    answered = taken = 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        for kind, field in fields():
            for name, poison in POISONS.items():
                for is_host in (
                    True,
                    False,
                ):  # each time somebody else, who is not too fast
                    visitor = Participant(f"v{answered}", "Viewer", is_host=is_host)
                    reply, status = await carry_out(service, room, visitor, message(kind, field, poison))
                    assert status < 500, (kind, field, name, reply)
                    assert status != 429, (kind, field, name, reply)
                    answered += 1
                    taken += status == 200
                    assert not service._writer.is_stalled, (kind, field, name)
                    assert msgspec.json.encode(reply)
        await service.perform(room, ANI, Say(text="masih di sini"))
    assert room.state.chat[-1].text == "masih di sini"
    assert answered >= 200
    assert taken >= 8


@pytest.mark.parametrize("poison", ["x\x00", "x\ud800"], ids=["zero", "half a pair"])
async def test_poison_that_reaches_the_log_is_refused_alone(
    service: RoomService, room: Room, social_db: Database, poison: str
) -> None:
    """Lines before and after it, in the same batch, go in; its sender hears that it can't be stored."""
    good = [Say(text=f"baris {number}") for number in range(6)]
    waits = [
        asyncio.create_task(service.perform(room, Participant(f"v{n}", "Ani"), line))
        for n, line in enumerate(good)
    ]
    bad = asyncio.create_task(service._publisher.append(room, ViewerMuted(poison, 1)))
    waits.append(asyncio.create_task(service.perform(room, BUNGA, Say(text="sesudah"))))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*waits)
        with pytest.raises(Refusal) as refused:
            await bad
    assert refused.value.code == "unstorable"
    assert not service._writer.is_stalled
    async with social_db.begin() as tx:
        stored = await tx.execute(
            text("SELECT body ->> 'text' FROM room_events WHERE type = 'chat.said' ORDER BY position")
        )
        assert stored.scalars().all() == [f"baris {number}" for number in range(6)] + ["sesudah"]


async def test_a_full_disk_is_waited_for_and_everything_goes_on_afterwards(
    service: RoomService, room: Room, social_db: Database
) -> None:
    async with social_db.begin() as tx:
        await tx.execute(
            text("""
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$""")
        )
        await tx.execute(
            text("""
            CREATE TRIGGER full_disk BEFORE INSERT ON room_events
            FOR EACH ROW EXECUTE FUNCTION full_disk()""")
        )
    first = asyncio.create_task(service.perform(room, ANI, Say(text="menunggu")))
    await until(lambda: service._writer.is_stalled)
    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(LogUnavailable):
            await service.perform(room, ANI, Say(text="ditolak"))
        async with social_db.begin() as tx:
            await tx.execute(text("DROP TRIGGER full_disk ON room_events"))
        await first
        await service.perform(room, ANI, Say(text="sesudah"))
    assert [line.text for line in room.state.chat] == ["menunggu", "sesudah"]


async def test_stock_that_can_not_be_stored_keeps_no_other_back(
    service: RoomService, room: Room, social_db: Database, clock: FixedClock
) -> None:
    good, bad = make.offer(), make.offer()
    service._trays.shopfront = OpenWindow(good, bad)
    show = await service.shows.plan_show(
        make.HOST, make.SHOP, ShowPlan("Lain", clock.now()), (good.product_id, bad.product_id)
    )
    await service.stock_changed(make.SHOP, good.product_id, good.variants[0].variant_id, 2)
    await service.stock_changed(make.SHOP, bad.product_id, bad.variants[0].variant_id, 2)
    async with social_db.begin() as tx:
        await tx.execute(
            text("UPDATE show_offers SET card = '{}' WHERE product_id = :id"), {"id": bad.product_id}
        )
    async with asyncio.timeout(PATIENCE_SECONDS):
        await service.upkeep.save()
    async with social_db.begin() as tx:
        card = (
            await tx.execute(
                text("SELECT card FROM show_offers WHERE product_id = :id"), {"id": good.product_id}
            )
        ).scalar_one()
    assert card["variants"][0]["available"] == 2
    assert show.tray


def test_the_table_of_commands_is_what_is_read() -> None:
    assert isinstance(read_command(b'{"do":"mute","viewer":"x"}'), MuteViewer)
    assert len(list(fields())) > 15
