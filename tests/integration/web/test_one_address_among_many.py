"""One machine can't take the room from everybody else: paces by address, behind proxies too."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database
from etalase.platform.realtime import SocketServer
from etalase.social.rooms import RoomSettings
from etalase.web.rooms_socket import RoomDoor
from tests.integration.web.test_rooms_socket import DOOR, Stage, cookie_of, hang_up, reply
from tests.make.sockets import Peer, listening
from tests.make.waiting import until

__all__ = ["hang_up"]
FLAT = RoomSettings(address_viewers_per_minute=3, address_lines_per_minute=20, address_connections=3)
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
async def stage(social_db: Database, clock: FixedClock) -> AsyncIterator[Stage]:
    stage = Stage(social_db, clock, FLAT)
    await stage.prepare()
    async with listening(stage.app, SocketServer(RoomDoor(stage.rooms, social_db, DOOR))) as port:
        stage.port = port
        yield stage
        await stage.rooms.stop()


async def enter(stage: Stage, address: str, cookie: str = "") -> Peer:
    """Come in by a proxy on this machine, which the server trusts."""
    return await stage.enter(x_forwarded_for=address, cookie=cookie)


async def say(peer: Peer) -> str:
    """Say a line; return what became of it."""
    peer.say(json.dumps({"id": 1, "do": "say", "text": "halo", "name": "Ani"}))
    answered = await reply(peer)
    return "ok" if answered["ok"] else str(answered["problem"]["code"])


async def test_new_viewers_of_one_address_come_at_a_pace_and_known_ones_at_once(stage: Stage) -> None:
    first, second = await enter(stage, HERE), await enter(stage, HERE)
    async with stage.client(**{"x-forwarded-for": HERE}) as program:
        assert (await program.get(f"/live/{stage.code}/poll")).status_code == 200
        program.cookies.clear()
        refused = await program.get(f"/live/{stage.code}/poll")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
        unheard = await program.post(f"/live/{stage.code}/commands", json={"do": "say", "text": "halo"})
        assert unheard.status_code == 429
    assert (await enter(stage, HERE)).status == 429
    assert [peer.status for peer in (first, second, await enter(stage, ELSEWHERE))] == [101] * 3
    assert (await enter(stage, HERE, cookie_of(first))).status == 101
    second.hang_up()
    stage.clock.advance(seconds=20)
    await until(lambda: stage.rooms.crowd._connected[HERE] == 2)
    assert (await enter(stage, HERE)).status == 101


async def test_all_viewers_of_one_address_share_a_pace_of_lines_and_leave_the_room_to_others(
    stage: Stage,
) -> None:
    crowd = [await enter(stage, HERE) for _ in range(3)]
    assert [await say(peer) for peer in crowd] == ["ok", "ok", "too_fast"]
    assert await say(await enter(stage, ELSEWHERE)) == "ok"


async def test_one_address_holds_so_many_connections_and_no_more(stage: Stage) -> None:
    open_ones = [await enter(stage, HERE) for _ in range(3)]
    assert (await enter(stage, HERE, cookie_of(open_ones[0]))).status == 429
    async with stage.client(**{"x-forwarded-for": HERE, "cookie": cookie_of(open_ones[0])}) as program:
        assert (await program.get(f"/live/{stage.code}/events")).status_code == 429
    open_ones[1].hang_up()
    await until(lambda: stage.rooms.crowd._connected[HERE] == 2)
    assert (await enter(stage, HERE, cookie_of(open_ones[0]))).status == 101


async def test_polls_that_wait_are_connections_too(stage: Stage) -> None:
    first = await enter(stage, HERE)
    known = {"x-forwarded-for": HERE, "cookie": cookie_of(first)}
    async with stage.client(**known) as program:
        heard = (await stage.rooms.open_room(stage.code)).feed
        path = f"/live/{stage.code}/poll?after={heard.number}&wait=2&epoch={heard.epoch}"
        answers = await asyncio.gather(*(program.get(path) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]
        assert (await program.get(path)).status_code == 200


async def test_an_address_is_what_the_nearest_proxy_says_and_of_ipv6_its_subnet(stage: Stage) -> None:
    assert (await enter(stage, f"{ELSEWHERE}, {HERE}")).status == 101
    for number in range(2):
        await enter(stage, f"192.0.2.{number}, {HERE}")
    assert (await enter(stage, f"192.0.2.9, {HERE}")).status == 429
    for number in range(3):
        assert (await enter(stage, f"2001:db8:1:2::{number}")).status == 101
    assert (await enter(stage, "2001:db8:1:2:ffff::9")).status == 429
    assert (await enter(stage, "2001:db8:1:3::9")).status == 101


async def test_viewers_whose_address_a_proxy_on_this_machine_hides_are_not_counted(stage: Stage) -> None:
    assert [(await stage.enter()).status for _ in range(6)] == [101] * 6
