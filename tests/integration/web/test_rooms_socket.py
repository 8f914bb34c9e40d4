"""The doors of a room, tried as a browser and a program would: socket, stream, poll and posted commands."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Router
from litestar.di import Provide

from etalase import accounts
from etalase.api._problems import problem_response
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform.db import Database
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.realtime import SocketServer
from etalase.social.rooms import COOKIE, PinOffer, RoomService, RoomSettings, ShowPlan
from etalase.social.rooms._commands.room import Room
from etalase.web import rooms_socket
from etalase.web._auth import PlaneDoor, sign_in_middleware
from etalase.web._failures import exception_handlers
from etalase.web._preferences import LanguageMiddleware
from etalase.web.rooms_socket import RoomDoor
from tests.make import rooms as make
from tests.make.accounts import sign_up
from tests.make.outages import Switch
from tests.make.rooms import admit_host
from tests.make.shopfronts import OpenWindow
from tests.make.sockets import Peer, listening
from tests.make.waiting import PATIENCE_SECONDS, until

SHOP = new_id()
DOOR = PlaneDoor("social", https=False)
OFFER = make.offer()


class Stage:
    """A live show, served."""

    def __init__(self, db: Database, clock: FixedClock, settings: RoomSettings | None = None) -> None:
        self.db = db
        self.clock = clock
        self.rooms = RoomService(db, clock, OpenWindow(OFFER), settings, secret=b"secret of the tests")
        self.host: UUID
        self.host_session = ""
        self.code = ""
        self.port = 0

    async def prepare(self) -> None:
        await self.rooms.start()
        self.host = await sign_up(self.db)
        async with self.db.begin() as tx:
            self.host_session = (await accounts.open_session(tx, self.host)).token
            await admit_host(tx, self.host, SHOP)
        show = await self.rooms.shows.plan_show(self.host, SHOP, ShowPlan("Baju anak", self.clock.now()))
        await self.rooms.shows.set_tray(self.host, show.code, (OFFER.product_id,))
        await self.rooms.shows.go_live(self.host, show.code)
        self.code = show.code

    @property
    def app(self) -> Litestar:
        router = Router(
            "/",
            route_handlers=rooms_socket.ROUTES,
            middleware=[sign_in_middleware(self.db, DOOR)],
            dependencies={"rooms": Provide(lambda: self.rooms, sync_to_thread=False)},
        )
        return Litestar(
            [router],
            middleware=[LanguageMiddleware()],
            exception_handlers=exception_handlers(problem_response),
            logging_config=None,
        )

    @property
    def room(self) -> Room:
        room = self.rooms.registry.find(self.code)
        assert room is not None
        return room

    async def enter(self, query: str = "", **headers: str) -> Peer:
        renamed = {name.replace("_", "-"): value for name, value in headers.items()}
        return await Peer.connect(self.port, f"/live/{self.code}/socket{query}", headers=renamed)

    def client(self, **headers: str) -> httpx.AsyncClient:
        accept = {"accept": "application/json"} | headers
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", headers=accept, timeout=PATIENCE_SECONDS
        )


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    for peer in Peer.connected:
        peer.hang_up()
    Peer.connected.clear()


@pytest.fixture
async def stage(social_db: Database, clock: FixedClock) -> AsyncIterator[Stage]:
    stage = Stage(social_db, clock)
    await stage.prepare()
    async with listening(stage.app, SocketServer(RoomDoor(stage.rooms, social_db, DOOR))) as port:
        stage.port = port
        yield stage
        await stage.rooms.stop()


def cookie_of(peer: Peer) -> str:
    return peer.headers["set-cookie"].split(";")[0]


async def reply(peer: Peer, heard: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the next reply; keep what comes before it."""
    while (message := await peer.hear())["t"] != "reply":
        if heard is not None:
            heard.append(message)
    return message


async def event(peer: Peer, kind: str) -> dict[str, Any]:
    while True:
        message = await peer.hear()
        for one in message.get("events", []):
            if one["type"] == kind:
                found: dict[str, Any] = one
                return found


async def test_two_viewers_without_accounts_talk(stage: Stage) -> None:
    ani, budi = await stage.enter(), await stage.enter()
    hello, snapshot = await ani.hear(), await ani.hear()
    assert hello["you"] == {"viewer": hello["you"]["viewer"], "name": None, "moderator": False}
    assert snapshot["state"]["show"]["state"] == "live"
    assert snapshot["state"]["tray"][0]["product_id"] == str(OFFER.product_id)
    ani.say(json.dumps({"id": 7, "do": "say", "text": "halo <b>", "name": "Ani"}))
    said = await event(budi, "chat.said")
    assert (said["name"], said["text"], said["viewer"]) == ("Ani", "halo <b>", hello["you"]["viewer"])
    answered = await reply(ani)
    assert answered == {"t": "reply", "id": 7, "ok": True, "result": {"line": said["id"], "name": "Ani"}}


async def test_a_line_whose_reply_was_lost_is_said_once(stage: Stage) -> None:
    hold_request = json.dumps({"id": 1, "do": "say", "text": "halo", "name": "Ani", "key": "kunci-satu"})
    host = await stage.enter(cookie=f"{DOOR.cookie_name}={stage.host_session}")
    lost = await stage.enter()
    lost.say(hold_request)
    said = await event(host, "chat.said")
    lost.hang_up()
    back = await stage.enter(cookie=cookie_of(lost))
    assert (await back.hear())["you"]["name"] == "Ani"
    back.say(hold_request)
    answered = await reply(back)
    assert answered == {"t": "reply", "id": 1, "ok": True, "result": {"line": said["id"], "name": "Ani"}}
    assert len(stage.room.state.chat) == 1
    stranger = await stage.enter()
    stranger.say(hold_request)
    assert (await reply(stranger))["result"]["line"] != said["id"]


async def test_a_viewer_is_known_again_by_the_cookie_and_by_nothing_else(stage: Stage) -> None:
    first = await stage.enter()
    viewer = (await first.hear())["you"]["viewer"]
    again = await stage.enter(cookie=cookie_of(first))
    assert (await again.hear())["you"]["viewer"] == viewer
    assert "set-cookie" not in again.headers
    forged = await stage.enter(cookie=f"{COOKIE}={viewer}.{'0' * 32}")
    assert (await forged.hear())["you"]["viewer"] != viewer
    assert "httponly" in first.headers["set-cookie"].lower()


async def test_a_lost_connection_resumes_where_it_was(stage: Stage) -> None:
    ani, budi = await stage.enter(), await stage.enter()
    state = (await ani.hear(), await ani.hear())[1]
    ani.hang_up()
    for number in range(5):
        budi.say(json.dumps({"id": number, "do": "say", "text": f"baris {number}", "name": "Budi"}))
        await reply(budi)
    back = await stage.enter(f"?after={state['seq']}&epoch={state['state']['epoch']}")
    await back.hear()
    events = (await back.hear())["events"]
    numbers = [one["seq"] for one in events]
    assert numbers == list(range(state["seq"] + 1, state["seq"] + 1 + len(numbers)))
    assert [one["text"] for one in events if one["type"] == "chat.said"] == [f"baris {n}" for n in range(5)]


async def test_after_a_restart_of_the_server_whoever_comes_back_sees_everything_once(
    stage: Stage, social_db: Database, clock: FixedClock
) -> None:
    ani = await stage.enter()
    state = (await ani.hear(), await ani.hear())[1]
    for number in range(4):
        ani.say(json.dumps({"id": number, "do": "say", "text": f"baris {number}", "name": "Ani"}))
        await reply(ani)
    await stage.rooms.stop()
    assert await ani.close_code() == 1012
    reborn = RoomService(social_db, clock, OpenWindow(OFFER), secret=b"secret of the tests")
    await reborn.start()
    async with listening(stage.app, SocketServer(RoomDoor(reborn, social_db, DOOR))) as port:
        place = f"?after={state['seq'] + 4}&epoch={state['state']['epoch']}"
        back = await Peer.connect(port, f"/live/{stage.code}/socket{place}")
        await back.hear()
        message = await back.hear()
        assert message["t"] == "snapshot"
        assert [line["text"] for line in message["state"]["chat"]] == [f"baris {n}" for n in range(4)]
        await reborn.stop()


async def test_a_host_is_known_by_the_session_and_may_pin(stage: Stage) -> None:
    viewer, host = await stage.enter(), await stage.enter(cookie=f"{DOOR.cookie_name}={stage.host_session}")
    assert (await host.hear())["you"]["moderator"] is True
    hold_request = json.dumps({"id": 1, "do": "pin", "product_id": str(OFFER.product_id)})
    viewer.say(hold_request)
    assert (await reply(viewer))["problem"]["code"] == "not_a_host"
    host.say(hold_request)
    assert (await reply(host))["ok"] is True
    assert (await event(viewer, "offer.pinned"))["product_id"] == str(OFFER.product_id)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Only the hosts of this show can do this."), ("id", "Hanya host siaran ini")],
)
async def test_refusals_come_in_the_readers_language(stage: Stage, language: str, words: str) -> None:
    peer = await stage.enter(accept_language=language)
    peer.say('{"id":3,"do":"unpin"}')
    refused = await reply(peer)
    assert refused["id"] == 3
    assert refused["problem"]["detail"].startswith(words)


@pytest.mark.parametrize("wire", ["", "{}", "[1]", '{"id":9,"do":"dance"}', '{"id":9,"do":"say","text":1}'])
async def test_what_is_no_command_is_refused_and_the_socket_stays(stage: Stage, wire: str) -> None:
    peer = await stage.enter()
    peer.say(wire)
    refused = await reply(peer)
    assert refused["problem"]["code"] == "no_such_command"
    assert refused["id"] == (9 if "9" in wire else 0)
    peer.say('{"id":1,"do":"heart"}')
    assert (await reply(peer))["ok"] is True


async def test_a_peer_that_floods_is_slowed_and_not_queued_for(stage: Stage) -> None:
    peer = await stage.enter()
    for number in range(100):
        peer.say(json.dumps({"id": number, "do": "say", "text": "beli!", "name": "Spam"}))
    replies = [await reply(peer) for _ in range(100)]
    accepted = [one for one in replies if one["ok"]]
    assert len(accepted) == stage.rooms.settings.lines_at_once
    assert {one["problem"]["code"] for one in replies if not one["ok"]} == {"too_fast"}
    assert len(stage.room.state.chat) == len(accepted)


async def test_the_stream_tells_the_same_and_resumes_by_its_last_event(stage: Stage) -> None:
    async with stage.client() as client:
        async with client.stream("GET", f"/live/{stage.code}/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            hello, snapshot = await data_of(lines), await data_of(lines)
            assert hello["t"] == "hello"
            assert snapshot["t"] == "snapshot"
            client.cookies = answer.cookies
            posted = await client.post(
                f"/live/{stage.code}/commands",
                json={"id": 1, "do": "say", "text": "lewat jalan lain", "name": "Ani"},
            )
            assert posted.json()["ok"] is True
            heard: list[str] = []
            while not heard:
                events = (await data_of(lines))["events"]
                heard = [one["text"] for one in events if one["type"] == "chat.said"]
            assert heard == ["lewat jalan lain"]
        place = {"last-event-id": f"{snapshot['state']['epoch']}:{snapshot['seq']}"}
        async with client.stream("GET", f"/live/{stage.code}/events", headers=place) as answer:
            lines = answer.aiter_lines()
            await data_of(lines)
            events = (await data_of(lines))["events"]
            assert events[0]["seq"] == snapshot["seq"] + 1
            assert "lewat jalan lain" in [one.get("text") for one in events]
    await until(lambda: not len(stage.room.feed))


async def data_of(lines: Any) -> dict[str, Any]:
    async for line in lines:
        if line.startswith("data: "):
            message: dict[str, Any] = json.loads(line[6:])
            return message
    raise AssertionError("the stream ended")


async def test_a_poll_tells_the_same_and_waits_if_asked_to(stage: Stage) -> None:
    async with stage.client() as client:
        first = (await client.get(f"/live/{stage.code}/poll")).json()["frames"]
        assert [frame["t"] for frame in first] == ["hello", "snapshot"]
        place = {"after": first[1]["seq"], "epoch": first[1]["state"]["epoch"]}
        assert (await client.get(f"/live/{stage.code}/poll", params=place)).json() == {"frames": []}
        waiting = asyncio.create_task(client.get(f"/live/{stage.code}/poll", params=place | {"wait": 10}))
        await until(lambda: len(stage.room.feed))
        await stage.rooms.perform_as_host(stage.host, stage.code, PinOffer(product_id=OFFER.product_id))
        frames = (await waiting).json()["frames"]
        assert [one["type"] for one in frames[0]["events"]] == ["offer.pinned"]
        assert len(stage.room.feed) == 0
        stage.room.tick()
        assert stage.room.state.viewers == 1


async def test_a_posted_refusal_has_its_status_and_is_a_reply_too(stage: Stage) -> None:
    async with stage.client() as client:
        for body, status, code in [
            ({"id": 5, "do": "unpin"}, 403, "not_a_host"),
            ({"id": 5, "do": "say", "text": "halo"}, 422, "name_needed"),
            ({"id": 5, "do": "dance"}, 400, "no_such_command"),
        ]:
            answer = await client.post(f"/live/{stage.code}/commands", json=body)
            assert answer.status_code == status
            assert (answer.json()["id"], answer.json()["problem"]["code"]) == (5, code)
        huge = await client.post(f"/live/{stage.code}/commands", content=b"x" * 9000)
        assert huge.status_code == 413


async def test_to_no_door_an_unknown_show_exists(stage: Stage) -> None:
    assert (await Peer.connect(stage.port, "/live/ZZZZ9999/socket")).status == 404
    async with stage.client() as client:
        for path in ("events", "poll"):
            assert (await client.get(f"/live/ZZZZ9999/{path}")).status_code == 404
        assert (await client.post("/live/ZZZZ9999/commands", json={"do": "unpin"})).status_code == 404


async def test_a_place_that_cannot_be_read_is_a_snapshot(stage: Stage) -> None:
    for after in ("x", "-5", "9" * 40, "1e3", "%D9%A3"):
        peer = await stage.enter(f"?after={after}&epoch={stage.room.state.epoch}")
        await peer.hear()
        assert (await peer.hear())["t"] == "snapshot"


async def test_while_the_database_is_away_viewers_come_in_and_hearts_fly(
    stage: Stage, postgres: EmbeddedPostgres, social_db: Database
) -> None:
    first = await stage.enter()
    switch = Switch(postgres, social_db)
    await switch.off()
    try:
        second = await stage.enter()
        host = await stage.enter(cookie=f"{DOOR.cookie_name}={stage.host_session}")
        assert (await host.hear())["you"]["moderator"] is False
        second.say('{"id":1,"do":"heart","count":3}')
        assert (await reply(second))["ok"] is True
        stage.room.tick()
        assert (await event(first, "hearts.added"))["total"] == 3
    finally:
        await switch.on()
