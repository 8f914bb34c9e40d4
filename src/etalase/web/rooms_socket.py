"""How programs and pages hear a room and speak in it; `docs/protocols/room.md` is the contract.

WebSocket first; the same frames as server-sent events, or to those who ask now and then; and commands by POST
for both. No handler here knows what a frame says: it comes encoded from the room's channel.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
import structlog
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from etalase.kernel.errors import Refusal
from etalase.kernel.reading import read_number
from etalase.platform import i18n
from etalase.platform.db import Database
from etalase.platform.realtime import (
    NEEDS_SNAPSHOT,
    Admission,
    Position,
    PullConsumer,
    Rejection,
    Socket,
    SocketSession,
    UpgradeRequest,
)
from etalase.social.rooms import (
    COOKIE,
    Command,
    NoSuchShow,
    OpenRoom,
    Participant,
    RoomService,
    TooFast,
    command_number,
    read_command,
)
from etalase.web._auth import PlaneDoor
from etalase.web._claim_words import say_claim
from etalase.web._cookies import cookie_name
from etalase.web._failures import say_failed
from etalase.web._frames import CommandResult, Reply, greet, refuse
from etalase.web._preferences import LANGUAGE_COOKIE
from etalase.web._refusals import say
from etalase.web._viewers import (
    origin_of,
    read_cookies,
    recognise,
    recognise_request,
    user_of,
    viewer_cookie,
)

log = structlog.get_logger()

SOCKET_PATH = re.compile(r"/live/([0-9A-Za-z]{1,32})/socket")
COMMANDS_IN_FLIGHT = 16
COMMAND_BYTES = 8 * 1024
IDLE_SECONDS = 15.0
MAX_POLL_SECONDS = 25
EVENTS_HEADERS = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
"""A proxy that compresses a stream of events keeps them back until it has enough (RFC 9111, 5.2.2.6)."""

After = Annotated[int, QueryParameter(ge=NEEDS_SNAPSHOT)]
Epoch = Annotated[str | None, QueryParameter(max_length=64)]
Wait = Annotated[int, QueryParameter(ge=0, le=MAX_POLL_SECONDS)]


class RoomDoor:
    """Lets sockets into rooms; the `realtime.Door` of the social plane."""

    def __init__(self, rooms: RoomService, db: Database, door: PlaneDoor) -> None:
        self._rooms = rooms
        self._db = db
        self._door = door

    def owns(self, path: str) -> bool:
        """Say whether the path is a room's socket."""
        return SOCKET_PATH.fullmatch(path) is not None

    async def admit(self, request: UpgradeRequest) -> Admission | Rejection:
        """Let anybody in who knows the show's code."""
        found = SOCKET_PATH.fullmatch(request.path)
        try:
            room = await self._rooms.open_room(found[1] if found else "")
        except NoSuchShow:
            return Rejection(404, "No such show.\n")
        user = await user_of(self._db, self._door, request.headers)
        address, https = origin_of(request.address), self._door.https
        cookies = read_cookies(request.headers)
        known = cookies.get(cookie_name(COOKIE, https=https))
        try:
            participant, is_new = await recognise(self._rooms, room, user, known, address)
            self._rooms.crowd.require_room_for(participant.address)
        except TooFast:
            return Rejection(429, "Too many from your address; try again later.\n")
        chosen = cookies.get(cookie_name(LANGUAGE_COOKIE, https=https))
        language = i18n.choose_language(chosen, request.headers.get("accept-language"))
        cookie = viewer_cookie(self._rooms, participant.viewer, https=https)
        return Admission(
            channel=room.feed,
            position=position_of(request.query.get("after", ""), request.query.get("epoch")),
            open_session=lambda socket: RoomSession(self._rooms, room, participant, socket, language),
            greeting=greet(room, participant),
            headers=(("set-cookie", cookie.to_header(header="")),) if is_new else (),
        )


class RoomSession(SocketSession):
    """What one socket's peer does in a room."""

    def __init__(
        self,
        rooms: RoomService,
        room: OpenRoom,
        participant: Participant,
        socket: Socket,
        language: i18n.Language,
    ) -> None:
        self._rooms = rooms
        self._room = room
        self._visitor = participant
        self._socket = socket
        self._language = language
        self._in_flight: set[asyncio.Task[None]] = set()
        room.arrive(participant)
        rooms.crowd.arrive(participant.address)

    def receive(self, text: bytes) -> None:
        """Begin to carry out a command; replies may come in another order."""
        if len(self._in_flight) >= COMMANDS_IN_FLIGHT:
            with i18n.speaking(self._language):
                refused = refuse(command_number(text), say(TooFast(retry_after_seconds=1)))
            self._socket.reply(msgspec.json.encode(refused))
            return
        task = asyncio.get_running_loop().create_task(self._answer(text))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    def close(self) -> None:
        """Leave. What was begun is carried out."""
        self._room.leave(self._visitor)
        self._rooms.crowd.leave(self._visitor.address)

    async def _answer(self, text: bytes) -> None:
        i18n.set_language(self._language)
        reply, _ = await carry_out(self._rooms, self._room, self._visitor, text)
        self._socket.reply(msgspec.json.encode(reply))


@get("/live/{code:str}/events", opt={"public": True}, include_in_schema=False)
async def stream_events(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    rooms: NamedDependency[RoomService],
    after: After = NEEDS_SNAPSHOT,
    epoch: Epoch = None,
) -> Stream:
    """Send the room's frames as server-sent events, each with its place as the event's id."""
    room = await rooms.open_room(code)
    participant, cookies = await recognise_request(request, rooms, room)
    rooms.crowd.require_room_for(participant.address)
    position = Position(epoch, after)
    last_epoch, _, last_seen = request.headers.get("last-event-id", "").rpartition(":")
    if last_epoch:
        position = position_of(last_seen, last_epoch)
    return Stream(
        _events(rooms, room, participant, position),
        media_type="text/event-stream",
        headers=EVENTS_HEADERS,
        cookies=cookies,
    )


@get("/live/{code:str}/poll", opt={"public": True}, include_in_schema=False)
async def poll(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    rooms: NamedDependency[RoomService],
    after: After = NEEDS_SNAPSHOT,
    epoch: Epoch = None,
    wait: Wait = 0,
) -> Response[bytes]:
    """Return what is new since a place in the log, waiting for it if asked to."""
    room = await rooms.open_room(code)
    participant, cookies = await recognise_request(request, rooms, room)
    rooms.crowd.require_room_for(participant.address)
    room.poll(participant)
    consumer = PullConsumer(room.feed, Position(epoch, after))
    rooms.crowd.arrive(participant.address)
    try:
        frame = await consumer.fetch(wait_seconds=wait)
    finally:
        consumer.close()
        rooms.crowd.leave(participant.address)
    frames = [greet(room, participant)] if epoch is None else []
    frames += [] if frame is None else [frame.payload]
    return Response(
        b'{"frames":[' + b",".join(frames) + b"]}",
        media_type=MediaType.JSON,
        headers={"cache-control": "no-store"},
        cookies=cookies,
    )


@post(
    "/live/{code:str}/commands",
    opt={"public": True},
    include_in_schema=False,
    request_max_body_size=COMMAND_BYTES,
)
async def post_command(
    request: Request[Any, Any, Any], code: FromPath[str], rooms: NamedDependency[RoomService]
) -> Response[bytes]:
    """Carry out a command of somebody who has no socket, and answer as the socket would."""
    room = await rooms.open_room(code)
    participant, cookies = await recognise_request(request, rooms, room)
    room.poll(participant)
    reply, status = await carry_out(rooms, room, participant, await request.body())
    return Response(
        msgspec.json.encode(reply), status_code=status, media_type=MediaType.JSON, cookies=cookies
    )


async def carry_out(
    rooms: RoomService, room: OpenRoom, participant: Participant, text: bytes
) -> tuple[Reply, int]:
    """Carry out one command; return its reply, and the HTTP status that says the same."""
    try:
        command: Command = read_command(text)
        facts, claim = await rooms.perform_for_buyer(room, participant, command)
    except Refusal as refusal:
        said = say(refusal)
    except Exception as fault:  # noqa: BLE001  told by the table of failures, as a page's is
        said = say_failed(fault)
    else:
        said_of_claim = say_claim(claim, room.state) if claim else None
        result = CommandResult(**facts, claim=said_of_claim) if facts else None
        return Reply(command.id, ok=True, result=result), 200
    return refuse(command_number(text), said), said.status


def position_of(after: str, epoch: str | None) -> Position:
    """Return the place that a peer names; one that can't be read is no place."""
    number = read_number(after)
    return Position(epoch, NEEDS_SNAPSHOT if number is None else number)


async def _events(
    rooms: RoomService, room: OpenRoom, participant: Participant, position: Position
) -> AsyncIterator[bytes]:
    consumer = PullConsumer(room.feed, position)
    room.arrive(participant)
    rooms.crowd.arrive(participant.address)
    try:
        yield b"data: " + greet(room, participant) + b"\n\n"
        async for frame in consumer.frames(idle_seconds=IDLE_SECONDS):
            if frame is None:
                yield b":\n\n"
            else:
                place = f"id: {room.feed.epoch}:{frame.last}\n".encode()
                yield place + b"data: " + frame.payload + b"\n\n"
    finally:
        consumer.close()
        room.leave(participant)
        rooms.crowd.leave(participant.address)


ROUTES: list[Any] = [stream_events, poll, post_command]
